import assert from 'node:assert/strict';
import { explainAnnounced } from '../../../src/core/connection/diagnosis/explainAnnounced';
import { planCreate } from '../../../src/core/plan/planCreate';
import { planReshard } from '../../../src/core/plan/planReshard';
import { settled, shardOf, withClient } from '../../support/members';
import { keyInSlot } from '../../support/slots/loadSlots';
import {
  createWithRedisCli,
  eventually,
  sendCommand,
  startTestServers,
  type TestServers,
} from '../../support/testCluster';
import { startBareServer, type BareServer } from '../connection/bareServer';

/** A node drops its link to one whose address has changed, and dials anew a moment later. */
function isHeard(view: string, words: readonly string[]): boolean {
  return words.every(word => view.includes(` ${word}`)) && !view.includes(' disconnected');
}

describe('addresses', () => {
  describe('of a cluster that announces others', () => {
    let servers: TestServers;

    before(async () => {
      // Long: while nodes dial each other in vain, none is to be called failed.
      servers = await startTestServers({ count: 3, nodeTimeoutMilliseconds: 60_000 });
      await createWithRedisCli(servers, 0);
    });
    after(() => servers?.close());

    async function announce(
      settings: (port: number) => Record<string, string | number>,
      ports = servers.ports,
    ): Promise<void> {
      for (const port of ports) await sendCommand(port, ['CONFIG', 'SET', ...Object.entries(settings(port)).flat()]);
    }

    async function announcedEverywhere(word: (port: number) => string): Promise<void> {
      await eventually(
        async () => {
          const views = await Promise.all(servers.ports.map(port => sendCommand(port, ['CLUSTER', 'NODES'])));
          return views.every(view => isHeard(String(view), servers.ports.map(word)));
        },
        { what: 'everybody has heard of every address, and dialled it' },
      );
    }

    it('as host names are used, and named where they are the preferred ones', async () => {
      await announce(() => ({
        'cluster-announce-hostname': 'localhost',
        'cluster-preferred-endpoint-type': 'hostname',
      }));
      await eventually(
        async () => {
          const views = await Promise.all(servers.ports.map(port => sendCommand(port, ['CLUSTER', 'NODES'])));
          return views.every(view => String(view).match(/,localhost/g)?.length === 3);
        },
        { what: 'everybody has heard of the host names' },
      );
      await withClient({ nodes: [`localhost:${servers.ports[0]}`] }, async client => {
        const topology = await settled(client, 3);
        assert.deepEqual(
          topology.nodes.map(({ reachable }) => reachable),
          [true, true, true],
        );
        const { nodes, unreachable } = await client.testConnection();
        assert.deepEqual([nodes.length, unreachable], [3, []]);
        assert.match(nodes[0]!.steps[0]!.text, /^localhost is (.*, )?127\.0\.0\.1/);
        const failed = nodes.flatMap(({ steps }) => steps.filter(({ outcome }) => outcome !== 'passed'));
        assert.deepEqual(failed, []);
      });
      await announce(() => ({ 'cluster-announce-hostname': '', 'cluster-preferred-endpoint-type': 'ip' }));
    });

    it('as ports that only they know are told, with what would mend it', async () => {
      await announce(port => ({ 'cluster-announce-port': 1, 'cluster-announce-bus-port': port + 10_000 }));
      await announcedEverywhere(port => `127.0.0.1:1@${port + 10_000}`);
      await withClient({ nodes: [servers.nodes[0]!] }, async client => {
        const { nodes, unreachable, addressMap } = await client.testConnection();
        assert.equal(nodes[0]!.steps.at(-1)!.name, 'permissions');
        assert.deepEqual(
          unreachable.map(({ address, isWellForOthers, answersAt }) => [address, isWellForOthers, answersAt]),
          [
            ['127.0.0.1:1', true, undefined],
            ['127.0.0.1:1', true, undefined],
          ],
        );
        assert.equal(new Set(unreachable.map(({ nodeId }) => nodeId)).size, 2);
        assert.deepEqual(addressMap, {});
        const text = explainAnnounced(unreachable[0]!).join(' ');
        assert.match(text, /The other nodes reach it at 127\.0\.0\.1:1, this computer does not\./);
        assert.match(text, /cluster-announce-ip.*cluster-announce-port.*cluster-announce-hostname/);
      });
      await announce(port => ({ 'cluster-announce-port': port, 'cluster-announce-bus-port': port + 10_000 }));
      await announcedEverywhere(port => `127.0.0.1:${port}@`);
    });

    it('that nobody reaches are found on the host of a seed by their ids, and dialled there when mapped', async () => {
      const [seed, ...others] = servers.ports as [number, ...number[]];
      const announced = (port: number): string => `10.255.0.${(port % 250) + 1}`;
      await announce(port => ({ 'cluster-announce-ip': announced(port) }), others);
      await eventually(
        async () => {
          const view = String(await sendCommand(seed, ['CLUSTER', 'NODES']));
          return others.every(port => view.includes(` ${announced(port)}:${port}@`));
        },
        { what: 'the seed has heard of their addresses' },
      );
      const nodes = [`127.0.0.1:${seed}`];
      const expected = others.map(port => [`${announced(port)}:${port}`, `127.0.0.1:${port}`] as const);
      const found = await withClient({ nodes }, async client => {
        const { unreachable, addressMap } = await client.testConnection();
        assert.match(explainAnnounced(unreachable[0]!).join(' '), /same node answers at 127\.0\.0\.1:/);
        return addressMap;
      });
      assert.deepEqual(found, Object.fromEntries(expected));
      await withClient({ nodes, addressMap: found }, async client => {
        const { nodes: tested, unreachable } = await client.testConnection();
        assert.deepEqual([tested.length, unreachable], [3, []]);
        const { answered, asked } = await client.observe();
        assert.deepEqual([answered, asked], [3, 3]);
      });
    });
  });

  it('of IPv6 serve to create a cluster, to look at it, and to move slots with their keys', async () => {
    const servers: BareServer[] = [];
    try {
      for (let count = 0; count < 3; count++)
        servers.push(
          await startBareServer({
            bind: '127.0.0.1 ::1',
            'cluster-enabled': 'yes',
            'cluster-config-file': 'nodes.conf',
            'cluster-node-timeout': '1000',
          }),
        );
      const nodes = servers.map(({ port }) => `[::1]:${port}`);
      await withClient({ nodes }, async client => {
        await client.run(planCreate(await client.observe(), { replicasPerMaster: 0 })).finished;
      });
      await withClient({ nodes: nodes.slice(0, 1) }, async client => {
        const topology = await settled(client, 3);
        assert.deepEqual(topology.nodes.map(({ address }) => address).sort(), [...nodes].sort());
        const { master } = shardOf(topology);
        const target = topology.nodes.find(({ id }) => id !== master.id)!;
        await sendCommand(master.port, ['SET', keyInSlot(0, 0), 'kept']);
        const measurements = await client.measureSlots();
        const plan = planReshard(topology, { slots: '0', to: target.id, engine: 'classic', measurements });
        assert.equal((await client.run(plan).finished).outcome, 'completed');
        assert.equal(await sendCommand(target.port, ['GET', keyInSlot(0, 0)]), 'kept');
        const { nodes: tested, unreachable } = await client.testConnection();
        assert.deepEqual([tested.length, unreachable], [3, []]);
      });
    } finally {
      await Promise.all(servers.map(server => server.close()));
    }
  });
});
