import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { ClusterClient } from '../../../src/core/operation/clusterClient';
import { openJournal } from '../../../src/core/operation/journal';
import type { Journal } from '../../../src/core/operation/types';
import type { ReshardRequest } from '../../../src/core/plan/planReshard';
import type { ClusterNode } from '../../../src/core/topology/types';
import { startPlan, type Child } from '../../support/childProcess';
import { clientOf, settled } from '../../support/members';
import { assertFilled, fillCluster } from '../../support/slots/fill';
import { startLedger } from '../../support/slots/ledger';
import { openSlots } from '../../support/slots/openSlots';
import {
  checkCluster,
  createWithRedisCli,
  eventually,
  startTestServers,
  type TestServers,
} from '../../support/testCluster';

const rounds = Number(process.env.RCM_KILLS ?? 12);
const keys = 20_000;
const faults = [
  'runner',
  'source',
  'target',
  'pauseSource',
  'pauseTarget',
  'runnerAndSource',
  'runnerAndTarget',
] as const;
type Fault = (typeof faults)[number];

/**
 * With an append-only file and a node timeout longer than a restart, no fault costs an acknowledged write: whatever is lost
 * here was lost by the move.
 */
describe(`moving slots while something is killed, ${rounds} times`, function () {
  this.timeout(rounds * 60_000);
  let servers: TestServers;
  let client: ClusterClient;
  let journal: Journal;
  let child: Child | undefined;

  before(async () => {
    const settings = { 'repl-diskless-sync-delay': '0' };
    servers = await startTestServers({ count: 6, persistence: true, nodeTimeoutMilliseconds: 10_000, settings });
    await createWithRedisCli(servers, 1);
    client = clientOf(servers);
    await fillCluster(servers.ports, keys);
  });
  after(async () => {
    await client.close();
    await servers.close();
  });
  beforeEach(async () => {
    journal = await openJournal(await mkdtemp(join(servers.directory, 'journal-')));
  });
  afterEach(() => child?.kill());

  async function strike(fault: Fault, { source, target }: { source: ClusterNode; target: ClusterNode }): Promise<void> {
    if (fault.startsWith('runner')) await child!.kill();
    const victim = /source/i.test(fault) ? source : /target/i.test(fault) ? target : undefined;
    if (!victim) return;
    if (fault.startsWith('pause')) {
      await servers.servers.pause(victim.port);
      await wait(Math.random() * 3000);
      await servers.servers.resume(victim.port);
      return;
    }
    await servers.servers.kill(victim.port);
    await wait(Math.random() * 500);
    await servers.servers.start(victim.port);
  }

  async function goOn(): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      const [operation] = await journal.unfinished();
      if (!operation) return;
      try {
        await journal.resume(client, operation.id).finished;
      } catch (error) {
        if (attempt === 5) throw error;
        await wait(500);
      }
    }
  }

  for (let round = 0; round < rounds; round++) {
    const fault = faults[round % faults.length]!;
    it(`round ${round + 1}: ${fault}`, async () => {
      const ledger = startLedger(servers.ports, { intervalMilliseconds: 1 });
      const topology = await settled(client, 6);
      const masters = topology.nodes
        .filter(({ role }) => role === 'master')
        .sort((a, b) => b.slots.count - a.slots.count);
      const [source, target] = [masters[0]!, masters.at(-1)!];
      const request: ReshardRequest = {
        slots: 500,
        from: [source.id],
        to: target.id,
        latencyMilliseconds: round % 2 === 0 ? 2 : 0,
      };
      const job = { planner: 'planReshard', request, nodes: servers.nodes } as const;
      child = startPlan({ ...job, journalDirectory: journal.directory });
      try {
        await child.line('step moveSlots');
        await wait(Math.random() * (round % 2 === 0 ? 1500 : 250));
        await strike(fault, { source, target });
        if (!fault.startsWith('runner')) await child.ended();
        await goOn();
        await ledger.more(100);
      } finally {
        await ledger.stop();
      }
      await settled(client, 6);
      await eventually(async () => (await openSlots(servers.ports)).length === 0, { what: 'no slot is open' });
      await checkCluster(servers);
      await assertFilled(servers.ports, keys);
      await ledger.assertKept();
      assert.deepEqual(await journal.unfinished(), []);
    });
  }
});
