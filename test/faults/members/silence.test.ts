import assert from 'node:assert/strict';
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import { connect, type ClusterClient } from '../../../src/core/operation/clusterClient';
import type { OperationResult } from '../../../src/core/operation/types';
import { planRemoveNode } from '../../../src/core/plan/planRemoveNode';
import { assertAlone, assertForgotten, clientOf, settled, shardOf, startMembers } from '../../support/members';
import { openNetwork, type Network } from '../../support/supervisor/network';
import { checkCluster, type TestServers } from '../../support/testCluster';

const forgetWaitMilliseconds = 300;

describe('removing a node while the way to all the others is cut', () => {
  let servers: TestServers;
  let network: Network;
  let client: ClusterClient;

  beforeEach(async () => {
    servers = await startMembers({ spares: 0 });
    network = await openNetwork(servers.ports);
    client = connect({ nodes: servers.nodes, addressMap: network.addressMap });
  });
  afterEach(async () => {
    await client.close();
    await network.close();
    await servers.close();
  });

  /** Cuts the way once the node is emptied, when the others have been looked at and are to be told. */
  async function removeAndCut(
    mended: Promise<unknown>,
  ): Promise<{ port: number; id: string; result: OperationResult }> {
    const [replica] = shardOf(await client.observe()).replicas;
    const { id, port } = replica!;
    const operation = client.run(planRemoveNode(await client.observe(), { node: id, forgetWaitMilliseconds }));
    // Looked at without a pause, for progress is told too seldom.
    while (!/^\d+ nodes forget/.test(operation.progress.message)) {
      assert(operation.state !== 'completed' && operation.state !== 'failed', operation.progress.message);
      await nextTurn();
    }
    network.cut();
    void mended.then(() => network.mend());
    const result = await operation.finished;
    return { id, port, result };
  }

  it('goes on when it is mended', async () => {
    const { id, port, result } = await removeAndCut(wait(5000));
    assert.equal(result.outcome, 'completed');
    assert.doesNotMatch(result.notes.join(' '), /could not be told/);
    await assertForgotten(servers.ports, id);
    await assertAlone(port);
    await checkCluster(
      servers,
      servers.ports.find(each => each !== port),
    );
  });

  it('does not call itself completed when it stays so, and is planned once more when it is mended', async () => {
    const rejected = removeAndCut(new Promise(() => undefined));
    await assert.rejects(rejected, {
      code: 'membersSilent',
      message: /could not be told to forget.*remove .* once more/,
    });
    network.mend();
    const inside = clientOf(servers);
    try {
      const now = await inside.observe();
      const ghost = now.nodes.find(({ inCluster, reachable }) => inCluster && !reachable);
      assert(ghost, 'the emptied node is still listed');
      await inside.run(planRemoveNode(now, { node: ghost.id, forgetWaitMilliseconds })).finished;
      await settled(inside, 5);
    } finally {
      await inside.close();
    }
  });
});
