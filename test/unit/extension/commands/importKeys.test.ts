import assert from 'node:assert/strict';
import { StalePlanError, type ClusterClient, type Plan } from '../../../../src/core/index';
import type { ImportFacts } from '../../../../src/core/plan/import/importFacts';
import type { CommandDependencies } from '../../../../src/extension/commands/dependencies';
import { importKeys } from '../../../../src/extension/commands/importKeys';
import { importSource } from '../../plan/importSource';
import { sampleState, threeShards } from '../sampleCluster';

const state = sampleState(threeShards);
const topology = state.topology!;
const target = { payloadVersion: 10, databases: 1, modules: [], clockAheadMilliseconds: 0 };
const facts: ImportFacts = {
  stateId: topology.stateId,
  source: { ...importSource, databases: [0, 1].map(database => ({ database, keys: 1, expiring: 0 })) },
  targets: topology.nodes.slice(0, 3).map(({ id, address }) => ({ id, address, ...target })),
};

describe('Import Keys', () => {
  it('keeps the choice of the first database when the cluster changed and it is planned again', async () => {
    const offered: string[] = [];
    const planned: Plan[] = [];
    const client: Partial<ClusterClient> = {
      observe: () => Promise.resolve(topology),
      inspectImportSource: () => Promise.resolve(facts),
      run: plan => {
        planned.push(plan);
        throw new StalePlanError(['A node left.']);
      },
    };
    const session = { ...state, client: () => Promise.resolve(client) };
    const dependencies = {
      store: { sessions: [session], get: () => session },
      settings: { migration: { latencyMilliseconds: 20 } },
      journal: () => Promise.resolve({ refuseHeld: () => Promise.resolve() }),
      log: { addSecret: () => undefined, info: () => undefined },
      prompts: {
        // The second plan is turned away.
        confirm: () => Promise.resolve(planned.length === 0),
        offer: (_: string, [first]: { label: string; value: unknown }[]) => {
          offered.push(first!.label);
          return Promise.resolve(first!.value);
        },
      },
      topologyPanels: {},
      documents: {},
    } as unknown as CommandDependencies;
    const argument = { clusterId: 'sample', source: facts.source.address };
    assert.equal(await importKeys(dependencies, argument), undefined);
    assert.equal(planned.length, 1);
    assert.deepEqual(offered, ['Database 0 Only', 'Plan Again']);
  });
});
