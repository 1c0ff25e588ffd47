import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { ClusterConnections } from '../../../src/core/connection/clusterConnections';
import { connect, type ClusterClient } from '../../../src/core/operation/clusterClient';
import { ElectionHistory } from '../../../src/core/operation/electionHistory';
import { openJournal } from '../../../src/core/operation/journal';
import { runPlan } from '../../../src/core/operation/runPlan';
import type { Journal, Operation } from '../../../src/core/operation/types';
import { planFix } from '../../../src/core/plan/fix/planFix';
import { planReshard } from '../../../src/core/plan/planReshard';
import type { Plan } from '../../../src/core/plan/types';
import { startFleet, type Fleet } from '../../faults/campaign/fleet';
import { settled, shardOf } from '../../support/members';
import { assertFilled, fillCluster } from '../../support/slots/fill';
import { interrupting } from '../../support/slots/interrupting';
import { openSlots } from '../../support/slots/openSlots';
import { checkCluster, createWithRedisCli } from '../../support/testCluster';

const keys = 5000;

describe('moving slots while a server goes away and comes back on another port', () => {
  let fleet: Fleet;
  let client: ClusterClient;
  let connections: ClusterConnections;
  let journal: Journal;

  beforeEach(async () => {
    fleet = await startFleet(3, 2000);
    await createWithRedisCli(fleet, 0);
    await fillCluster(fleet.ports, keys);
    client = connect({ nodes: fleet.nodes });
    connections = new ClusterConnections({ nodes: fleet.nodes });
    journal = await openJournal(await mkdtemp(join(fleet.directory, 'journal-')));
  });
  afterEach(async () => {
    await client.close();
    connections.close();
    await fleet.close();
  });

  async function planMove(): Promise<{ plan: Plan; source: number; target: number }> {
    const topology = await settled(client, 3);
    const [from, to] = [shardOf(topology, 0).master, shardOf(topology, 16_383).master];
    const measurements = await client.measureSlots();
    const plan = planReshard(topology, { slots: '0-99', to: to.id, engine: 'classic', measurements });
    return { plan, source: from.port, target: to.port };
  }

  /** Does something when keys of open slots are on their way. */
  function runInto(plan: Plan, trouble: (operation: Operation) => Promise<unknown>): Operation {
    const nodes = interrupting(connections, () => trouble(operation));
    const elections = new ElectionHistory();
    const observe = () => connections.observe();
    const operation: Operation = runPlan(
      plan,
      { ...nodes, options: connections.options, elections, observe },
      { journal },
    );
    return operation;
  }

  async function assertWhole(): Promise<void> {
    assert.deepEqual(await openSlots(fleet.ports), []);
    await checkCluster(fleet);
    await assertFilled(fleet.ports, keys);
  }

  for (const end of ['source', 'target'] as const)
    it(`goes on with the ${end} where the others list it`, async () => {
      const { plan, ...ports } = await planMove();
      const operation = runInto(plan, () => fleet.move(ports[end]));
      const { outcome, notes } = await operation.finished;
      assert.equal(outcome, 'completed');
      const now = fleet.ports.find(port => fleet.originOf(port) === ports[end]);
      assert.match(
        notes.join(' '),
        new RegExp(`The node that was at 127\\.0\\.0\\.1:${ports[end]} answers at 127\\.0\\.0\\.1:${now} now\\.`),
      );
      await assertWhole();
    });

  /** Cancels while the source is gone. What the move says then. */
  async function cancelWithoutSource(): Promise<{ message: string; source: number; target: number }> {
    const { plan, source, target } = await planMove();
    const operation = runInto(plan, async running => {
      await fleet.kill(source);
      running.cancel();
    });
    const error: unknown = await operation.finished.then(
      () => assert.fail('It ended as if nothing were left.'),
      (failure: unknown) => failure,
    );
    return { message: String(error), source, target };
  }

  it('says which slots are open and who cannot be asked, and rolled back when that is back leaves none open', async () => {
    const { message, source, target } = await cancelWithoutSource();
    assert.doesNotMatch(message, /no slot is open/);
    assert.match(message, new RegExp(`\\d+ slots? (is|are) open at 127\\.0\\.0\\.1:${target} \\(`));
    assert.match(
      message,
      new RegExp(`127\\.0\\.0\\.1:${source} does not answer: whether slots are open at it is not known\\.`),
    );
    const [left] = await journal.unfinished();
    assert(left);
    await fleet.move(source);
    const { notes } = await journal.rollBack(client, left.id).finished;
    assert.match(notes.join(' '), /no slot is open\./);
    assert.deepEqual(await journal.unfinished(), []);
    await assertWhole();
  });

  it('leaves what a check finds and a fix closes when it is dismissed', async () => {
    const { source } = await cancelWithoutSource();
    const [left] = await journal.unfinished();
    await fleet.move(source);
    const topology = await settled(client, 3);
    await journal.dismiss(left!.id);
    const { findings } = await client.check();
    assert(
      findings.some(({ code }) => /open/i.test(code)),
      JSON.stringify(findings.map(({ code }) => code)),
    );
    const plan = planFix(topology, { inspection: await client.inspectSlots(), openSlots: 'finish' });
    assert.equal((await client.run(plan, { journal }).finished).outcome, 'completed');
    await assertWhole();
  });
});
