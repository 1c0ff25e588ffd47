import assert from 'node:assert/strict';
import { ServerReplyError } from '../../../src/core/connection/connectionError';
import type { NodeConnection } from '../../../src/core/connection/types';
import { End } from '../../../src/core/migration/classic/end';
import { explainDown } from '../../../src/core/migration/classic/explainDown';
import { explainFailure } from '../../../src/core/migration/classic/explainFailure';
import { changed, modelCluster, nodeId, renderNodes, type ModelNode } from '../topology/modelCluster';

const [source, target] = [1, 2].map(number => ({
  id: nodeId(number),
  address: `10.0.0.${number - 1}:700${number}`,
})) as [{ id: string; address: string }, { id: string; address: string }];

async function explained(nodes: readonly ModelNode[], reply = 'CLUSTERDOWN The cluster is down'): Promise<string> {
  const pipeline = async (): Promise<string[]> => [renderNodes(nodes, source.id)];
  const ends = [source, target].map(member => new End(member, () => ({ pipeline }) as unknown as NodeConnection, 1000));
  const error = new ServerReplyError(source.address, 'MIGRATE', reply);
  const failure = explainFailure(error, { source, target });
  const { code, what, remedy } = await explainDown(failure, { source: ends[0]!, target: ends[1]! }, 0);
  return [code, what, remedy].join(' ');
}

describe('A move that a cluster that is down refuses', () => {
  it('is told with the slots that belong to nobody', async () => {
    const nodes = changed(modelCluster(3), nodeId(3), { slots: '10923-11999 12001-16383' });
    assert.match(
      await explained(nodes),
      /^slotsUncovered 10\.0\.0\.0:7001 takes no .*slot 12000 belongs to nobody\. Fix/,
    );
  });

  it('is told with the slots of a master that failed', async () => {
    const nodes = changed(modelCluster(3), nodeId(3), { flags: ['fail'] });
    assert.match(await explained(nodes), /slots 10923-16383 belong to 10\.0\.0\.2:7003, which failed/);
  });

  it('keeps its own words where all slots are served, and other refusals do', async () => {
    assert.match(await explained(modelCluster(3)), /holds the cluster to be down/);
    assert.match(await explained([], 'LOADING'), /^loading/);
  });
});
