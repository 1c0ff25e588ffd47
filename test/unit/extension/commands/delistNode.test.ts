import assert from 'node:assert/strict';
import type { ClusterNode } from '../../../../src/core/index';
import type { CommandDependencies } from '../../../../src/extension/commands/dependencies';
import { addNode, removeNode } from '../../../../src/extension/commands/members';
import type { ClusterDefinition, ClusterSession } from '../../../../src/extension/sessions/types';
import { mergeLooks } from '../../../../src/core/topology/mergeLooks';
import { looksAt, modelCluster, refusedLook } from '../../topology/modelCluster';
import { emptyState } from '../sampleCluster';

const spare = '127.0.0.1:7006';

describe('Remove Node of a spare that is only in the list', () => {
  it('takes it off the list after a question, and touches nothing else', async () => {
    const definition = { nodes: ['127.0.0.1:7000', spare], spares: [spare, '127.0.0.1:7007'] };
    const [written, asked] = await remove(definition);
    assert.deepEqual(asked, [`Take ${spare} off the list of Sample?`]);
    assert.deepEqual(written, [
      { id: 'sample', name: 'Sample', nodes: ['127.0.0.1:7000'], spares: ['127.0.0.1:7007'] },
    ]);
  });

  it('changes nothing when the person turns away, nor takes the last address', async () => {
    const [written] = await remove({ nodes: ['127.0.0.1:7000', spare] }, false);
    assert.deepEqual(written, []);
    await assert.rejects(remove({ nodes: [spare] }), /only address/);
  });
});

describe('Add Node of a spare that does not answer', () => {
  it('is refused before anything is asked', async () => {
    const { session, node } = sceneOf({ nodes: ['127.0.0.1:7000', spare] });
    const dependencies = { store: { sessions: [session], get: () => session } } as unknown as CommandDependencies;
    await assert.rejects(addNode(dependencies, { clusterId: 'sample', nodeId: node.id }), /7006 does not answer/);
  });
});

function sceneOf(definition: Partial<ClusterDefinition>): { session: ClusterSession; node: ClusterNode } {
  const topology = mergeLooks([...looksAt(modelCluster(3, 1)), refusedLook(spare)]);
  const state = emptyState(definition);
  const node = topology.nodes.find(({ address }) => address === spare)!;
  return { session: { ...state, topology } as unknown as ClusterSession, node };
}

/** What was written, and what was asked. */
async function remove(
  definition: Partial<ClusterDefinition>,
  agrees = true,
): Promise<[written: ClusterDefinition[], asked: string[]]> {
  const { session, node } = sceneOf(definition);
  const written: ClusterDefinition[] = [];
  const asked: string[] = [];
  const dependencies = {
    log: { info: () => undefined },
    prompts: {
      confirm: ({ question }: { question: string }) => {
        asked.push(question);
        return Promise.resolve(agrees);
      },
    },
    store: {
      sessions: [session],
      get: () => session,
      update: (changed: ClusterDefinition) => {
        written.push(changed);
        return Promise.resolve({ lookNow: () => Promise.resolve() });
      },
    },
  } as unknown as CommandDependencies;
  await removeNode(dependencies, { clusterId: 'sample', nodeId: node.id });
  return [written, asked];
}
