import assert from 'node:assert/strict';
import { findServerBinary } from '../../../src/core/local/findServerBinary';
import { connect, type ClusterClient } from '../../../src/core/operation/clusterClient';
import type { OperationResult } from '../../../src/core/operation/types';
import { planAddNode } from '../../../src/core/plan/planAddNode';
import { planCreate } from '../../../src/core/plan/planCreate';
import type { Plan } from '../../../src/core/plan/types';
import { findTestPorts } from '../../support/freePorts';
import { nodeAt, settled } from '../../support/members';
import { checkCluster } from '../../support/testCluster';
import { startBareServer, type BareServer } from '../connection/bareServer';

describe('servers with bus ports of their own choice', () => {
  let servers: BareServer[] = [];
  let client: ClusterClient | undefined;

  afterEach(async () => {
    await client?.close();
    for (const server of servers) await server.close();
    servers = [];
  });

  /** One server for each; the bus port of those with `true` is not their port + 10000. */
  async function start(...areOwn: boolean[]): Promise<void> {
    const ports = await findTestPorts(2 * areOwn.length);
    servers = await Promise.all(
      areOwn.map((isOwn, index) =>
        startBareServer(
          {
            'cluster-enabled': 'yes',
            'cluster-node-timeout': '1000',
            'repl-diskless-sync-delay': '0',
            ...(isOwn && { 'cluster-port': String(ports[2 * index + 1]) }),
          },
          [],
          ports[2 * index],
        ),
      ),
    );
  }

  async function run(plan: Plan): Promise<OperationResult> {
    const result = await client!.run(plan).finished;
    assert.deepEqual([result.outcome, result.notes], ['completed', []]);
    return result;
  }

  for (const host of ['127.0.0.1', 'localhost'])
    it(`make a cluster that grows by both kinds, dialled as ${host}`, async () => {
      await start(true, false, true, true, false);
      const ports = servers.map(({ port }) => port);
      client = connect({ nodes: ports.map(port => `${host}:${port}`) });
      const alone = await client.observe();
      const first = ports.slice(0, 3).map(port => nodeAt(alone, port).id);
      await run(planCreate(alone, { nodes: first, replicasPerMaster: 0 }));
      const three = await settled(client, 3);
      await run(planAddNode(three, { node: nodeAt(three, ports[3]!).id, as: 'replica' }));
      const four = await settled(client, 4);
      await run(planAddNode(four, { node: nodeAt(four, ports[4]!).id, as: 'master' }));
      const { nodes } = await settled(client, 5);
      for (const [index, isOwn] of [true, false, true, true, false].entries()) {
        const { busPort, port } = nodes.find(node => node.port === ports[index])!;
        assert.equal(busPort !== port + 10_000, isOwn);
      }
      const { cliPath } = await findServerBinary(process.env.RCM_TEST_SERVER);
      await checkCluster({ cliPath: cliPath!, ports });
    });
});
