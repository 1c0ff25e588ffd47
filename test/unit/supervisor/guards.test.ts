import assert from 'node:assert/strict';
import * as acts from '../../../src/core/supervisor/acts';
import { remember, type Memory } from '../../../src/core/supervisor/memory';
import type { GuardCode, SupervisorState } from '../../../src/core/supervisor/types';
import { loneNode, nodeId } from '../topology/modelCluster';
import { aM, aS, bM, bS, cM, cS, ModelStage, spare, spare2 } from './stage';

describe('the guards of the supervisor', () => {
  let stage: ModelStage;
  beforeEach(() => (stage = new ModelStage()));

  /** A-M is to be replaced now, if nothing is in the way. */
  function dueToReplace(): ModelStage {
    stage.failOver();
    stage.pass(5);
    return stage;
  }

  /** A-M is to get its role back now, if nothing is in the way. */
  function dueToFailBack(): ModelStage {
    stage.failOver();
    stage.pass(2).bringBack(aM, aS);
    return stage;
  }

  function assertBlocked(code: GuardCode, text: RegExp): void {
    const { state, wants } = stage.last;
    assert.equal(wants, undefined);
    assert(state.kind === 'blocked', JSON.stringify(state));
    assert.equal(state.code, code);
    assert.match(state.reason, text);
    assert.notEqual(state.remedy, '');
    assert.equal(stage.guard(code).passed, false);
  }

  const kinds = (state: SupervisorState): string => state.kind;

  it('are all listed, each with a sentence, when nothing is wrong', () => {
    stage.settle();
    assert.deepEqual(
      stage.last.guards.map(({ code, passed }) => `${code} ${passed}`),
      [
        'oneSupervisor true',
        'clockSteady true',
        'majorityVisible true',
        'twoViewersBesidesOwnPing true',
        'oneFailureAtATime true',
        'clusterCovered true',
        'noOperationRunning true',
        'noSlotsMoving true',
        'rolesUnchangedByOthers true',
        'notAnswering true',
        'spareAvailable true',
        'candidateInSync true',
        'notFlapping true',
        'actsPerHour true',
        'coolDown true',
        'notPaused true',
      ],
    );
    for (const { code, text } of stage.last.guards) assert.match(text, /^[A-Z0-9].*\.$/, code);
  });

  it('all pass when a node is to be replaced and when one is to get its role back', () => {
    assert.deepEqual(
      dueToReplace()
        .look()
        .guards.filter(({ passed }) => !passed),
      [],
    );
    stage = new ModelStage();
    assert.deepEqual(
      dueToFailBack()
        .look()
        .guards.filter(({ passed }) => !passed),
      [],
    );
  });

  it('oneSupervisor: another one of this cluster is told by name', () => {
    stage.circumstances.lease = { held: false, text: 'This cluster is supervised by process 7 on h already.' };
    dueToReplace().look();
    assertBlocked('oneSupervisor', /process 7/);
  });

  it('clockSteady: after a pause every timer is dropped, and it looks anew before anything', () => {
    dueToReplace();
    assert.deepEqual(kinds(stage.look({ afterPause: true }).state), 'observing');
    assert.equal(stage.guard('clockSteady').passed, false);
    assert.equal(stage.lookFor(1).state.kind, 'grace', 'a grace of its own');
    assert.equal(stage.pass(3).look().wants, undefined);
    assert.equal(stage.pass(1).look().wants?.kind, 'replace');
  });

  it('clockSteady: a role is not given back to a node that came back while the machine slept', () => {
    dueToFailBack();
    stage.look({ afterPause: true });
    assert.equal(stage.lookFor(5).state.kind, 'healthy');
  });

  it('majorityVisible: nothing is concluded from a network cut between here and the cluster', () => {
    stage.settle();
    for (const id of [aM, bM, cM, aS, bS, cS]) stage.silent.add(id);
    stage.pass(1).look();
    assertBlocked('majorityVisible', /0 of 3 masters answer here\. Perhaps it is this machine/);
    stage.pass(600).look();
    assert.deepEqual(stage.memory.troubles, {});
    stage.silent.clear();
    assert.equal(stage.pass(1).look().state.kind, 'observing', 'it looks anew');
  });

  it('majorityVisible: nothing is concluded from the one master that is seen, whatever it says', () => {
    stage.settle();
    for (const id of [aM, bM]) stage.silent.add(id);
    stage.change(aM, { flags: ['fail'] }).change(bM, { flags: ['fail'] });
    stage.pass(1).look();
    assertBlocked('majorityVisible', /1 of 3 masters answers here/);
    assert.deepEqual(stage.memory.troubles, {});
  });

  it('majorityVisible: a grace that began goes on over a look that failed, but not over a longer blindness', () => {
    stage.failOver();
    stage.circumstances.lookError = 'A look was given up.';
    assert.equal(stage.pass(1).think().state.kind, 'blocked');
    delete stage.circumstances.lookError;
    assert.equal(stage.pass(1).look().state.kind, 'grace');

    stage.circumstances.lookError = 'A look was given up.';
    stage.pass(1).think();
    stage.pass(4).think();
    delete stage.circumstances.lookError;
    assert.equal(stage.pass(1).look().state.kind, 'observing');
  });

  it('majorityVisible: a failover behind a network cut is no reason to give a role back, even if the nodes answer one after the other again', () => {
    stage.settle();
    for (const { id } of stage.nodes) stage.silent.add(id);
    stage.pass(1).look();
    stage.pass(10).look();
    stage.silent.clear();
    stage.promote(aS, aM).bringBack(aM, aS);
    stage.silent.add(aM);
    assert.equal(stage.pass(1).look().state.kind, 'observing');
    stage.silent.clear();
    assert.equal(stage.lookFor(5).wants, undefined);
    assert.equal(stage.last.state.kind, 'healthy');
  });

  it('clockSteady: a node that is back already at the first look is not given its role back, though some still call it failed', () => {
    stage.kill(aM).promote(aS, aM);
    // It answers, and the others have not heard that it is a replica now.
    stage.silent.clear();
    stage.settle();
    assert.equal(stage.last.state.kind, 'returned');
    stage.bringBack(aM, aS);
    assert.equal(stage.lookFor(3).wants, undefined);
    assert.equal(stage.last.state.kind, 'healthy');
  });

  it('majorityVisible: no cluster is no reason to do anything', () => {
    stage.nodes = [];
    stage.settle();
    assertBlocked('majorityVisible', /No cluster/);
  });

  it('one viewer that is wrong makes no failure', () => {
    stage.settle();
    const wrong = stage.nodes.map(node => (node.id === aM ? { ...node, flags: ['fail'] } : node));
    stage.viewpoints = { [bM]: { nodes: wrong } };
    assert.equal(stage.pass(1).look().state.kind, 'suspect');
    assert.equal(stage.lookFor(20).wants, undefined);
    assert.equal(stage.last.state.kind, 'suspect');
  });

  it('a node that only this machine cannot reach is in doubt, and no more', () => {
    stage.settle();
    stage.silent.add(aS);
    const { state } = stage.pass(1).look();
    assert(state.kind === 'suspect');
    assert.equal(state.viewers, 0);
    assert.equal(stage.lookFor(20).wants, undefined);
  });

  it('twoViewersBesidesOwnPing: the word of one node is not enough', () => {
    dueToReplace().look();
    assert.match(stage.guard('twoViewersBesidesOwnPing').text, /^5 nodes besides this machine say/);
    // The only master is a majority of the masters, and the replicas have not heard of it.
    stage = new ModelStage();
    const replicas = [2, 3, 4].map(number => ({ ...loneNode(number), role: 'slave' as const, masterId: nodeId(1) }));
    stage.nodes = [{ ...loneNode(1, '0-16383'), epoch: 1 }, ...replicas];
    stage.settle();
    stage.viewpoints = { [nodeId(3)]: { nodes: stage.nodes }, [nodeId(4)]: { nodes: stage.nodes } };
    stage.kill(nodeId(2)).pass(1).look();
    stage.pass(5).look();
    assertBlocked('twoViewersBesidesOwnPing', /^1 node besides this machine says/);
  });

  it('oneFailureAtATime: two masters at once are not two single failures', () => {
    stage.settle();
    // A majority must be left that can say so: five masters.
    stage.nodes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(number => ({
      ...loneNode(
        number,
        number <= 5 ? ['0-3276', '3277-6553', '6554-9830', '9831-13107', '13108-16383'][number - 1] : '',
      ),
      epoch: number,
      ...(number > 5 ? { role: 'slave' as const, masterId: nodeId(number - 5) } : {}),
    }));
    stage.look({ afterPause: true });
    stage.settle();
    stage.kill(nodeId(1)).promote(nodeId(6), nodeId(1)).pass(1).look();
    assert.equal(stage.last.state.kind, 'grace');
    stage.kill(nodeId(2)).promote(nodeId(7), nodeId(2)).pass(1).look();
    assertBlocked('oneFailureAtATime', /^2 masters failed at once/);
    assert.equal(stage.lookFor(20).wants, undefined);
    stage.bringBack(nodeId(2), nodeId(7)).pass(1).look();
    assert.equal(stage.guard('oneFailureAtATime').passed, true);
  });

  it('oneFailureAtATime: more than a third of the nodes is no single failure', () => {
    stage.settle();
    stage.kill(aS).kill(bS).pass(1).look();
    assert.equal(stage.guard('oneFailureAtATime').passed, true);
    stage.kill(cS).pass(1).look();
    assertBlocked('oneFailureAtATime', /More than a third/);
  });

  it('clusterCovered: slots without a master are told with a guide, and never taken care of', () => {
    stage.settle().pass(1).kill(aM).look();
    assert.equal(kinds(stage.last.state), 'failed', 'an election may run');
    stage.pass(5).look();
    assertBlocked('clusterCovered', /slots 0-5460 have no master/);
    assert.match(stage.last.state.kind === 'blocked' ? stage.last.state.remedy : '', /never done unattended/);
    // A late election: it goes on.
    stage.promote(aS, aM);
    assert.equal(stage.pass(1).look().wants?.kind, 'replace');
  });

  it('clusterCovered: the new master that fails too leaves a shard to a person', () => {
    stage.failOver();
    stage.kill(aS).pass(1).look();
    stage.pass(6).look();
    assert.equal(stage.last.wants, undefined);
    assert.equal(stage.guard('clusterCovered').passed, false);
  });

  const reshard = { title: 'Reshard', text: '"Reshard" runs on these nodes.' };

  it('noOperationRunning: an operation on these nodes comes first, and a moment after it', () => {
    stage.circumstances = { ...stage.circumstances, operations: [reshard] };
    dueToReplace().look();
    assertBlocked('noOperationRunning', /"Reshard" runs/);
    stage.circumstances = { ...stage.circumstances, operations: [] };
    stage.pass(1).look();
    assertBlocked('rolesUnchangedByOthers', /^"Reshard" was at work on these nodes a moment ago\.$/);
    assert.equal(stage.pass(5).look().wants?.kind, 'replace');
  });

  it('noSlotsMoving: an open slot anywhere holds it back', () => {
    dueToReplace();
    stage.viewpoints = { [bM]: { openSlots: `[7000->-${cM}]` } };
    stage.look();
    assertBlocked('noSlotsMoving', /1 slot is being moved, as 10\.0\.0\.2:7002 says/);
    stage.viewpoints = {};
    assert.equal(stage.pass(1).look().wants?.kind, 'replace');
  });

  it('rolesUnchangedByOthers: a failover nobody needed is the act of somebody else', () => {
    stage.settle().pass(60);
    stage.promote(bS, bM).bringBack(bM, bS).look();
    assert.equal(stage.guard('rolesUnchangedByOthers').passed, false);
    assert.deepEqual(stage.memory.troubles, {});
    stage.kill(aM).promote(aS, aM).pass(1).look();
    stage.pass(5).look();
    assertBlocked('rolesUnchangedByOthers', /took over slots 5461-10922/);
    assert.equal(stage.pass(60).look().wants?.kind, 'replace');
  });

  it('rolesUnchangedByOthers: a replica that was moved, and slots that were moved, count as well', () => {
    stage.settle();
    stage.change(cS, { masterId: aM }).pass(1).look();
    assert.match(stage.guard('rolesUnchangedByOthers').text, /now replicates/);
    stage.pass(61).look();
    assert.equal(stage.guard('rolesUnchangedByOthers').passed, true);
    stage.change(aM, { slots: '0-5000' }).change(bM, { slots: '5001-10922', epoch: 40 }).pass(1).look();
    assert.match(stage.guard('rolesUnchangedByOthers').text, /lost slots 5001-5460/);
  });

  it('rolesUnchangedByOthers: what an operation known here changes is nobody else, though the last of it is seen after its end', () => {
    stage.settle();
    stage.circumstances = { ...stage.circumstances, operations: [reshard], isChanging: true };
    stage.change(aM, { slots: '0-5000' }).change(bM, { slots: '5001-10922', epoch: 40 }).pass(1).look();
    stage.circumstances = { ...stage.circumstances, operations: [] };
    stage.change(aM, { slots: '0-4000' }).change(bM, { slots: '4001-10922' }).pass(1).look();
    assert.match(stage.guard('rolesUnchangedByOthers').text, /^"Reshard" was at work/);
    stage.circumstances = { ...stage.circumstances, isChanging: false };
    stage.pass(4).kill(cM).look();
    stage.pass(1).promote(cS, cM).look();
    assert.equal(stage.pass(5).look().wants?.kind, 'replace');
  });

  it('rolesUnchangedByOthers: what somebody else changed holds it back for longer than an operation after it', () => {
    stage.settle();
    stage.change(cS, { masterId: aM }).pass(1).look();
    stage.circumstances = { ...stage.circumstances, operations: [reshard] };
    stage.pass(1).look();
    stage.circumstances = { ...stage.circumstances, operations: [] };
    stage.pass(10).look();
    assert.match(stage.guard('rolesUnchangedByOthers').text, /Somebody else is at work\. .* now replicates/);
  });

  it('rolesUnchangedByOthers: an election and what follows from it is nobody else', () => {
    stage.nodes = [...stage.nodes, { ...loneNode(7), role: 'slave', masterId: aM }];
    stage.failOver();
    stage.change(nodeId(7), { masterId: aS }).pass(1).look();
    assert.equal(stage.guard('rolesUnchangedByOthers').passed, true);
  });

  it('notAnswering: a node that answers here is not replaced, whatever the others say', () => {
    dueToReplace().look();
    assert.equal(stage.last.wants?.kind, 'replace');
    stage.silent.delete(aM);
    const { wants, state } = stage.pass(1).look();
    assert.equal(wants, undefined);
    assert.match(state.kind === 'returned' ? state.waitsFor : '', /still call it failed/);
  });

  it('spareAvailable: none, a silent, a used, an old, a filled one, and one beside the master are no spares', () => {
    stage.spares = [];
    dueToReplace().look();
    assertBlocked('spareAvailable', /There is no spare/);

    const faults: [() => void, RegExp][] = [
      [() => stage.inform(spare, { version: '6.2.0' }), /runs redis 6\.2\.0, 10\.0\.0\.4:7004 redis 7\.0\.15/],
      [() => stage.inform(spare, { flavour: 'valkey', version: '8.0.0' }), /runs valkey 8\.0\.0/],
      [() => stage.inform(spare, { loading: true }), /is loading data/],
      [() => (stage.settings.spares = ['10.9.0.77:7500']), /10\.9\.0\.77:7500 is not seen/],
      [() => (stage.settings.spares = ['10.0.0.5:7005']), /10\.0\.0\.5:7005 is no spare \(replica\)/],
      [
        () => (stage.nodes = stage.nodes.map(node => (node.id === aS ? { ...node, host: '10.9.0.101' } : node))),
        /is on .*, like 10\.9\.0\.101:7004/,
      ],
    ];
    for (const [spoil, text] of faults) {
      stage = new ModelStage();
      stage.spares = [loneNode(101)];
      dueToReplace();
      spoil();
      if (text.source.includes('like')) stage.spares = [{ ...loneNode(101), port: 7600 }];
      stage.look();
      assertBlocked('spareAvailable', text);
    }
  });

  it('spareAvailable: a spare that was replaced itself is none', () => {
    dueToReplace();
    stage.memory = {
      ...stage.memory,
      tombstones: [spare, spare2].map(id => ({
        id,
        address: id === spare ? '10.9.0.101:7500' : '10.9.0.102:7500',
        replacedBy: { id: bM, address: 'x:1' },
        atMilliseconds: 0,
      })),
    };
    stage.look();
    assertBlocked('spareAvailable', /There is no spare/);
  });

  it('spareAvailable: a node that a person took out of use is none, whatever the settings name', () => {
    stage.settings.retired = ['10.9.0.101:7500', '10.9.0.102:7500'];
    dueToReplace().look();
    assertBlocked('spareAvailable', /10\.9\.0\.101:7500 was taken out of use/);
    stage.settings.spares = ['10.9.0.102:7500'];
    stage.pass(1).look();
    assertBlocked('spareAvailable', /10\.9\.0\.102:7500 was taken out of use/);
    stage.settings.retired = ['10.9.0.101:7500'];
    const { wants } = stage.pass(1).look();
    assert.equal(wants?.kind === 'replace' && wants.spare.id, spare2);
  });

  it('spareAvailable: the order of the settings counts before the host', () => {
    stage.settings.spares = ['10.9.0.101:7500', '10.9.0.102:7500'];
    const { wants } = dueToReplace().look();
    assert.equal(wants?.kind === 'replace' && wants.spare.id, spare);
  });

  it('candidateInSync: every thing a node that is back can lack is waited for, and named', () => {
    dueToFailBack();
    const unaware = stage.nodes.map(node => (node.id === aM ? { ...node, masterId: bM } : node));
    const cases: [() => void, RegExp][] = [
      [() => stage.inform(aM, { loading: true }), /has loaded its data/],
      [() => stage.inform(aM, { syncing: true }), /has copied the data/],
      [() => stage.inform(aM, { masterLink: 'down' }), /the link of/],
      [() => stage.inform(aM, { replicationOffset: 0 }), /has caught up/],
      [() => stage.inform(aS, { replicationOffset: 9_000_000 }), /has caught up/],
      [() => (stage.viewpoints = { [cM]: { nodes: unaware } }), /a majority know that/],
      [() => stage.change(aM, { flags: ['fail?'] }), /the others see .* again/],
    ];
    for (const [spoil, text] of cases) {
      spoil();
      const { state, wants } = stage.pass(0.5).look();
      assert.equal(wants, undefined, String(text));
      assert.match(state.kind === 'returned' ? state.waitsFor : JSON.stringify(state), text);
      stage.viewpoints = {};
      stage.change(aM, { flags: [] });
    }
    assert.equal(stage.pass(0.5).look().wants?.kind, 'failBack');
  });

  it('candidateInSync: where nothing was ever written there is nothing to catch up with', () => {
    dueToFailBack();
    stage.inform(aS, { replicationOffset: 0 });
    stage.inform(aM, { replicationOffset: 0 });
    assert.equal(stage.pass(0.5).look().wants?.kind, 'failBack');
  });

  it('notFlapping: after the third fail-back of a node within ten minutes it stops and asks', () => {
    stage.settle();
    stage.settings = { ...stage.settings, coolDownSeconds: 1, actsPerHour: 100 };
    const comeAndGo = (): void => {
      stage.kill(aM).pass(1).look();
      stage.promote(aS, aM).pass(1).look();
      stage.bringBack(aM, aS).pass(1).look();
    };
    const giveBack = (): void => {
      stage.memory = acts.begin(stage.memory, stage.last.wants!, 'op', stage.now);
      stage.memory = acts.complete(stage.memory, stage.settings, stage.now);
      stage.change(aM, { role: 'master', slots: '0-5460', epoch: 30 });
      stage.change(aS, { role: 'slave', slots: '', masterId: aM });
      stage.pass(2).look();
      stage.pass(20).look();
    };
    for (let times = 0; times < 3; times++) {
      assert.equal(stage.guard('notFlapping').passed, true);
      comeAndGo();
      giveBack();
    }
    assertBlocked('notFlapping', /10\.0\.0\.1:7001 got its role back too often/);
    comeAndGo();
    assertBlocked('notFlapping', /too often/);
    stage.memory = acts.acknowledge(stage.memory);
    assert.equal(stage.pass(1).look().wants?.kind, 'failBack');
  });

  it('notFlapping: fail-backs further apart than ten minutes are none', () => {
    const act = dueToFailBack().look().wants!;
    const past = [700, 650].map(seconds => ({
      kind: 'failBack' as const,
      nodeId: aM,
      atMilliseconds: stage.now.wall - seconds * 1000,
    }));
    stage.memory = acts.begin({ ...stage.memory, acts: past }, act, 'op', stage.now);
    assert.equal(acts.complete(stage.memory, stage.settings, stage.now).flapping, undefined);
  });

  describe('actsPerHour', () => {
    const hour = 3_600_000;
    const pastAct = (atMilliseconds: number, kind: 'replace' | 'failBack' | 'balanceRoles' = 'replace') => ({
      kind,
      nodeId: bM,
      atMilliseconds,
    });
    const lookWith = (past: ReturnType<typeof pastAct>[]): boolean => {
      stage.memory = { ...stage.memory, acts: past };
      stage.look();
      return stage.guard('actsPerHour').passed;
    };
    const run = (end: (memory: Memory) => Memory): void => {
      stage.memory = end(acts.begin(stage.memory, stage.last.wants!, 'op', stage.now));
    };
    const why = { code: 'x', reason: 'It broke.', remedy: '' };

    it('blocks after so many, until a person lets it go on, or an hour is over', () => {
      dueToReplace();
      const at = stage.now.wall - 3_000_000;
      lookWith([0, 1, 2].map(() => pastAct(at)));
      assertBlocked('actsPerHour', /3 acts within the last hour; after 3 a person/);
      const blocked = stage.memory;
      stage.memory = acts.acknowledge(stage.memory);
      assert.equal(stage.pass(1).look().wants?.kind, 'replace');
      stage.memory = blocked;
      assert.equal(stage.pass(598).look().wants, undefined);
      assert.equal(stage.pass(1).look().wants?.kind, 'replace', 'an hour after it began');
    });

    it('allows the last one below the limit, and none beyond', () => {
      dueToReplace();
      const { wall } = stage.now;
      assert.equal(lookWith([pastAct(wall), pastAct(wall - hour + 1)]), true);
      assert.equal(lookWith([pastAct(wall), pastAct(wall - 1), pastAct(wall - hour + 1)]), false);
      assert.equal(lookWith([pastAct(wall), pastAct(wall - 1), pastAct(wall - hour)]), true);
      assert.equal(lookWith([0, 1, 2, 3].map(() => pastAct(wall, 'balanceRoles'))), true);
    });

    it('counts what began, also when it failed; not what was declined or could not begin, nor the balancing', () => {
      dueToReplace().look();
      run(memory => acts.refuse(memory, stage.last.wants!, why, stage.now));
      assert.equal(stage.memory.acts.length, 0);
      stage.memory = acts.propose(stage.memory, stage.last.wants!, {} as Parameters<typeof acts.propose>[2]);
      stage.memory = acts.decline(stage.memory);
      assert.equal(stage.memory.acts.length, 0);
      run(memory => acts.fail(memory, { ...why, isForgotten: false }, stage.settings, stage.now));
      assert.deepEqual(
        stage.memory.acts,
        [pastAct(stage.now.wall)].map(act => ({ ...act, nodeId: aM })),
      );
      const balanced = acts.begin(stage.memory, { kind: 'balanceRoles' }, 'op', stage.now);
      assert.equal(remember(balanced).acts.length, 1);
      assert.equal(acts.complete(balanced, stage.settings, stage.now).acts.length, 1);
    });

    it('can be let go on after the clock was set back, and keeps no act for longer than it counts', () => {
      dueToReplace();
      const { wall } = stage.now;
      assert.equal(lookWith([0, 1, 2].map(() => pastAct(wall + 10 * hour))), false);
      stage.memory = acts.acknowledge(stage.memory);
      assert.equal(stage.look().wants?.kind, 'replace');
      stage.memory = { ...stage.memory, acts: [pastAct(wall - hour), pastAct(wall - 1)] };
      run(memory => acts.complete(memory, stage.settings, stage.now));
      assert.equal(stage.memory.acts.length, 2);
    });
  });

  it('coolDown: the next act waits for its end', () => {
    dueToReplace();
    const until = { monotonic: stage.now.monotonic + 8000, wall: stage.now.wall + 8000 };
    stage.memory = { ...stage.memory, coolDownUntil: until };
    assert.deepEqual(stage.look().state, { kind: 'coolDown', untilMilliseconds: until.wall });
    assert.match(stage.guard('coolDown').text, /^8 s of the cool-down/);
    assert.equal(stage.last.wants, undefined);
    assert.equal(stage.pass(8).look().wants?.kind, 'replace');
  });

  it('notPaused: in mode observe it says once what it would do, and does nothing', () => {
    stage.settings.mode = 'observe';
    dueToReplace();
    const { events } = stage.look();
    assert.deepEqual(
      events.map(({ kind, text }) => [kind, text]),
      [['wouldAct', 'Would replace 10.0.0.1:7001 by 10.9.0.102:7500.']],
    );
    assertBlocked('notPaused', /Would replace .* The mode is "observe"/);
    assert.deepEqual(stage.pass(1).look().events, []);
    stage.settings.mode = 'ask';
    assert.equal(stage.think().wants?.kind, 'replace');
  });

  it('an act that was declined is not wanted again for this failure, until it is let ask again', () => {
    stage.settings.mode = 'ask';
    const act = dueToReplace().look().wants!;
    const plan = { title: 'Replace' } as Parameters<typeof acts.propose>[2];
    stage.memory = acts.propose(stage.memory, act, plan);
    assert.deepEqual(stage.pass(1).look().state, { kind: 'asking', act, plan });
    stage.memory = acts.decline(stage.memory);
    const { state, wants } = stage.pass(1).look();
    assert.equal(wants, undefined);
    assert(state.kind === 'blocked' && state.code === 'declined');
    stage.memory = acts.askAgain(stage.memory);
    assert.equal(stage.pass(1).look().wants?.kind, 'replace');
  });

  it('a fail-back that was declined leaves the roles as they are', () => {
    stage.settings.mode = 'ask';
    const act = dueToFailBack().look().wants!;
    stage.memory = acts.propose(stage.memory, act, {} as Parameters<typeof acts.propose>[2]);
    stage.memory = acts.decline(stage.memory);
    assert.equal(stage.pass(1).look().state.kind, 'healthy');
  });
});
