import assert from 'node:assert/strict';
import * as acts from '../../../src/core/supervisor/acts';
import { defaultPlanners } from '../../../src/core/supervisor/planners';
import { recall, remember } from '../../../src/core/supervisor/memory';
import { parseRemembered } from '../../../src/extension/supervision/parseRemembered';
import { aM, aS, bM, bS, cM, cS, ModelStage, spare, spare2 } from './stage';

describe('the supervisor, told as a story', () => {
  let stage: ModelStage;
  beforeEach(() => (stage = new ModelStage()));

  it('looks three times before it calls a cluster healthy', () => {
    assert.deepEqual(stage.look().state, { kind: 'observing', looksToGo: 2 });
    assert.deepEqual(stage.pass(0.5).look().state, { kind: 'observing', looksToGo: 1 });
    assert.deepEqual(stage.pass(0.5).look().state, { kind: 'healthy' });
  });

  it('goes from healthy to suspect, failed, grace, returned and fail-back', () => {
    stage.settle();
    stage.silent.add(aM);
    stage.viewpoints = { [bM]: { nodes: stage.change(aM, { flags: ['fail?'] }).nodes } };
    stage.change(aM, { flags: [] });
    let { state } = stage.pass(1).look();
    assert(state.kind === 'suspect');
    assert.deepEqual([state.subject.address, state.viewers, state.of], ['10.0.0.1:7001', 1, 5]);
    assert.equal(stage.last.lookInMilliseconds, 500);

    stage.viewpoints = {};
    ({ state } = stage.pass(1).kill(aM).look());
    assert.deepEqual(state, { kind: 'failed', subject: { id: aM, address: '10.0.0.1:7001', slots: '0-5460' } });
    const agreedAt = stage.now.wall;

    ({ state } = stage.pass(1).promote(aS, aM).look());
    assert(state.kind === 'grace');
    assert.equal(state.untilMilliseconds, agreedAt + 5000, 'the grace began when the cluster agreed');
    assert.equal(stage.last.wants, undefined);

    stage.bringBack(aM, aS).inform(aM, { masterLink: 'down' });
    ({ state } = stage.pass(3).look());
    assert(state.kind === 'returned');
    assert.equal(state.waitsFor, 'the link of 10.0.0.1:7001 to 10.0.0.4:7004 is up');
    assert.equal(stage.last.wants, undefined);

    // However long that takes: it was back in time.
    stage.inform(aM, { masterLink: 'up', syncing: true });
    ({ state } = stage.pass(30).look());
    assert.match(state.kind === 'returned' ? state.waitsFor : '', /has copied the data/);
    stage.viewpoints = {};
    const { wants } = stage.pass(1).look();
    assert.deepEqual(wants, {
      kind: 'failBack',
      subject: { id: aM, address: '10.0.0.1:7001', slots: '0-5460' },
    });
  });

  it('verifies a fail-back on what all say, then cools down, then is healthy', () => {
    stage.failOver();
    const act = stage.pass(2).bringBack(aM, aS).look().wants!;
    stage.memory = acts.begin(stage.memory, act, 'op', stage.now);
    assert.deepEqual(stage.pass(0.5).look().state, { kind: 'acting', act, operationId: 'op' });
    stage.memory = acts.complete(stage.memory, stage.settings, stage.now);
    assert.equal(stage.pass(0.5).look().state.kind, 'verifying', 'nobody calls it a master yet');
    stage.change(aM, { role: 'master', slots: '0-5460', epoch: 30 });
    stage.change(aS, { role: 'slave', slots: '', masterId: aM });
    const { state } = stage.pass(0.5).look();
    assert.deepEqual(state, { kind: 'coolDown', untilMilliseconds: stage.now.wall + 60_000 });
    assert.equal(stage.pass(59).look().state.kind, 'coolDown');
    assert.equal(stage.pass(1).look().state.kind, 'healthy');
    assert.deepEqual(stage.memory.troubles, {});
  });

  it('replaces a master that is not back after the grace by the spare on a host without its shard', () => {
    stage.failOver();
    assert.equal(stage.pass(4).look().wants, undefined);
    const { wants } = stage.pass(1).look();
    assert(wants?.kind === 'replace');
    assert.equal(wants.subject.id, aM);
    assert.equal(wants.spare.id, spare2, 'it is on the host of the one that failed');
  });

  it('gives the spare to the master that took over, though its first slots have moved to another one meanwhile', () => {
    stage.failOver();
    stage.change(aS, { slots: '701-5460' }).change(bM, { slots: '0-700 5461-10922' });
    stage.pass(1).look();
    const { wants } = stage.lookFor(300);
    assert(wants?.kind === 'replace');
    assert.equal(wants.subject.id, aM);
    const plan = defaultPlanners.replace(stage.topology!, { node: aM, spare: wants.spare.id });
    const master = stage.topology!.nodes.find(({ id }) => id === aS)!;
    assert.equal(plan.after.nodes.find(({ id }) => id === wants.spare.id)?.master, master.address);
  });

  it('balances the roles after a replace as part of the same act, and keeps a tombstone', () => {
    stage.failOver();
    const act = stage.lookFor(6).wants!;
    stage.memory = acts.begin(stage.memory, act, 'op', stage.now);
    joinSpare();
    stage.memory = acts.complete(stage.memory, stage.settings, stage.now);
    assert.deepEqual(stage.pass(1).look().wants, { kind: 'balanceRoles' }, 'though the cool-down has begun');
    assert.deepEqual(
      stage.memory.tombstones.map(({ id, address }) => [id, address]),
      [[aM, '10.0.0.1:7001']],
    );
    stage.memory = acts.skipBalancing(stage.memory);
    assert.equal(stage.look().state.kind, 'coolDown');
    assert.equal(stage.pass(61).look().state.kind, 'healthy');
  });

  it('does not balance the roles while another node fails: that one comes first', () => {
    stage.failOver();
    stage.memory = acts.begin(stage.memory, stage.lookFor(6).wants!, 'op', stage.now);
    joinSpare();
    stage.memory = acts.complete(stage.memory, stage.settings, stage.now);
    stage.kill(bS);
    assert.equal(stage.pass(1).look().wants, undefined);
    stage.silent.clear();
    stage.change(bS, { flags: [] });
    assert.deepEqual(stage.pass(1).look().wants, { kind: 'balanceRoles' });
  });

  it('does not balance the roles when that is not wanted', () => {
    stage.settings.balanceRoles = false;
    stage.failOver();
    stage.memory = acts.begin(stage.memory, stage.lookFor(6).wants!, 'op', stage.now);
    joinSpare();
    stage.memory = acts.complete(stage.memory, stage.settings, stage.now);
    assert.equal(stage.pass(1).look().wants, undefined);
  });

  /** The spare of host h1 follows A-S, and nobody lists A-M any more. */
  function joinSpare(): void {
    const [joiner] = stage.spares.filter(({ id }) => id === spare2);
    stage.spares = stage.spares.filter(({ id }) => id !== spare2);
    stage.nodes = [...stage.nodes.filter(({ id }) => id !== aM), { ...joiner!, role: 'slave', masterId: aS, epoch: 0 }];
  }

  it('waits for a failed replica, and does nothing when it comes back', () => {
    stage.settle().pass(1).kill(aS);
    assert.equal(stage.look().state.kind, 'grace');
    stage.bringBack(aS, aM);
    assert.equal(stage.pass(2).look().state.kind, 'healthy');
    assert.equal(stage.pass(60).look().wants, undefined);
  });

  it('replaces a failed replica that does not come back', () => {
    stage.settle().pass(1).kill(aS).look();
    const { wants } = stage.pass(5).look();
    assert(wants?.kind === 'replace');
    assert.deepEqual(wants.subject, { id: aS, address: '10.0.0.4:7004', slots: '' });
  });

  it('leaves the roles as they are when a master comes back too late, and replaces nobody then', () => {
    stage.settings.spares = ['10.9.9.9:7500'];
    stage.failOver();
    assert.equal(stage.lookFor(7).state.kind, 'blocked');
    stage.settings.spares = [];
    stage.bringBack(aM, aS);
    assert.equal(stage.pass(1).look().wants, undefined);
    assert.equal(stage.last.state.kind, 'healthy');
  });

  it('gives a node its role back that answers at the very look which ends the grace', () => {
    stage.failOver();
    stage.bringBack(aM, aS);
    assert.equal(stage.pass(5.2).look().wants?.kind, 'failBack');
  });

  it('does not read the FAIL flag that stays a while on a node that is back as still being dead', () => {
    stage.failOver();
    stage.bringBack(aM, aS).change(aM, { flags: ['fail'] });
    const { state, wants } = stage.pass(2).look();
    assert.match(state.kind === 'returned' ? state.waitsFor : '', /nodes still call it failed/);
    assert.equal(wants, undefined);
    assert.equal(stage.pass(10).look().wants, undefined, 'nor replaces it after the grace');
    stage.change(aM, { flags: [] });
    assert.equal(stage.pass(1).look().wants?.kind, 'failBack');
  });

  it('has nothing to do when a master is back before anybody took over', () => {
    stage.settle().pass(1).kill(aM).look();
    stage.silent.delete(aM);
    assert.equal(stage.pass(1).look().state.kind, 'returned', 'the FAIL flag is still there');
    stage.change(aM, { flags: [] });
    assert.equal(stage.pass(1).look().state.kind, 'healthy');
    assert.equal(stage.pass(20).look().wants, undefined);
  });

  it('gives a role back although no look was in time to see the failure agreed', () => {
    stage.settle();
    stage.silent.add(aM);
    stage.pass(0.5).look();
    stage.promote(aS, aM).bringBack(aM, aS);
    const { wants } = stage.pass(0.5).look();
    assert.deepEqual(wants, {
      kind: 'failBack',
      subject: { id: aM, address: '10.0.0.1:7001', slots: '0-5460' },
    });
  });

  it('starts the grace anew when a node that was back fails again', () => {
    stage.failOver();
    stage.bringBack(aM, aS).inform(aM, { masterLink: 'down' });
    stage.pass(3).look();
    stage.viewpoints = {};
    const { state } = stage.pass(3).kill(aM).look();
    assert.deepEqual(state.kind === 'grace' && state.untilMilliseconds, stage.now.wall + 5000);
    assert.equal(stage.pass(4).look().wants, undefined);
    assert.equal(stage.pass(1).look().wants?.kind, 'replace');
  });

  it('does not extend the grace for a node that answers once and is silent again, if the cluster called it failed all the time', () => {
    stage.failOver();
    stage.silent.delete(aM);
    stage.pass(1).look();
    stage.silent.add(aM);
    assert.equal(stage.pass(3.6).look().wants?.kind, 'replace');
  });

  it('does not give its role "back" to a stand-in that fails after the master it stood in for', () => {
    stage.failOver();
    stage.bringBack(aM, aS).inform(aM, { masterLink: 'down' });
    stage.pass(1).look();
    stage.viewpoints = {};
    stage.kill(aS);
    stage.pass(1).look();
    stage.promote(aM, aS);
    stage.pass(1).look();
    stage.bringBack(aS, aM);
    const { wants, state } = stage.pass(1).look();
    assert.equal(wants, undefined);
    assert.equal(state.kind, 'healthy', 'the roles are as they were at first');
  });

  it('counts the time from the first look that shows the failure when it begins after it', () => {
    stage.kill(aM).promote(aS, aM).settle();
    assert.equal(stage.pass(3).look().state.kind, 'grace');
    // Which shard it was in shows by the one without a replica.
    assert.equal(stage.pass(2).look().wants?.kind, 'replace');
  });

  it('leaves a failed spare alone', () => {
    stage.nodes = [...stage.nodes, { ...stage.spares[0]!, flags: [] }];
    stage.spares = [];
    stage.settle().kill(spare).pass(1).look();
    assert.equal(stage.lookFor(10).wants, undefined);
  });

  it('tells a node that answers again after it was replaced once per return, and never lets it back in', () => {
    const tombstone = { id: aM, address: '10.0.0.1:7001', replacedBy: { id: spare, address: '10.9.0.101:7500' } };
    stage.memory = { ...stage.memory, tombstones: [{ ...tombstone, atMilliseconds: 0 }] };
    const [returned, ...others] = stage.nodes;
    stage.nodes = others.map(node =>
      node.id === aS ? { ...node, role: 'master' as const, slots: '0-5460', epoch: 9 } : node,
    );
    stage.settle();
    // Only itself still lists itself, as a replica of the one that took over.
    stage.nodes = [returned!, ...stage.nodes];
    stage.change(aM, { role: 'slave', masterId: aS, slots: '' });
    stage.viewpoints = Object.fromEntries([bM, cM, aS, bS, cS].map(id => [id, { nodes: stage.nodes.slice(1) }]));
    const { events, wants } = stage.pass(1).look();
    assert.deepEqual(
      events.map(({ kind }) => kind),
      ['returnedAfterReplacement'],
    );
    assert.match(events[0]!.text, /^10\.0\.0\.1:7001 answers again after it was replaced by 10\.9\.0\.101:7500\./);
    assert.equal(wants, undefined);
    assert.deepEqual(stage.pass(1).look().events, []);

    const kept = JSON.parse(JSON.stringify(remember(stage.memory))) as object;
    stage.memory = recall(parseRemembered(kept), stage.now);
    assert.deepEqual(stage.pass(1).look().events, [], 'it answered all along');
    for (const broken of [undefined, 7, [7], Array(101).fill('a'), ['a'.repeat(81)]]) {
      const { tombstones, returned } = recall(parseRemembered({ ...kept, returned: broken }), stage.now);
      assert.deepEqual([tombstones.length, returned], [1, []], 'what cannot be read costs nothing else');
    }

    stage.silent.add(aM);
    stage.pass(1).look();
    stage.silent.delete(aM);
    assert.equal(stage.pass(1).look().events.length, 1, 'another return');
  });

  it('hears of a replaced node that nobody lists from the one who asked it', () => {
    const tombstone = {
      id: '77',
      address: '10.7.7.7:7000',
      replacedBy: { id: spare, address: 'x:1' },
      atMilliseconds: 0,
    };
    stage.memory = { ...stage.memory, tombstones: [tombstone] };
    stage.circumstances = { ...stage.circumstances, answeringTombstones: ['77'] };
    assert.deepEqual(
      stage.look().events.map(({ kind }) => kind),
      ['returnedAfterReplacement'],
    );
  });

  it('tells a node that answers in the middle of its replacement, and goes on with it', () => {
    stage.failOver();
    const act = stage.lookFor(6).wants!;
    stage.memory = acts.begin(stage.memory, act, 'op', stage.now);
    stage.bringBack(aM, aS);
    const { state, events } = stage.pass(1).look();
    assert.equal(state.kind, 'acting');
    assert.match(events[0]!.text, /answers again while it is being replaced/);
    stage.memory = acts.complete(stage.memory, stage.settings, stage.now);
    const others = stage.nodes.filter(({ id }) => id !== aM);
    stage.viewpoints = Object.fromEntries(others.map(({ id }) => [id, { nodes: others }]));
    assert.match(stage.pass(1).look().events[0]!.text, /It is not let back in by itself/);
    assert.deepEqual(stage.pass(1).look().events, []);
    assert.deepEqual(stage.memory.troubles, {});
  });

  it('forgets a tombstone when another node answers at its address, or the cluster knows the node well again', () => {
    const stone = { replacedBy: { id: spare, address: 'x:1' }, atMilliseconds: 0 };
    stage.memory = {
      ...stage.memory,
      tombstones: [
        { ...stone, id: '77', address: '10.0.0.2:7002' },
        { ...stone, id: aS, address: '10.0.0.4:7004' },
        { ...stone, id: '78', address: '10.7.7.7:7000' },
      ],
    };
    stage.look();
    assert.deepEqual(
      stage.memory.tombstones.map(({ id }) => id),
      ['78'],
    );
  });

  it('keeps blocking after an operation that failed, until it is acknowledged', () => {
    stage.failOver();
    const act = stage.lookFor(6).wants!;
    stage.memory = acts.begin(stage.memory, act, 'op', stage.now);
    const why = { code: 'syncTimedOut', reason: 'It took too long.', remedy: 'Look at it.', isForgotten: false };
    stage.memory = acts.fail(stage.memory, why, stage.settings, stage.now);
    assert.deepEqual(stage.pass(1).look().state, {
      kind: 'blocked',
      code: 'syncTimedOut',
      reason: 'It took too long.',
      remedy: 'Look at it.',
    });
    assert.deepEqual(stage.memory.tombstones, [], 'the others still know it');
    const { failure } = recall(remember(stage.memory), stage.now);
    assert.equal(failure?.reason, 'It took too long.', 'also over a reload');
    assert.equal(stage.pass(600).look().state.kind, 'blocked');
    stage.memory = acts.acknowledge(stage.memory);
    assert.equal(stage.lookFor(6).wants?.kind, 'replace');
  });

  it('unblocks by itself when the node that could not be replaced is back', () => {
    stage.failOver();
    stage.memory = acts.begin(stage.memory, stage.lookFor(6).wants!, 'op', stage.now);
    const why = { code: 'x', reason: 'No.', remedy: '', isForgotten: false };
    stage.memory = acts.fail(stage.memory, why, stage.settings, stage.now);
    assert.equal(stage.pass(1).look().state.kind, 'blocked');
    stage.bringBack(aM, aS);
    assert.equal(stage.pass(70).look().state.kind === 'blocked', false);
  });

  it('keeps the tombstone of a replace that failed after most nodes had forgotten the node', () => {
    stage.failOver();
    stage.memory = acts.begin(stage.memory, stage.lookFor(6).wants!, 'op', stage.now);
    const why = { code: 'x', reason: 'No.', remedy: '', isForgotten: true };
    stage.memory = acts.fail(stage.memory, why, stage.settings, stage.now);
    assert.deepEqual(
      stage.memory.tombstones.map(({ id }) => id),
      [aM],
    );
  });

  it('says so when nobody agrees about an act a minute after it', () => {
    stage.failOver();
    const act = stage.pass(2).bringBack(aM, aS).look().wants!;
    stage.memory = acts.begin(stage.memory, act, 'op', stage.now);
    stage.memory = acts.complete(stage.memory, stage.settings, stage.now);
    assert.equal(stage.pass(59).look().state.kind, 'verifying');
    const { state } = stage.pass(2).look();
    assert(state.kind === 'blocked' && state.code === 'notVerified');
    assert.match(state.reason, /10\.0\.0\.1:7001 is not seen as a sound master/);
  });

  it('says so when a node that is back has not caught up after minutes', () => {
    stage.failOver();
    stage.bringBack(aM, aS).inform(aM, { masterLink: 'down' });
    stage.pass(1).look();
    assert.equal(stage.pass(119).look().state.kind, 'returned');
    const { state } = stage.pass(2).look();
    assert(state.kind === 'blocked' && state.code === 'candidateInSync');
    assert.match(state.reason, /has been back for 2 min, and it still waits until the link/);
    // And goes on when it has.
    stage.viewpoints = {};
    assert.equal(stage.pass(1).look().wants?.kind, 'failBack');
  });

  it('never waits for more than its guards when the masters of other shards are busy electing', () => {
    stage.settle().kill(bM).promote(bS, bM).pass(1).look();
    assert.equal(stage.last.state.kind, 'grace');
    assert.equal(stage.last.state.kind === 'grace' && stage.last.state.subject.id, bM);
    stage.change(cS, { flags: ['fail?'] });
    assert.equal(stage.pass(1).look().state.kind, 'grace', 'the failed one comes before the one in doubt');
    assert.equal(stage.nodes.find(({ id }) => id === cM)?.role, 'master');
  });
});
