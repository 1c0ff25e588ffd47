import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { ClusterClient } from '../../../src/core/operation/clusterClient';
import { openJournal } from '../../../src/core/operation/journal';
import type { Journal } from '../../../src/core/operation/types';
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
  sendCommand,
  startTestServers,
  type TestServers,
} from '../../support/testCluster';
import { drawCases, jobOf, type Case } from './cases';

const rounds = Number(process.env.RCM_KILLS ?? 12);
const seed = Number(process.env.RCM_SEED ?? randomInt(1_000_000));
const keys = 20_000;
const nodes = 8;

/**
 * With an append-only file and a node timeout longer than a restart, no fault costs an acknowledged write: whatever is lost
 * here was lost by the move.
 */
describe(`moving slots while something is killed, ${rounds} times (RCM_SEED=${seed})`, function () {
  this.timeout(rounds * 60_000);
  let servers: TestServers;
  let client: ClusterClient;
  let journal: Journal;
  let child: Child | undefined;

  before(async () => {
    const settings = { 'repl-diskless-sync-delay': '0' };
    servers = await startTestServers({ count: nodes, persistence: true, nodeTimeoutMilliseconds: 10_000, settings });
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

  async function strike({ fault, chance }: Case, source: ClusterNode, target: ClusterNode): Promise<void> {
    if (fault.startsWith('runner')) await child!.kill();
    const victims = [...(/source|both/i.test(fault) ? [source] : []), ...(/target|both/i.test(fault) ? [target] : [])];
    await Promise.all(
      victims.map(async ({ port }) => {
        if (fault.startsWith('pause')) {
          await servers.servers.pause(port);
          await wait(chance() * 3000);
          await servers.servers.resume(port);
        } else {
          await servers.servers.kill(port);
          await wait(chance() * 500);
          await servers.servers.start(port);
        }
      }),
    );
  }

  /** Snapshots, by which atomic moves send keys, take so long for each key: time to be met in the middle. */
  async function slowDown(masters: readonly ClusterNode[], microseconds: number): Promise<void> {
    await Promise.all(
      masters.map(({ port }) => sendCommand(port, ['CONFIG', 'SET', 'rdb-key-save-delay', microseconds])),
    );
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

  drawCases(rounds, seed).forEach((drawn, index) => {
    const { fault, operation, engine, latencyMilliseconds, chance } = drawn;
    it(`round ${index + 1}: ${operation}, ${engine} engine, ${latencyMilliseconds} ms, ${fault}`, async () => {
      const ledger = startLedger(servers.ports, { intervalMilliseconds: 1, deletes: true });
      const topology = await settled(client, nodes);
      const masters = topology.nodes
        .filter(({ role }) => role === 'master')
        .sort((a, b) => b.slots.count - a.slots.count);
      await slowDown(masters, 1000);
      child = startPlan({
        ...jobOf(drawn, masters),
        nodes: servers.nodes,
        journalDirectory: journal.directory,
      });
      try {
        await child.line('step moveSlots');
        await wait(chance() * (latencyMilliseconds > 0 ? 1500 : 250));
        await strike(drawn, masters[0]!, masters.at(-1)!);
        await slowDown(masters, 0);
        if (!fault.startsWith('runner')) await child.ended();
        await goOn();
        await ledger.more(100);
      } finally {
        await ledger.stop();
      }
      await settled(client, nodes);
      await eventually(async () => (await openSlots(servers.ports)).length === 0, { what: 'no slot is open' });
      await checkCluster(servers);
      await assertFilled(servers.ports, keys);
      await ledger.assertKept();
      assert.deepEqual(await journal.unfinished(), []);
    });
  });
});
