import assert from 'node:assert/strict';
import type { ClusterClient } from '../../../src/core/operation/clusterClient';
import type { Operation } from '../../../src/core/operation/types';
import { planRemoveNode } from '../../../src/core/plan/planRemoveNode';
import type { Plan, PlanStep } from '../../../src/core/plan/types';
import type { Topology } from '../../../src/core/topology/types';
import {
  assertAlone,
  assertForgotten,
  clientOf,
  killAndAwait,
  linesOf,
  settled,
  shardOf,
  startMembers,
} from '../../support/members';
import { checkCluster, sendCommand, type TestServers } from '../../support/testCluster';

const forgetWaitMilliseconds = 300;

describe('a node that leaves while the majority of the masters goes silent', () => {
  let servers: TestServers;
  let client: ClusterClient;

  before(async () => {
    servers = await startMembers({ spares: 0 });
    client = clientOf(servers);
  });
  after(async () => {
    await client.close();
    await servers.close();
  });

  /** Stops all masters but one as a step begins, after the looks before it; `atMinority` when the step has seen that. */
  async function runOnMinority(
    plan: Plan,
    topology: Topology,
    kind: PlanStep['kind'],
    atMinority: (operation: Operation) => Promise<void>,
  ): Promise<Operation> {
    const masters = topology.nodes.filter(({ role, slots }) => role === 'master' && !slots.isEmpty).slice(1);
    const stopped = servers.servers.servers.filter(({ port }) => masters.some(master => master.port === port));
    const signalAll = (signal: NodeJS.Signals): void => stopped.forEach(({ pid }) => process.kill(pid!, signal));
    let isStopped = false;
    let seen: Promise<void> | undefined;
    const operation: Operation = client.run(plan, {
      onProgress: ({ step, message }) => {
        if (step?.kind === kind && !isStopped) {
          isStopped = true;
          signalAll('SIGSTOP');
        }
        if (/only 1 of 3 masters answer/.test(message))
          seen ??= atMinority(operation).finally(() => signalAll('SIGCONT'));
      },
    });
    try {
      await operation.finished;
    } finally {
      if (isStopped) signalAll('SIGCONT');
    }
    assert(seen, `the step ${kind} did not look for a majority`);
    await seen;
    return operation;
  }

  it('is not emptied before the majority answers again', async () => {
    const topology = await settled(client, 6);
    const { master, replicas } = shardOf(topology);
    const replica = replicas[0]!;
    for (let key = 0; key < 20; key++) await sendCommand(master.port, ['SET', `{b}${key}`, 'x']);
    const plan = planRemoveNode(topology, { node: replica.id, forgetWaitMilliseconds });
    const operation = await runOnMinority(plan, topology, 'resetNode', async () => {
      assert.equal((await linesOf(replica.port)).length, 6);
      assert.match((await linesOf(replica.port)).join('\n'), new RegExp(`^${replica.id} .*myself,slave`, 'm'));
    });
    assert.equal((await operation.finished).outcome, 'completed');
    await assertAlone(replica.port);
    const others = servers.ports.filter(port => port !== replica.port);
    await assertForgotten(others, replica.id);
    await settled(client, 5);
    await checkCluster(servers, others[0]);
  });

  it('is forgotten by nobody while there is none, and a cancel then changes nothing', async () => {
    const [replica] = shardOf(await settled(client, 5), 16383).replicas;
    const failed = await killAndAwait(servers, client, replica!.port);
    const plan = planRemoveNode(failed, { node: replica!.id, forgetWaitMilliseconds });
    const others = failed.nodes.filter(({ reachable, inCluster }) => reachable && inCluster).map(({ port }) => port);
    const operation = await runOnMinority(plan, failed, 'forget', async running => {
      running.cancel();
      await running.finished;
    });
    const { outcome, notes } = await operation.finished;
    assert.equal(outcome, 'cancelled');
    assert.doesNotMatch(notes.join(' '), /too far/);
    for (const port of others) assert.match((await linesOf(port)).join('\n'), new RegExp(`^${replica!.id} `, 'm'));
  });
});
