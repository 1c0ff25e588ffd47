import assert from 'node:assert/strict';
import { fetchServers } from '../../../scripts/servers.mjs';
import { findServerBinary, type ServerBinary } from '../../../src/core/local/findServerBinary';
import { connect, type ClusterClient } from '../../../src/core/operation/clusterClient';
import { planAddNode } from '../../../src/core/plan/planAddNode';
import { planFailover } from '../../../src/core/plan/planFailover';
import { planRemoveNode } from '../../../src/core/plan/planRemoveNode';
import { planReshard } from '../../../src/core/plan/planReshard';
import type { Plan } from '../../../src/core/plan/types';
import type { Topology } from '../../../src/core/topology/types';
import { settled } from '../../support/members';
import { assertFilled, fillCluster } from '../../support/slots/fill';
import { startLedger } from '../../support/slots/ledger';
import { openSlots } from '../../support/slots/openSlots';
import { checkCluster, createWithRedisCli, startTestServers, type TestServers } from '../../support/testCluster';

const keys = 20_000;
const forgetWaitMilliseconds = 300;

describe('A cluster on its way to a newer version', () => {
  let older: TestServers;
  let newer: TestServers;
  let client: ClusterClient;

  for (const flavour of ['redis', 'valkey'] as const)
    it(`takes newer nodes of ${flavour} in, hands them roles and slots and lets the older ones go, under writers`, async () => {
      const pairs = neighbours(await versions(flavour));
      assert.notEqual(pairs.length, 0);
      for (const [from, to] of pairs) {
        older = await startServers(from);
        newer = await startServers(to);
        client = connect({ nodes: [...older.nodes, ...newer.nodes] });
        try {
          await createWithRedisCli(older, 1);
          await fillCluster(older.ports, keys);
          await upgrade();
        } catch (error) {
          throw new Error(`${from.version} -> ${to.version}: ${String(error)}`, { cause: error });
        } finally {
          await client.close();
          await older.close();
          await newer.close();
        }
      }
    });

  async function upgrade(): Promise<void> {
    const ledger = startLedger([...older.ports, ...newer.ports]);
    try {
      await ledger.more(500);
      const { shards } = await settled(client, 6);
      for (const [index, { masterId, replicaIds }] of shards.entries()) {
        const [first, second] = newer.nodes.slice(index * 2) as [string, string];
        for (const node of [first, second])
          await run(topology => planAddNode(topology, { node, as: 'replica', master: masterId! }), 'mixedVersions');
        const measured = await client.measureFailover();
        await run(topology => planFailover(topology, { replica: first, ...measured }), 'mixedVersions');
        if (index === 0) await moveSlots(first, shards[1]!.masterId!);
        for (const node of [masterId!, ...replicaIds])
          await run(topology => planRemoveNode(topology, { node, forgetWaitMilliseconds }));
        await ledger.more(200);
      }
    } finally {
      await ledger.stop();
    }
    await ledger.assertKept();
    const { nodes } = await settled(client, 6);
    const inside = nodes.filter(({ inCluster }) => inCluster).map(({ address }) => address);
    assert.deepEqual(inside.sort(), [...newer.nodes].sort());
    await checkCluster(newer);
    await assertFilled(newer.ports, keys);
    assert.deepEqual(await openSlots(newer.ports), []);
  }

  /** From an older master to a newer one, and back: all of them, or none is left open and it is said who cannot read them. */
  async function moveSlots(newerMaster: string, olderMaster: string): Promise<void> {
    const request = { slots: 200, measurements: await client.measureSlots() };
    await run(topology => planReshard(topology, { ...request, from: [olderMaster], to: newerMaster }));
    const back = planReshard(await client.observe(), { ...request, from: [newerMaster], to: olderMaster });
    assert(warns(back, 'olderTarget'));
    await client.run(back).finished.catch((error: unknown) => {
      assert.match(String(error), /cannot read what .* sends: its server is older.*no slot is open\./);
    });
    assert.deepEqual(await openSlots([...older.ports, ...newer.ports.slice(0, 2)]), []);
  }

  async function run(plan: (topology: Topology) => Plan, warning?: string): Promise<void> {
    const made = plan(await client.observe());
    if (warning !== undefined) assert(warns(made, warning), `${made.title} warns of ${warning}`);
    const { outcome } = await client.run(made).finished;
    assert.equal(outcome, 'completed');
  }
});

function warns({ warnings }: Plan, code: string): boolean {
  return warnings.some(warning => warning.code === code);
}

function startServers({ path }: ServerBinary): Promise<TestServers> {
  const settings = { 'repl-diskless-sync-delay': '0', 'cluster-allow-replica-migration': 'no' };
  return startTestServers({ count: 6, serverPath: path, nodeTimeoutMilliseconds: 2000, settings });
}

/** What is installed, and what the set-up fetches; the oldest first. */
async function versions(flavour: ServerBinary['flavour']): Promise<ServerBinary[]> {
  const fetched = await fetchServers(() => undefined);
  const all = [await findServerBinary(), ...(await Promise.all(fetched.map(({ server }) => findServerBinary(server))))];
  return all
    .filter(each => each.flavour === flavour)
    .sort((one, other) => one.version.localeCompare(other.version, 'en', { numeric: true }));
}

/** Each with the next newer one. */
function neighbours(sorted: readonly ServerBinary[]): [ServerBinary, ServerBinary][] {
  return sorted.slice(1).map((each, index) => [sorted[index]!, each]);
}
