import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, startLocalServers, type ClusterClient, type ClusterNode } from '../../../src/core/index';
import { localServerOf } from '../../../src/extension/tree/contextWords';
import { createWithRedisCli, eventually, startTestServers, type TestServers } from '../../support/testCluster';

describe('A stopped local server at whose port another one answered meanwhile', () => {
  let test: TestServers;
  let client: ClusterClient;
  let elsewhere: string;

  before(async () => {
    elsewhere = await mkdtemp(join(tmpdir(), 'rcm-stranger-'));
    test = await startTestServers({ count: 6, nodeTimeoutMilliseconds: 1000 });
    await createWithRedisCli(test, 1);
    client = connect({ nodes: test.nodes });
  });
  after(async () => {
    await client.close();
    await test.close();
    await rm(elsewhere, { recursive: true });
  });

  it('is found by the id it stored, and starts where it was', async () => {
    const { nodes } = await client.observe();
    const { id, port } = nodes.find(({ role }) => role === 'replica')!;
    const observed = async (): Promise<ClusterNode> => (await client.observe()).nodes.find(node => node.id === id)!;
    await test.servers.stop(port);

    const stranger = await startLocalServers({ count: 1, ports: [port], directory: elsewhere, persistence: false });
    try {
      await eventually(async () => (await observed()).port === 0, { what: 'the cluster loses its address' });
    } finally {
      await stranger.close();
    }

    const server = localServerOf(await observed(), { localServers: test.servers });
    assert.deepEqual([server?.port, server?.state], [port, 'stopped']);
    await test.servers.start(server!.port);
    await eventually(async () => (await observed()).status === 'ok', { what: 'it is a replica again' });
    assert.equal((await observed()).port, port);
  });
});
