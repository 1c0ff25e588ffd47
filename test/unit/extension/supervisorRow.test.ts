import assert from 'node:assert/strict';
import type { Supervisor } from '../../../src/core/index';
import type { ClusterState } from '../../../src/extension/sessions/clusterState';
import { wayOn } from '../../../src/extension/supervision/wayOn';
import { supervisorRows } from '../../../src/extension/tree/supervisorRow';
import { sampleState, threeShards, withNodes } from './sampleCluster';

type State = Supervisor['state'];

describe('The row of the supervisor', () => {
  it('says that all is well only where there is no problem, else how many', () => {
    assert.equal(descriptionOf(sampleState(threeShards)), 'act · All is well');
    const failed = sampleState(withNodes(threeShards, { port: 7004, masterPort: 7001, down: 'fail' }));
    const { length } = failed.health!.problems;
    assert.ok(length > 1);
    assert.equal(descriptionOf(failed), `act · ${length} problems, none that it heals`);
  });

  it('offers to let it go on where that helps, and to be asked again what was declined', () => {
    const wordsAt = (state: State, failure?: string): string =>
      rowOf(sampleState(threeShards), supervisorAt(state, failure)).contextValue;
    assert.equal(wordsAt(blocked('actsPerHour')), 'supervisor halted');
    assert.equal(wordsAt(blocked('notFlapping')), 'supervisor halted');
    assert.equal(wordsAt(blocked('syncFailed'), 'syncFailed'), 'supervisor halted');
    assert.equal(wordsAt(blocked('declined')), 'supervisor declined');
    assert.equal(wordsAt(blocked('spareAvailable')), 'supervisor', 'only a spare helps');
    assert.equal(wordsAt(blocked('majorityVisible'), 'syncFailed'), 'supervisor', 'not before that is over');
    assert.equal(wayOn(supervisorAt({ kind: 'healthy' })), undefined);
  });
});

function blocked(code: string): State {
  return { kind: 'blocked', code, reason: 'It stopped.', remedy: '' };
}

function supervisorAt(state: State, failureCode?: string): Supervisor {
  const failure = failureCode && { act: { kind: 'balanceRoles' }, code: failureCode, reason: 'x', remedy: 'y' };
  const remember = () => ({ tombstones: [], acts: [], ...(failure && { failure }) });
  return { state, settings: { mode: 'act' }, remember } as unknown as Supervisor;
}

function rowOf(state: ClusterState, supervisor: Supervisor): ReturnType<typeof supervisorRows>[number] {
  return supervisorRows({ ...state, supervisor })[0]!;
}

function descriptionOf(state: ClusterState): string {
  return rowOf(state, supervisorAt({ kind: 'healthy' })).description;
}
