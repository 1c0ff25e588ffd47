import assert from 'node:assert/strict';
import { failover } from '../../../../src/extension/commands/failover';
import type { CommandDependencies } from '../../../../src/extension/commands/dependencies';
import type { ClusterSession } from '../../../../src/extension/sessions/types';
import { mergeLooks } from '../../../../src/core/topology/mergeLooks';
import { changed, looksAt, modelCluster, nodeId } from '../../topology/modelCluster';
import { sampleState, threeShards } from '../sampleCluster';

const [master, replica] = [nodeId(1), nodeId(4)] as [string, string];

interface Offer {
  message: string;
  labels: string[];
  detail: string | undefined;
}

describe('Fail Over of a master that is gone', () => {
  it('says each thing in a line, and has the harmless button first', async () => {
    const offers: Offer[] = [];
    const looks = await failOver(offers, [undefined]);
    assert.equal(looks, 1);
    const [{ message, labels, detail } = assert.fail('nothing was offered')] = offers;
    assert.equal(message, '10.0.0.3:7004 cannot take over gracefully. Nothing was changed.');
    assert.deepEqual(labels, ['Try Again', 'Force Failover…']);
    assert.match(detail ?? '', /^10\.0\.0\.0:7001 .* cannot hand over/);
  });

  it('looks at the cluster anew when it is tried again', async () => {
    const offers: Offer[] = [];
    assert.equal(await failOver(offers, ['Try Again', undefined]), 2);
    assert.equal(offers.length, 2);
  });
});

/** How often it looked at the cluster until the person had turned away. */
async function failOver(offers: Offer[], answers: (string | undefined)[]): Promise<number> {
  const nodes = changed(modelCluster(3, 1), master, { flags: ['fail'] });
  const topology = mergeLooks(looksAt(nodes, { silent: [master] }));
  let looks = 0;
  const client = {
    observe: () => {
      looks++;
      return Promise.resolve(topology);
    },
    measureFailover: () => Promise.resolve({}),
  };
  const session = {
    ...sampleState(threeShards),
    topology,
    client: () => Promise.resolve(client),
  } as unknown as ClusterSession;
  const dependencies = {
    store: { sessions: [session], get: () => session },
    journal: () => Promise.resolve({ refuseHeld: () => Promise.resolve() }),
    prompts: {
      offer: (
        message: string,
        choices: readonly { label: string; value: unknown }[],
        { detail }: { detail?: string } = {},
      ) => {
        offers.push({ message, labels: choices.map(({ label }) => label), detail });
        const answer = answers.shift();
        return Promise.resolve(choices.find(({ label }) => label === answer)?.value);
      },
    },
  } as unknown as CommandDependencies;
  // Turned away: a CancellationError, which says nothing.
  await assert.rejects(failover(dependencies, { clusterId: 'sample', nodeId: replica }), { message: '' });
  return looks;
}
