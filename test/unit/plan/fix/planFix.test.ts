import assert from 'node:assert/strict';
import { describePlan } from '../../../../src/core/plan/describePlan';
import { planFix } from '../../../../src/core/plan/fix/planFix';
import { planCommands } from '../../../../src/core/plan/planCommands';
import { changed, modelCluster, nodeId } from '../../topology/modelCluster';
import { after, assertRefused } from '../memberTopologies';
import { collision, doing, fixOf, importing, lookAt, migrating, step, type FixedScene } from './fixScenes';

const [first, second, third] = [1, 2, 3].map(nodeId) as [string, string, string];
const slot = 609;

describe('planFix', () => {
  it('has nothing to do in a sound cluster, and tells of keys only where they were looked for', () => {
    const { topology, inspection } = lookAt({});
    const fix = (strayKeys: boolean, slots?: string) => () =>
      planFix(topology, { inspection: { ...inspection, strayKeys }, ...(slots !== undefined && { slots }) });
    const sound = 'closed and owned by one master each, whom all nodes see';
    assertRefused(
      fix(true),
      'nothingToDo',
      new RegExp(`^All slots are ${sound}, and no keys are where they do not belong\\.`),
    );
    assertRefused(fix(false, '5-7'), 'nothingToDo', new RegExp(`^Slots 5-7 are ${sound}\\.`));
  });

  it('is refused where no master answers', () => {
    assertRefused(
      () => fixOf({ silent: [first, second, third] }),
      'noCluster',
      /no cluster with a master that answers/,
    );
  });

  it('refuses an inspection of another state', () => {
    const { topology, inspection } = lookAt({});
    assertRefused(() => planFix(topology, { inspection: { ...inspection, stateId: 'other' } }), 'staleInspection');
  });

  const bothOpen: FixedScene = {
    viewpoints: { [first]: migrating(slot, 2), [second]: importing(slot, 1) },
    keys: { [slot]: { [first]: 5, [second]: 3 } },
  };

  describe('open slots', () => {
    const cases: [string, FixedScene, { finish: string[]; rollBack: string[]; unasked: string[] }][] = [
      ['at both ends', bothOpen, { finish: ['moveSlots'], rollBack: ['moveStrays'], unasked: ['moveSlots'] }],
      [
        'at both ends, without keys',
        { viewpoints: bothOpen.viewpoints! },
        { finish: ['moveSlots'], rollBack: ['moveStrays'], unasked: ['moveSlots'] },
      ],
      [
        'at the source',
        { viewpoints: { [first]: migrating(slot, 2) } },
        { finish: ['moveSlots'], rollBack: ['closeSlots'], unasked: ['closeSlots'] },
      ],
      [
        'at the target',
        { viewpoints: { [second]: importing(slot, 1) } },
        { finish: ['moveSlots'], rollBack: ['closeSlots'], unasked: ['closeSlots'] },
      ],
      [
        'at a target with keys',
        { viewpoints: { [second]: importing(slot, 1) }, keys: { [slot]: { [second]: 2 } } },
        { finish: ['moveSlots'], rollBack: ['moveStrays'], unasked: ['moveStrays'] },
      ],
      [
        'at two targets, one with keys',
        {
          viewpoints: { [second]: importing(slot, 1), [third]: importing(slot, 1) },
          keys: { [slot]: { [second]: 2 } },
        },
        {
          finish: ['moveStrays', 'closeSlots'],
          rollBack: ['moveStrays', 'closeSlots'],
          unasked: ['moveStrays', 'closeSlots'],
        },
      ],
      [
        'at the source and two targets with keys',
        {
          viewpoints: { ...bothOpen.viewpoints, [third]: importing(slot, 1) },
          keys: { [slot]: { [first]: 1, [second]: 2, [third]: 3 } },
        },
        { finish: ['moveStrays', 'moveSlots'], rollBack: ['moveStrays'], unasked: ['moveStrays', 'moveSlots'] },
      ],
      [
        'at a target that imports from somebody else than the owner',
        { viewpoints: { [second]: importing(slot, 3) } },
        { finish: ['closeSlots'], rollBack: ['closeSlots'], unasked: ['closeSlots'] },
      ],
      [
        'at a node that lost it, towards the owner',
        { viewpoints: { [second]: migrating(slot, 1) } },
        { finish: ['closeSlots'], rollBack: ['closeSlots'], unasked: ['closeSlots'] },
      ],
    ];
    for (const [where, scene, expected] of cases)
      it(`open ${where}`, () => {
        assert.deepEqual(doing(fixOf(scene, { openSlots: 'finish' })), expected.finish);
        assert.deepEqual(doing(fixOf(scene, { openSlots: 'rollBack' })), expected.rollBack);
        assert.deepEqual(doing(fixOf(scene)), expected.unasked);
      });

    it('sent by the owner are finished, and rolled back where only a target takes them, when that is wished', () => {
      const wish = { openSlots: 'finishSent' } as const;
      assert.deepEqual(doing(fixOf({ viewpoints: { [first]: migrating(slot, 2) } }, wish)), ['moveSlots']);
      assert.deepEqual(doing(fixOf(bothOpen, wish)), ['moveSlots']);
      const taken = { viewpoints: { [second]: importing(slot, 1) }, keys: { [slot]: { [second]: 2 } } };
      assert.deepEqual(doing(fixOf(taken, wish)), ['moveStrays']);
    });

    it('are told in one sentence per group', () => {
      const viewpoints = {
        [first]: { openSlots: [1, 2, 3, 9].map(each => `[${each}->-${second}]`).join(' ') },
        [second]: { openSlots: [1, 2, 3].map(each => `[${each}-<-${first}]`).join(' ') },
      };
      const plan = fixOf({ viewpoints, keys: { 1: { [first]: 4 }, 2: { [first]: 5 } } });
      assert.deepEqual(plan.findings, [
        'Slots 1-3: 10.0.0.0:7001 sends them to 10.0.0.1:7002 and 10.0.0.1:7002 takes them from 10.0.0.0:7001 (9 keys at 10.0.0.0:7001). The move is finished: they go to 10.0.0.1:7002.',
        'Slot 9: 10.0.0.0:7001 sends it to 10.0.0.1:7002. It stays with 10.0.0.0:7001 and is closed.',
      ]);
      assert.match(describePlan(plan), /Found\n.*Slots 1-3/);
      assert.match(planCommands(plan).join('\n'), /for slot in .*CLUSTER SETSLOT \$slot STABLE/);
    });

    it('that are rolled back bring home what the owner sends to be written at the other end, whether or not that shows keys', () => {
      const ends = 'Slot 609: 10.0.0.0:7001 sends it to 10.0.0.1:7002 and 10.0.0.1:7002 takes it from 10.0.0.0:7001';
      const rolledBack = (keys: Record<string, number>): readonly string[] | undefined =>
        fixOf({ ...bothOpen, keys: { [slot]: keys } }, { openSlots: 'rollBack' }).findings;
      assert.deepEqual(rolledBack({ [first]: 2 }), [
        `${ends} (2 keys at 10.0.0.0:7001). It stays with 10.0.0.0:7001 and is closed; what is still written elsewhere goes home to it.`,
      ]);
      assert.deepEqual(rolledBack({ [second]: 2 }), [
        `${ends} (2 keys at 10.0.0.1:7002). It stays with 10.0.0.0:7001, and the keys elsewhere go home to it.`,
      ]);
    });

    it('end with the target as the owner in the picture when they are finished', () => {
      const plan = fixOf(bothOpen);
      assert.equal(after(plan, first)?.slots, '0-608,610-5461');
      assert.equal(after(plan, second)?.slots, `${slot},5462-10922`);
    });

    it('of a replica are closed through its master', () => {
      const plan = fixOf({ viewpoints: { [nodeId(5)]: importing(slot, 1) } });
      const [closing] = step(plan, 'closeSlots').closings;
      assert.equal(closing!.node.id, nodeId(5));
      assert.equal(closing!.via?.id, second);
    });

    it('of a replica follow those of its master', () => {
      const viewpoints = { ...bothOpen.viewpoints, [nodeId(5)]: importing(slot, 1) };
      assert.deepEqual(doing(fixOf({ ...bothOpen, viewpoints })), ['moveSlots']);
    });

    it('towards a node nobody knows are closed, with a warning', () => {
      const plan = fixOf({ viewpoints: { [first]: migrating(slot, 99) } }, { openSlots: 'finish' });
      assert.deepEqual(doing(plan), ['closeSlots']);
      assert.match(plan.warnings.find(({ code }) => code === 'peerGone')!.text, /unknown node/);
    });

    it('towards a silent node the cluster still sees stay open', () => {
      assertRefused(
        () => fixOf({ ...bothOpen, silent: [second], keys: {} }, { slots: `${slot}` }),
        'peerUnreachable',
        /may hold some of the keys/,
      );
    });
  });

  describe('slots of a silent master', () => {
    const failed: FixedScene = { nodes: changed(modelCluster(3, 1), second, { flags: ['fail'] }), silent: [second] };

    it('stay its own, and its replica is named', () => {
      assertRefused(
        () => fixOf(failed, { uncovered: 'assign', openSlots: 'rollBack' }),
        'ownerUnreachable',
        /10\.0\.0\.1:7002.*10\.0\.0\.4:7005 take over/,
      );
    });

    it('stay its own even when another one claims some, which may have slept', () => {
      const nodes = changed(modelCluster(3, 1), second, { flags: ['fail'], epoch: 9 });
      const slept = changed(nodes, first, { slots: '0-5461 5462' });
      assertRefused(
        () => fixOf({ nodes, silent: [second], viewpoints: { [first]: { nodes: slept } } }),
        'ownerUnreachable',
      );
    });

    it('are taken when that is wished: it loses data and says so', () => {
      const plan = fixOf(failed, { unreachableOwners: 'take' });
      assert.equal(plan.risk, 'losesData');
      assert.match(
        plan.warnings.find(({ code }) => code === 'slotsTaken')!.text,
        /5462-10922 are taken from 10\.0\.0\.1:7002/,
      );
      assert.deepEqual(doing(plan), ['claimSlots', 'tellOwners']);
      assert.equal(after(plan, second)?.slots, '');
    });

    it('are not taken while the cluster sees it', () => {
      assertRefused(() => fixOf({ silent: [second] }, { unreachableOwners: 'take' }), 'ownerUnreachable');
    });

    it('stay its own when it fell silent between the two looks', () => {
      const { topology } = lookAt({});
      const { inspection } = lookAt({ silent: [second] });
      assertRefused(
        () => planFix(topology, { inspection, uncovered: 'assign', unreachableOwners: 'take' }),
        'ownerUnreachable',
      );
    });

    it('do not keep others from being fixed, with a warning', () => {
      const plan = fixOf({ ...failed, viewpoints: { [first]: migrating(slot, 3) } });
      assert.deepEqual(doing(plan), ['closeSlots']);
      assert.match(plan.warnings.map(({ text }) => text).join(' '), /Not fixed: .*10\.0\.0\.1:7002/);
    });

    it('are not the only ones that matter: without a majority owners do not change', () => {
      const nodes = [second, third].reduce((all, id) => changed(all, id, { flags: ['fail'] }), modelCluster(3, 1));
      const lost = nodes.map(node => (node.id === first ? { ...node, slots: '0-608 610-5461' } : node));
      assertRefused(
        () => fixOf({ nodes: lost, silent: [second, third] }, { uncovered: 'assign', slots: `${slot}` }),
        'noMajority',
      );
    });
  });

  describe('slots of nobody', () => {
    const without = (slots: string): FixedScene => ({ nodes: changed(modelCluster(3, 1), first, { slots }) });

    it('are assigned only when that is wished', () => {
      assertRefused(() => fixOf(without('0-608 610-5461')), 'uncoveredSlots', /\(609\)/);
    });

    it('are spread in ranges, one claim per master', () => {
      const plan = fixOf(without('0-5260'), { uncovered: 'assign' });
      const { claims } = step(plan, 'claimSlots');
      assert.deepEqual(
        claims.map(({ node, slots }) => [node.id, slots]),
        [
          [first, '5261-5327'],
          [second, '5328-5394'],
          [third, '5395-5461'],
        ],
      );
      assert.equal(plan.risk, 'none');
    });

    it('go to the one with most keys, and the other keys follow', () => {
      const plan = fixOf(
        { ...without('0-608 610-5461'), keys: { [slot]: { [second]: 2, [third]: 7 } } },
        { uncovered: 'assign' },
      );
      assert.deepEqual(
        step(plan, 'claimSlots').claims.map(({ node, slots }) => [node.id, slots]),
        [[third, `${slot}`]],
      );
      const [stray] = step(plan, 'moveStrays').strays;
      assert.deepEqual([stray!.holder.id, stray!.owner.id, stray!.keys], [second, third, 2]);
    });

    it('may have keys that servers hide: they are opened to see', () => {
      const hidden = { [first]: 0, [second]: 0, [third]: 0 };
      const plan = fixOf({ ...without('0-608 610-5461'), hidden, viewpoints: busy() }, { uncovered: 'assign' });
      const { strays } = step(plan, 'moveStrays');
      assert.deepEqual(
        strays.map(({ slots, keys }) => [slots, keys]),
        [
          [`${slot}`, undefined],
          [`${slot}`, undefined],
        ],
      );
      assert(plan.warnings.some(({ code }) => code === 'slotsOpened'));
    });

    const down = (scene: FixedScene): FixedScene => ({
      ...scene,
      viewpoints: Object.fromEntries(
        modelCluster(3, 1).map(({ id }) => [id, { ...scene.viewpoints?.[id], state: 'fail' as const }]),
      ),
    });

    it('keep keys from moving while the cluster is down for them, and are assigned before any do', () => {
      const scene = down({
        ...bothOpen,
        nodes: changed(modelCluster(3, 1), third, { slots: '10923-11999 12001-16383' }),
      });
      for (const openSlots of ['finish', 'rollBack'] as const)
        assertRefused(
          () => fixOf(scene, { openSlots }),
          'uncoveredSlots',
          /1 slot belongs to nobody \(12000\)\. Keys of slot 609 cannot move before.*Have it assigned/,
        );
      assert.deepEqual(doing(fixOf(scene, { uncovered: 'assign' })), ['claimSlots', 'tellOwners', 'moveSlots']);
      assertRefused(() => fixOf(scene, { uncovered: 'assign', slots: `${slot}` }), 'clusterDown', /12000.*not among/);
    });

    it('do not keep slots from being closed, nor keys from moving where the cluster serves without them', () => {
      const nodes = changed(modelCluster(3, 1), third, { slots: '10923-11999 12001-16383' });
      const closing = fixOf(down({ nodes, viewpoints: { [first]: migrating(slot, 2) } }));
      assert.deepEqual(doing(closing), ['closeSlots']);
      assert.match(closing.warnings.map(({ text }) => text).join(), /Not fixed: 1 slot/);
      assert.deepEqual(doing(fixOf({ ...bothOpen, nodes })), ['moveSlots']);
    });

    it('can be all of them', () => {
      const nodes = modelCluster(3, 1).map(node => ({ ...node, slots: '' }));
      const plan = fixOf({ nodes }, { uncovered: 'assign' });
      assert.deepEqual(
        [1, 2, 3].map(number => after(plan, nodeId(number))?.slots.split('-').length),
        [2, 2, 2],
      );
    });
  });

  it('opens all slots of a node that hides keys in none of its own', () => {
    const plan = fixOf({ hidden: { [second]: 4 }, viewpoints: busy() });
    const { strays } = step(plan, 'moveStrays');
    assert.deepEqual(
      strays.map(({ holder, owner, slots }) => [holder.id, owner.id, slots]),
      [
        [second, first, '0-5461'],
        [second, third, '10923-16383'],
      ],
    );
  });

  describe('owners', () => {
    it('of two the one with more keys stays, and the other lets go first', () => {
      const twice = changed(modelCluster(3, 1), second, { slots: `${slot} 5462-10922` });
      const plan = fixOf({ viewpoints: { [second]: { nodes: twice } }, keys: { [slot]: { [first]: 2, [second]: 9 } } });
      assert.deepEqual(doing(plan), ['releaseSlots', 'claimSlots', 'tellOwners', 'moveStrays']);
      const [release] = step(plan, 'releaseSlots').releases;
      assert.deepEqual([release!.node.id, release!.owner.id], [first, second]);
      assert.equal(step(plan, 'moveStrays').strays[0]!.holder.id, first);
    });

    it('that do not claim what others see get it back', () => {
      const denied = changed(modelCluster(3, 1), first, { slots: '0-608 610-5461' });
      const plan = fixOf({ viewpoints: { [first]: { nodes: denied } }, keys: { [slot]: { [third]: 9 } } });
      assert.deepEqual(doing(plan), ['claimSlots', 'tellOwners', 'moveStrays']);
      assert.equal(step(plan, 'claimSlots').claims[0]!.node.id, first);
    });

    it('that others do not see are made sure of', () => {
      const other = changed(changed(modelCluster(3, 1), first, { slots: '0-608 610-5461' }), third, {
        slots: `${slot} 10923-16383`,
      });
      const plan = fixOf({ viewpoints: { [second]: { nodes: other } } });
      assert.deepEqual(doing(plan), ['claimSlots', 'tellOwners']);
      assert.match(plan.findings![0]!, /10\.0\.0\.1:7002 does not see its owner/);
    });

    it('with the same epoch get different ones', () => {
      const plan = fixOf({ nodes: changed(modelCluster(3, 1), second, { epoch: 1 }) });
      assert.deepEqual(doing(plan), ['separateEpochs']);
    });
  });

  describe('keys at two nodes', () => {
    const differing: FixedScene = {
      ...bothOpen,
      collisions: { [slot]: [collision('same', 'equal', [1, 2]), collision('other', 'different', [1, 2])] },
    };

    it('are a matter of choice where they differ, and shown', () => {
      assertRefused(
        () => fixOf(differing),
        'collisionsUndecided',
        /A key is at two nodes.*other in slot 609 \(10\.0\.0\.0:7001: string, 50 bytes, "of 1"; 10\.0\.0\.1:7002/,
      );
      const key = Buffer.from('other').toString('base64');
      assertRefused(() => fixOf(differing, { collisions: { [key]: third } }), 'unknownNodes');
      assertRefused(() => fixOf(differing, { collisions: {} }), 'collisionsUndecided');
    });

    it('go on to the target with the copy that was chosen', () => {
      for (const [collisions, keep, drop] of [
        ['owner', first, second],
        ['other', second, first],
      ] as const) {
        const plan = fixOf(differing, { collisions });
        assert.deepEqual(doing(plan), ['settleCollisions', 'moveSlots']);
        assert.equal(plan.risk, 'losesData');
        const [choice, ...more] = step(plan, 'settleCollisions').choices;
        assert.deepEqual(
          [choice!.name, choice!.keep.id, choice!.drop.map(({ id }) => id), more],
          ['other', keep, [drop], []],
        );
      }
    });

    it('go home with the copy that was chosen', () => {
      const plan = fixOf(differing, { openSlots: 'rollBack', collisions: 'other' });
      const strays = step(plan, 'moveStrays');
      assert.equal(strays.choices[0]!.keep.id, second);
      assert.equal(strays.rule, 'other');
    });

    it('that cannot be read yet are told of, and a rule for them loses data', () => {
      const scene = {
        keys: { [slot]: { [first]: 1, [second]: 1 } },
        collisions: { [slot]: [collision('k', 'unread', [1, 2])] },
      };
      const plan = fixOf(scene);
      assert.equal(plan.risk, 'interruptsWrites');
      assert.match(plan.warnings.find(({ code }) => code === 'collisionsUnread')!.text, /not readable yet/);
      assert.equal(fixOf(scene, { collisions: 'owner' }).risk, 'losesData');
    });
  });
});

/** Every master has keys. */
function busy(): NonNullable<FixedScene['viewpoints']> {
  return Object.fromEntries([first, second, third].map(id => [id, { info: { keys: 9 } }]));
}
