import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClusterClient } from '../../../src/core/operation/clusterClient';
import { openJournal } from '../../../src/core/operation/journal';
import { OperationError } from '../../../src/core/operation/operationError';
import type { Journal, Operation } from '../../../src/core/operation/types';
import { planAddNode } from '../../../src/core/plan/planAddNode';
import { planRemoveNode } from '../../../src/core/plan/planRemoveNode';
import { planReplaceNode } from '../../../src/core/plan/planReplaceNode';
import type { Plan, PlanStep } from '../../../src/core/plan/types';
import {
  assertAlone,
  assertForgotten,
  clientOf,
  killAndAwait,
  linesOf,
  nodeAt,
  settled,
  shardOf,
  startMembers,
} from '../../support/members';
import { checkCluster, eventually, pauseAtOnce, sendCommand, type TestServers } from '../../support/testCluster';

const forgetWaitMilliseconds = 300;

describe('a change of members in bad times', () => {
  let servers: TestServers;
  let client: ClusterClient;
  let journal: Journal;

  beforeEach(async () => {
    servers = await startMembers({ spares: 1 });
    client = clientOf(servers);
    journal = await openJournal(await mkdtemp(join(servers.directory, 'journal-')));
  });
  afterEach(async () => {
    await client.close();
    await servers.close();
  });

  const spareOf = (): string => servers.nodes[6]!;
  const sparePort = (): number => servers.ports[6]!;

  /** Runs a plan and does something once, when a step of this kind begins or says `message`. */
  async function runAndAct(
    plan: Plan,
    when: { kind: PlanStep['kind']; message?: RegExp },
    act: (operation: Operation) => void | Promise<void>,
  ): Promise<Operation> {
    let isActing = false;
    let acted: Promise<void> | undefined;
    const operation: Operation = client.run(plan, {
      journal,
      onProgress: ({ step, message }) => {
        if (isActing || step?.kind !== when.kind || when.message?.test(message) === false) return;
        // First, for what is done may tell progress itself.
        isActing = true;
        acted = Promise.resolve(act(operation));
      },
    });
    await operation.finished.catch(() => undefined);
    assert(acted, `no step ${when.kind} began`);
    await acted;
    return operation;
  }

  async function failureOf(operation: Operation): Promise<OperationError> {
    const error: unknown = await operation.finished.then(
      () => assert.fail('It completed.'),
      (error: unknown) => error,
    );
    assert(error instanceof OperationError, String(error));
    return error;
  }

  async function assertAsBefore(): Promise<void> {
    const topology = await settled(client, 6);
    assert.equal(nodeAt(topology, sparePort()).status, 'spare');
    await assertAlone(sparePort());
    for (const port of servers.ports.slice(0, 6))
      for (const line of await linesOf(port)) assert(!line.includes(`:${sparePort()}@`), `${port}: ${line}`);
    await checkCluster(servers);
    assert.deepEqual(await journal.unfinished(), []);
  }

  for (const kind of ['meet', 'replicate', 'awaitSync', 'checkFailover'] as const)
    it(`that is cancelled at ${kind} leaves the cluster as it was and the spare empty`, async () => {
      const topology = await settled(client, 6);
      const { master } = shardOf(topology);
      for (let key = 0; key < 50; key++) await sendCommand(master.port, ['SET', `{b}${key}`, 'x']);
      const plan = planReplaceNode(topology, { node: master.id, forgetWaitMilliseconds });
      const operation = await runAndAct(plan, { kind }, running => running.cancel());
      const { outcome, notes } = await operation.finished;
      assert.equal(outcome, 'cancelled');
      assert.match(notes.join(' '), new RegExp(`${spareOf()} is empty again and stands by|Nothing was changed`));
      await assertAsBefore();
      assert.equal(await sendCommand(master.port, ['DBSIZE']), 50);
      assert.equal(shardOf(await client.observe()).master.id, master.id);
    });

  it('that is cancelled while the spare is silent takes it back when it answers a moment later', async () => {
    const topology = await settled(client, 6);
    const plan = planAddNode(topology, { node: spareOf(), as: 'replica' });
    let isSilent: Promise<void> | undefined;
    let isBack: Promise<void> | undefined;
    const operation = client.run(plan, {
      journal,
      onProgress: ({ step, message }) => {
        if (step?.kind === 'awaitSync')
          isSilent ??= pauseAtOnce(servers, sparePort()).finally(() => operation.cancel());
        if (message.startsWith(`Taking ${spareOf()} out again: `)) isBack ??= servers.servers.resume(sparePort());
      },
    });
    const { outcome, notes } = await operation.finished;
    await Promise.all([isSilent, isBack]);
    assert.equal(outcome, 'cancelled');
    assert.match(notes.join(' '), new RegExp(`${spareOf()} is empty again and stands by`));
    await assertAsBefore();
  });

  it('that fails at the node that leaves, which fell silent, does not claim to know how far that was', async () => {
    const topology = await settled(client, 6);
    const [replica] = shardOf(topology).replicas;
    const plan = planReplaceNode(topology, { node: replica!.id, forgetWaitMilliseconds });
    let silenced: Promise<void> | undefined;
    const operation = await runAndAct(plan, { kind: 'resetNode' }, () => {
      silenced = pauseAtOnce(servers, replica!.port);
      return silenced;
    });
    const { message } = await failureOf(operation);
    assert.match(
      message,
      new RegExp(
        `Whether it had gone too far to be taken back cannot be told, for ${replica!.address} does not answer: nothing was\\.`,
      ),
    );
    await servers.servers.resume(replica!.port);
    const now = await settled(client, 7);
    const rest = planReplaceNode(now, { node: replica!.id, spare: spareOf(), forgetWaitMilliseconds });
    assert.equal((await client.run(rest, { journal }).finished).outcome, 'completed');
    await settled(client, 6);
    await checkCluster(servers);
  });

  it('that is cancelled after the failover tells what is true, and planned again it does the rest', async () => {
    const topology = await settled(client, 6);
    const { master } = shardOf(topology);
    const plan = planReplaceNode(topology, { node: master.id, forgetWaitMilliseconds });
    const operation = await runAndAct(plan, { kind: 'awaitRoles' }, running => running.cancel());
    const { outcome, notes } = await operation.finished;
    assert.equal(outcome, 'cancelled');
    const text = notes.join(' ');
    assert.match(text, /gone too far to be taken back/);
    assert.match(text, new RegExp(`${spareOf()} is a master with the slots 0-5460`));

    const now = await settled(client, 7);
    const rest = planReplaceNode(now, { node: master.id, spare: spareOf(), forgetWaitMilliseconds });
    const kinds = rest.steps.map(({ kind }) => kind);
    assert.deepEqual(kinds.slice(-3), ['resetNode', 'forget', 'awaitForgotten']);
    assert(!kinds.includes('meet') && !kinds.includes('failOver'));
    assert.equal((await client.run(rest, { journal }).finished).outcome, 'completed');
    await settled(client, 6);
    await assertAlone(master.port);
    await checkCluster(servers, sparePort());
  });

  it('that is cancelled once a node is leaving goes on to its end, and only does not wait for the ban', async () => {
    const topology = await settled(client, 6);
    const [replica] = shardOf(topology).replicas;
    const plan = planReplaceNode(topology, { node: replica!.id });
    const began = performance.now();
    const operation = await runAndAct(plan, { kind: 'awaitForgotten', message: /s left/ }, running => running.cancel());
    const { outcome, notes } = await operation.finished;
    assert.equal(outcome, 'completed');
    assert(performance.now() - began < 30_000, 'the ban was not waited for');
    assert.match(notes.join(' '), /whether it stays so was not waited for/);
    await assertAlone(replica!.port);
    await assertForgotten([...servers.ports], replica!.id);
    await settled(client, 6);
    assert.deepEqual(await journal.unfinished(), []);
  });

  for (const kind of ['meet', 'awaitSync'] as const)
    it(`during which the spare dies after ${kind} began is taken back, and the spare that comes back is emptied on request`, async () => {
      const topology = await settled(client, 6);
      const [replica] = shardOf(topology).replicas;
      await sendCommand(shardOf(topology).master.port, ['CONFIG', 'SET', 'repl-diskless-sync-delay', '5']);
      const plan = planReplaceNode(topology, { node: replica!.id, forgetWaitMilliseconds });
      const operation = await runAndAct(plan, { kind }, async running => {
        running.pause();
        await servers.servers.kill(sparePort());
        running.resume();
      });
      const error = await failureOf(operation);
      assert.match(error.message, new RegExp(`${spareOf()} could not be emptied again`));
      assert.deepEqual(await journal.unfinished(), []);
      const spare = nodeAt(topology, sparePort());
      await assertForgotten(servers.ports.slice(0, 6), spare.id);
      await checkCluster(servers);

      await servers.servers.start(sparePort());
      const back = await client.observe();
      const node = nodeAt(back, sparePort());
      if (node.inCluster) await client.run(planAddNode(back, { node: node.id, as: 'spare' }), { journal }).finished;
      await assertAsBefore();
    });

  it('during which the dead node comes back is taken back: nobody is forgotten', async () => {
    const topology = await settled(client, 6);
    const [replica] = shardOf(topology).replicas;
    const failed = await killAndAwait(servers, client, replica!.port);
    const plan = planReplaceNode(failed, { node: replica!.id, forgetWaitMilliseconds });
    const operation = await runAndAct(plan, { kind: 'awaitSync' }, async running => {
      running.pause();
      await servers.servers.start(replica!.port);
      running.resume();
    });
    const error = await failureOf(operation);
    assert.equal(error.code, 'nodeReturning');
    assert.match(error.message, new RegExp(`${spareOf()} is empty again and stands by`));
    await assertAsBefore();
  });

  it('makes a node forget too that joined while it was paused', async () => {
    const topology = await settled(client, 6);
    const [replica] = shardOf(topology).replicas;
    const failed = await killAndAwait(servers, client, replica!.port);
    const plan = planRemoveNode(failed, { node: replica!.id, forgetWaitMilliseconds });
    const operation = await runAndAct(plan, { kind: 'checkMembers' }, async running => {
      running.pause();
      await eventually(() => running.state === 'paused', { what: 'it pauses' });
      await sendCommand(sparePort(), ['CLUSTER', 'MEET', '127.0.0.1', shardOf(failed).master.port]);
      await eventually(async () => (await linesOf(sparePort())).join().includes(replica!.id), {
        what: 'the newcomer knows the dead node',
      });
      running.resume();
    });
    assert.equal((await operation.finished).outcome, 'completed');
    await assertForgotten(
      servers.ports.filter(port => port !== replica!.port),
      replica!.id,
    );
  });

  it('is not begun when the dead node came back since it was planned', async () => {
    const topology = await settled(client, 6);
    const [replica] = shardOf(topology).replicas;
    const failed = await killAndAwait(servers, client, replica!.port);
    const plan = planReplaceNode(failed, { node: replica!.id, forgetWaitMilliseconds });
    await servers.servers.start(replica!.port);
    await settled(client, 6);
    await assert.rejects(client.run(plan, { journal }).finished, {
      code: 'stalePlan',
      message: new RegExp(`${replica!.address} answers again`),
    });
    await assertAsBefore();
  });

  it('during which a full copy takes long goes on as long as the copy does', async () => {
    const topology = await settled(client, 6);
    const { master, replicas } = shardOf(topology);
    for (let key = 0; key < 1200; key++) await sendCommand(master.port, ['SET', `{b}${key}`, 'x'.repeat(500)]);
    // Longer than a replica without a link would be waited for.
    await sendCommand(master.port, ['CONFIG', 'SET', 'rdb-key-save-delay', '20000']);
    const messages = new Set<string>();
    const plan = planReplaceNode(topology, { node: replicas[0]!.id, forgetWaitMilliseconds });
    const operation = client.run(plan, { journal, onProgress: ({ message }) => messages.add(message) });
    const { outcome, durationMilliseconds } = await operation.finished;
    assert.equal(outcome, 'completed');
    assert(durationMilliseconds > 22_000, `${durationMilliseconds} ms`);
    assert.match([...messages].join('\n'), /copies 127\.0\.0\.1:\d+: \d+\.\d MB so far/);
    assert.equal(await sendCommand(sparePort(), ['DBSIZE']), 1200);
    await checkCluster(servers);
  });

  it('that is cancelled while the spare loads what it copied is taken back when it has', async () => {
    const topology = await settled(client, 6);
    const { master, replicas } = shardOf(topology);
    for (let key = 0; key < 600; key++) await sendCommand(master.port, ['SET', `{b}${key}`, 'x'.repeat(5000)]);
    // Slowly, and answering in between.
    await sendCommand(sparePort(), ['CONFIG', 'SET', 'key-load-delay', '5000']);
    await sendCommand(sparePort(), ['CONFIG', 'SET', 'loading-process-events-interval-bytes', '1024']);
    const plan = planReplaceNode(topology, { node: replicas[0]!.id, forgetWaitMilliseconds });
    const operation = await runAndAct(plan, { kind: 'awaitSync', message: /loads the data/ }, running =>
      running.cancel(),
    );
    const { outcome, notes } = await operation.finished;
    assert.equal(outcome, 'cancelled');
    assert.match(notes.join(' '), new RegExp(`${spareOf()} is empty again`));
    await assertAsBefore();
  });

  it('is refused while no majority of the masters answers', async () => {
    const topology = await settled(client, 6);
    const masters = topology.nodes.filter(({ role, slots }) => role === 'master' && !slots.isEmpty);
    const [replica] = shardOf(topology).replicas;
    const plan = planReplaceNode(topology, { node: replica!.id, forgetWaitMilliseconds });
    for (const { port } of masters.slice(1)) await servers.servers.pause(port);
    try {
      const now = await client.observe();
      assert.throws(() => planReplaceNode(now, { node: replica!.id }), { code: 'noMajority' });
      const error = await failureOf(client.run(plan, { journal }));
      assert.match(error.code, /noMajority|stalePlan|masterUnfit/);
    } finally {
      for (const { port } of masters.slice(1)) await servers.servers.resume(port);
    }
    await assertAlone(sparePort());
  });
});
