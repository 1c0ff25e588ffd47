import assert from 'node:assert/strict';
import type { CollisionChoice } from '../../../../src/core/plan/types';
import { changed, modelCluster, nodeId, type ModelNode, type Viewpoint } from '../../topology/modelCluster';
import { assertRefused } from '../memberTopologies';
import { collision, doing, fixOf, importing, migrating, step, type FixedScene } from './fixScenes';

const nodes = modelCluster(3, 1);
const [first, second, third] = [1, 2, 3].map(nodeId) as [string, string, string];
const [one, two, three] = ['10.0.0.0:7001', '10.0.0.1:7002', '10.0.0.2:7003'] as const;
const slot = 609;
const bothOpen = { [first]: migrating(slot, 2), [second]: importing(slot, 1) };

/** [new owner, slots] */
function claims(scene: FixedScene, wish: Parameters<typeof fixOf>[1]): [string, string][] {
  return step(fixOf(scene, wish), 'claimSlots').claims.map(({ node, slots }) => [node.address, slots]);
}

describe('A slot that nobody claims', () => {
  it('goes to the one that most call its owner, though it denies that', () => {
    const without = changed(nodes, first, { slots: '0-608 610-5461' });
    const elsewhere = { nodes: changed(without, third, { slots: '609 10923-16383' }) };
    const viewpoints = { [first]: { nodes: without }, [second]: elsewhere, [nodeId(5)]: elsewhere };
    assert.deepEqual(claims({ viewpoints }, {}), [[one, '609']]);
  });
});

describe('Slots that are taken from a master that failed', () => {
  const take = { unreachableOwners: 'take' } as const;
  const doubted = (flag: string): FixedScene => ({
    nodes: changed(nodes, second, { flags: [flag] }),
    silent: [second],
  });

  it('go to who claims them, else to who holds most of their keys', () => {
    const claiming = { nodes: changed(doubted('fail').nodes!, first, { slots: '0-5462' }) };
    const keys = { 5462: { [third]: 9 }, 5463: { [first]: 1, [third]: 4 } };
    const scene = { ...doubted('fail'), viewpoints: { [first]: claiming }, keys };
    assert.deepEqual(claims(scene, { ...take, slots: '5462-5463' }), [
      [one, '5462'],
      [three, '5463'],
    ]);
  });

  it('may be taken before it counts as failed only where everybody who answers doubts it', () => {
    const scene = doubted('fail?');
    assert.deepEqual(doing(fixOf(scene, take)), ['claimSlots', 'tellOwners']);
    assertRefused(() => fixOf({ ...scene, viewpoints: { [third]: { nodes } } }, take), 'ownerUnreachable');
  });
});

describe('Keys of slots between several nodes', () => {
  const viewpoints: Record<string, Viewpoint> = {
    [first]: migrating(slot, 2),
    [second]: { openSlots: `[${slot}-<-${first}] [6000->-${third}]` },
    [third]: importing(6000, 2),
  };
  const keys = { [slot]: { [first]: 5, [second]: 1 }, 6000: { [second]: 7, [third]: 2 } };

  it('are counted for each way of their own', () => {
    assert.deepEqual(
      step(fixOf({ viewpoints, keys }), 'moveSlots').moves.map(move => [
        move.source.address,
        move.target.address,
        move.slots,
        move.keys,
        move.engine,
      ]),
      [
        [one, two, '609', 5, 'classic'],
        [two, three, '6000', 7, 'classic'],
      ],
    );
    assert.deepEqual(
      step(fixOf({ viewpoints, keys }, { openSlots: 'rollBack' }), 'moveStrays').strays.map(stray => [
        stray.holder.address,
        stray.owner.address,
        stray.slots,
        stray.keys,
      ]),
      [
        [two, one, '609', 1],
        [three, two, '6000', 2],
      ],
    );
  });

  it('that three nodes hold have the copy of the owner, or of the other that holds most', () => {
    const scene = {
      keys: { [slot]: { [first]: 1, [second]: 1, [third]: 5 } },
      collisions: { [slot]: [collision('k', 'different', [1, 2, 3])] },
    };
    const choice = (rule: 'owner' | 'other') => {
      const [{ keep, drop }] = step(fixOf(scene, { collisions: rule }), 'moveStrays').choices as [CollisionChoice];
      return [keep.address, ...drop.map(({ address }) => address)];
    };
    assert.deepEqual(
      [choice('owner'), choice('other')],
      [
        [one, two, three],
        [three, one, two],
      ],
    );
  });
});

describe('A move that is rolled back', () => {
  it('brings nothing home from a target that refuses all keys and shows none: both ends are closed', () => {
    const viewpoints = { ...bothOpen, [second]: { ...bothOpen[second], state: 'fail' as const } };
    const plan = fixOf({ viewpoints }, { openSlots: 'rollBack' });
    assert.deepEqual(doing(plan), ['closeSlots']);
    assert.deepEqual(
      step(plan, 'closeSlots').closings.map(({ node }) => node.address),
      [one, two],
    );
  });
});

describe('An open slot', () => {
  const closed = (viewpoints: Record<string, Viewpoint>, silent: readonly string[] = []): string[][] => {
    const plan = fixOf({ viewpoints, silent }, { openSlots: 'rollBack', slots: `${slot}` });
    assert.deepEqual(doing(plan), ['closeSlots']);
    return step(plan, 'closeSlots').closings.map(({ node, via }) => [node.address, ...(via ? [via.address] : [])]);
  };

  it('is closed where it is open, and nothing is searched at a target that does not take it from anybody', () => {
    assert.deepEqual(closed({ [first]: migrating(slot, 2), [third]: importing(slot, 2) }), [[one], [three]]);
    assert.deepEqual(closed({ [first]: migrating(slot, 2), [second]: migrating(slot, 3) }), [[one], [two]]);
  });

  it('of a replica is closed through its master, unless it is open at that one, too', () => {
    const own = importing(slot, 1);
    const [ofSecond, ofThird] = [nodeId(5), nodeId(6)] as const;
    assert.deepEqual(closed({ [second]: own, [ofSecond]: own, [ofThird]: own }), [[two], ['10.0.0.5:7006', three]]);
  });
});

describe('While the cluster is down', () => {
  const down = (seen: readonly ModelNode[], silent: readonly string[], who: readonly string[]): FixedScene => {
    const viewpoints: Record<string, Viewpoint> = { [first]: migrating(slot, 3), [third]: importing(slot, 1) };
    for (const id of who) viewpoints[id] = { ...viewpoints[id], state: 'fail' };
    return { nodes: seen, silent, viewpoints };
  };
  const failed = changed(nodes, second, { flags: ['fail'] });

  it('for a master that failed, no keys can move, and it is told who refuses them', () => {
    assertRefused(
      () => fixOf(down(failed, [second], [first, third])),
      'ownerUnreachable',
      /has failed: .* Keys of slot 609 cannot move before: 10\.0\.0\.0:7001 and 10\.0\.0\.2:7003 refuse all keys meanwhile/,
    );
    assertRefused(
      () => fixOf(down(failed, [second], [third])),
      'ownerUnreachable',
      /cannot move before: 10\.0\.0\.2:7003 refuses all keys meanwhile/,
    );
  });

  it('for a master that is only silent, keys are moved all the same', () => {
    assert.deepEqual(doing(fixOf(down(nodes, [second], [first, third]))), ['moveSlots']);
  });

  it('for slots that are not to be fixed, it is told which, in words for one and for several', () => {
    const lacking = (slots: string) => down(changed(nodes, second, { slots }), [], [first, third]);
    const only = { slots: `${slot}` };
    assertRefused(
      () => fixOf(lacking('5463-10922'), only),
      'clusterDown',
      /^Slot 5462 belongs to nobody, and is not among those to be fixed; keys of slot 609 .* Fix it too: do not name slots, or name it as well\./,
    );
    assertRefused(
      () => fixOf(lacking('5464-10922'), only),
      'clusterDown',
      /^Slots 5462-5463 belong to nobody, and are not among those to be fixed; .* Fix them too: do not name slots, or name them as well\./,
    );
  });
});

describe('Masters with the same epoch', () => {
  it('keep it while one of them does not answer', () => {
    const collided = changed(nodes, second, { epoch: 1 });
    const viewpoints = { [first]: migrating(slot, 3) };
    assert.deepEqual(doing(fixOf({ nodes: collided, viewpoints })), ['closeSlots', 'separateEpochs']);
    assert.deepEqual(doing(fixOf({ nodes: collided, viewpoints, silent: [second] })), ['closeSlots']);
  });
});
