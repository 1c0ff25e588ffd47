import assert from 'node:assert/strict';
import { slotWorkLeft } from '../../../src/core/operation/steps/slotWork';
import { planReshard } from '../../../src/core/plan/planReshard';
import { changed, modelCluster, nodeId, type ModelNode } from '../topology/modelCluster';
import { sceneOf, type Scene } from '../plan/memberTopologies';

const [source, target, replica, othersReplica] = [nodeId(1), nodeId(2), nodeId(5), nodeId(6)];

describe('The work left of a move of slots', () => {
  const plan = planReshard(sceneOf(), { slots: '5400-5461', from: [source], to: target });
  const moves = plan.steps.flatMap(step => (step.kind === 'moveSlots' ? step.moves : []));

  /** The target died when it had 12 of the 62 slots, and this replica has its slots now. */
  function takenOver(id: string, heir: Partial<ModelNode> = {}): Scene {
    const nodes = changed(modelCluster(3, 1), source, { slots: '0-5449' });
    const dead = changed(nodes, target, { flags: ['fail'], slots: '' });
    const change = { role: 'master', masterId: '-', slots: '5450-10922', epoch: 9, ...heir } as const;
    return { nodes: changed(dead, id, change), silent: [target] };
  }

  function left(scene: Scene) {
    const { work, done, obstacles } = slotWorkLeft(moves, plan, sceneOf(scene));
    const shown = work.map(
      ({ target: to, slots }) => `${to.id === target ? 'target' : to.address} ${slots.toString()}`,
    );
    return { work: shown, done: done.toString(), obstacles };
  }

  it('goes to the replica that took over from the target', () => {
    assert.deepEqual(left(takenOver(replica)), {
      work: ['10.0.0.4:7005 5400-5449'],
      done: '5450-5461',
      obstacles: [],
    });
  });

  it('goes to one that became its replica only after the plan was made', () => {
    assert.deepEqual(left(takenOver(othersReplica)).work, ['10.0.0.5:7006 5400-5449']);
  });

  it('waits for one that is in doubt yet, and knows what has arrived there', () => {
    const { work, done, obstacles } = left(takenOver(replica, { flags: ['fail?'] }));
    assert.deepEqual([work, done], [[], '5450-5461']);
    assert.deepEqual(
      obstacles.map(({ code, passes }) => [code, passes]),
      [['noMaster', true]],
    );
  });

  it('is refused where slots went to somebody else', () => {
    const nodes = changed(modelCluster(3, 1), source, { slots: '0-5449' });
    const stolen = changed(nodes, nodeId(3), { slots: '5450-5461 10923-16383', epoch: 9 });
    const { obstacles } = left({ nodes: stolen });
    assert.deepEqual(
      obstacles.map(({ code, passes }) => [code, passes]),
      [['ownerChanged', false]],
    );
  });
});
