import assert from 'node:assert/strict';
import type { ClusterClient } from '../../../src/core/operation/clusterClient';
import { planReplaceNode } from '../../../src/core/plan/planReplaceNode';
import { assertForgotten, clientOf, killAndAwait, settled, shardOf, startMembers } from '../../support/members';
import { checkCluster, sendCommand, type TestServers } from '../../support/testCluster';

describe('a node that was forgotten', () => {
  let servers: TestServers;
  let client: ClusterClient;

  before(async () => {
    servers = await startMembers({ spares: 1 });
    client = clientOf(servers);
  });
  after(async () => {
    await client.close();
    await servers.close();
  });

  it('and comes back while the ban lasts stays forgotten when that has run out, and is named', async function () {
    this.timeout(150_000);
    const [replica] = shardOf(await settled(client, 6)).replicas;
    assert(replica);
    const failed = await killAndAwait(servers, client, replica.port);
    const others = servers.ports.filter(port => port !== replica.port);
    const ban = Number(
      ((await sendCommand(others[0]!, ['CONFIG', 'GET', 'cluster-blacklist-ttl'])) as string[])[1] ?? 60,
    );
    let started: Promise<unknown> | undefined;
    const { outcome, notes, durationMilliseconds } = await client.run(planReplaceNode(failed, { node: replica.id }), {
      onProgress: ({ step }) => {
        if (step?.kind === 'awaitForgotten') started ??= servers.servers.start(replica.port);
      },
    }).finished;
    await started;
    assert.equal(outcome, 'completed');
    assert(durationMilliseconds > ban * 1000, `${durationMilliseconds} ms`);
    assert.match(notes.join(' '), new RegExp(`${replica.address} answers again, with its old data.*Add it as a spare`));
    await assertForgotten(others, replica.id);
    await checkCluster(servers, others[0]);
  });
});
