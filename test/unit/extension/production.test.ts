import '../../support/vscodeWords';
import assert from 'node:assert/strict';
import type { CommandDependencies } from '../../../src/extension/commands/dependencies';
import { createCluster } from '../../../src/extension/commands/createCluster';
import { approveAct, superviseCluster } from '../../../src/extension/commands/supervise';
import type { Prompts } from '../../../src/extension/prompts';
import type { ClusterSession } from '../../../src/extension/sessions/types';
import { emptyState, sampleState, threeShards, sampleTopology, type SampleNode } from './sampleCluster';

describe('A cluster that another entry of the list marks as in production', () => {
  const twin = {
    ...sampleState(threeShards),
    definition: { ...emptyState().definition, id: 'twin', production: true },
  };

  it('wants its name typed before its supervisor acts by itself', async () => {
    const { dependencies, asked, modes } = make([sampleState(threeShards), twin]);
    await superviseCluster(dependencies, { clusterId: 'sample', mode: 'act' });
    assert.match(asked.join(), /^This cluster is in production, and would be changed unattended\. Type .* Sample,/);
    assert.deepEqual(modes, []);
    await superviseCluster(dependencies, { clusterId: 'sample', mode: 'ask' });
    assert.deepEqual([asked.length, modes], [1, ['ask']]);
  });

  it('wants its name typed before what is proposed is done', async () => {
    let approved = 0;
    const supervisor = { state: { kind: 'asking', plan: { title: 'Heal it' } }, approve: () => ++approved > 0 };
    const asking = { ...sampleState(threeShards), supervisor } as unknown as ClusterSession;
    const { dependencies, asked } = make([asking, twin]);
    await approveAct(dependencies, { clusterId: 'sample' });
    assert.deepEqual([asked.length, approved], [1, 0]);
    await approveAct(make([asking]).dependencies, { clusterId: 'sample' });
    assert.equal(approved, 1);
  });

  it('wants its name typed before a cluster is made of its nodes', async () => {
    const alone: SampleNode[] = [0, 1, 2].map(index => ({ port: 7000 + index, alone: true }));
    const topology = sampleTopology(alone);
    const client = () => Promise.resolve({ observe: () => Promise.resolve(topology) });
    const known = { ...emptyState(), topology, client } as unknown as ClusterSession;
    const marked = { ...twin, topology, definition: { ...twin.definition, name: 'Live' } };
    const { dependencies, asked } = make([known, marked]);
    const nodes = topology.nodes.map(({ address }) => address);
    const argument = { clusterId: 'sample', nodes, replicasPerMaster: 0, confirmed: true };
    assert.equal(await createCluster(dependencies, argument), undefined);
    assert.match(asked.join(), /in production\. Type .* Live,/);
  });
});

/** Nobody types a name. */
function make(states: readonly Partial<ClusterSession>[]) {
  const [asked, modes]: string[][] = [[], []];
  const sessions = states as ClusterSession[];
  const dependencies = {
    prompts: { input: async ({ prompt }: Parameters<Prompts['input']>[0]) => void asked!.push(prompt) },
    store: { sessions, get: (id: string) => sessions.find(({ definition }) => definition.id === id) },
    supervision: { setMode: async (_: unknown, mode: string) => void modes!.push(mode) },
    log: { info: () => undefined },
  } as unknown as CommandDependencies;
  return { dependencies, asked: asked!, modes: modes! };
}
