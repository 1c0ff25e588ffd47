import assert from 'node:assert/strict';
import * as acts from '../../../src/core/supervisor/acts';
import { recall, remember } from '../../../src/core/supervisor/memory';
import type { SupervisorAct } from '../../../src/core/supervisor/types';
import { parseRemembered } from '../../../src/extension/supervision/parseRemembered';
import type { ModelNode } from '../topology/modelCluster';
import { aM, aS, bS, cM, cS, ModelStage, spare2 } from './stage';

const forgetting: SupervisorAct = { kind: 'forget', subject: { id: aM, address: '10.0.0.1:7001', slots: '' } };

describe('a node that was replaced, after the ban of the servers', () => {
  let stage: ModelStage;
  let dead: ModelNode;

  /** A-M was replaced a second ago by the spare of host h1; the servers ban it for a minute. */
  beforeEach(() => {
    stage = new ModelStage();
    stage.settings.balanceRoles = false;
    stage.settings.coolDownSeconds = 1;
    stage.failOver();
    stage.memory = acts.begin(stage.memory, stage.lookFor(6).wants!, 'op', stage.now);
    dead = stage.nodes.find(({ id }) => id === aM)!;
    const [joiner] = stage.spares.filter(({ id }) => id === spare2);
    stage.spares = stage.spares.filter(({ id }) => id !== spare2);
    stage.nodes = [...stage.nodes.filter(({ id }) => id !== aM), { ...joiner!, role: 'slave', masterId: aS, epoch: 0 }];
    stage.memory = acts.complete(stage.memory, stage.settings, stage.now, 60_000);
    stage.pass(1).look();
  });

  /** One node was away all the time, and tells the others. */
  function takeUp(): void {
    stage.nodes = [...stage.nodes, dead];
  }

  const told = (): string[] => stage.last.events.map(({ kind }) => kind);

  it('that stayed forgotten is told once, when the ban is over, and is in nobody’s way before', () => {
    assert.equal(stage.pass(3).look().state.kind, 'healthy');
    stage.pass(57).look();
    assert.deepEqual(told(), [], 'the servers count whole seconds');
    stage.pass(1).look();
    assert.deepEqual(told(), ['stayedForgotten']);
    assert.equal(
      stage.last.events[0]!.text,
      '10.0.0.1:7001 stays forgotten: looked at after the ban, none of the 6 nodes lists it.',
    );
    assert.deepEqual(stage.pass(1).look().events, []);
    takeUp();
    assert.equal(stage.pass(100).look().wants, undefined, 'who lists it later has another reason');
  });

  it('is looked at after a reload, too, and only once', () => {
    const reload = (): void => {
      const remembered = parseRemembered(JSON.parse(JSON.stringify(remember(stage.memory))));
      stage.memory = recall(remembered, stage.now);
    };
    reload();
    assert.equal(stage.memory.tombstones.length, 1);
    stage.pass(58).look();
    assert.deepEqual(told(), []);
    stage.pass(3).look();
    assert.deepEqual(told(), ['stayedForgotten']);
    reload();
    stage.pass(200).look();
    assert.deepEqual(told(), []);
  });

  it('is waited for while a member is silent, which may be the one that lists it; a failure is seen to meanwhile', () => {
    stage.kill(bS);
    stage.pass(62).look();
    assert.deepEqual(told(), []);
    assert.equal(stage.last.state.kind, 'grace');
    takeUp();
    assert.equal(stage.lookFor(6).wants?.kind, 'replace', 'before a dead node is forgotten again');
    stage.bringBack(bS, cM);
    assert.deepEqual(stage.pass(1).look().wants, forgetting);
  });

  it('is made to be forgotten again when some node lists it, and is looked at after the next ban', () => {
    const others = stage.nodes;
    takeUp();
    stage.viewpoints = Object.fromEntries(
      others.filter(({ id }) => id !== cS).map(({ id }) => [id, { nodes: others }]),
    );
    assert.equal(stage.pass(30).look().wants, undefined, 'the ban still runs: it may only not have heard yet');
    const { wants } = stage.pass(32).look();
    assert.deepEqual(wants, forgetting);
    stage.memory = acts.begin(stage.memory, wants, 'op', stage.now);
    assert.equal(stage.pass(1).look().state.kind, 'acting');
    stage.nodes = others;
    stage.viewpoints = {};
    stage.look();
    assert.deepEqual(told(), [], 'not in the middle of it');
    stage.memory = acts.complete(stage.memory, stage.settings, stage.now, 60_000);
    assert.equal(stage.pass(1).look().state.kind, 'healthy', 'it begins no cool-down');
    stage.pass(62).look();
    assert.deepEqual(told(), ['stayedForgotten']);
  });

  it('is not forgotten again while it answers: that is told, and a person decides', () => {
    takeUp();
    stage.bringBack(aM, aS);
    const others = stage.nodes.filter(({ id }) => id !== aM);
    stage.viewpoints = Object.fromEntries(
      others.filter(({ id }) => id !== cS).map(({ id }) => [id, { nodes: others }]),
    );
    stage.pass(62).look();
    assert.deepEqual(told(), ['returnedAfterReplacement']);
    assert.equal(stage.last.wants, undefined);
    assert.equal(stage.last.state.kind, 'healthy');
  });

  it('counts as replaced while the ban lasts, though it introduces itself to all, and as a member when they know it after it', () => {
    takeUp();
    stage.bringBack(aM, aS);
    stage.pass(5).look();
    assert.deepEqual(told(), ['returnedAfterReplacement']);
    assert.equal(stage.memory.tombstones.length, 1);
    stage.pass(60).look();
    assert.deepEqual(stage.memory.tombstones, []);
    assert.deepEqual(stage.memory.bans, {});
  });

  it('is guarded like every act, with a limit of its own: what a failure needs is not used up', () => {
    takeUp();
    stage.circumstances = { ...stage.circumstances, operations: [{ title: 'Reshard', text: '"Reshard" runs.' }] };
    const { state } = stage.pass(62).look();
    assert(state.kind === 'blocked' && state.code === 'noOperationRunning');
    stage.circumstances = { ...stage.circumstances, operations: [] };
    stage.pass(10);
    for (let time = 1; time <= 3; time++) {
      const { wants } = stage.pass(62).look();
      assert.deepEqual(wants, forgetting);
      stage.memory = acts.begin(stage.memory, wants, 'op', stage.now);
      const why = { code: 'stillListed', reason: 'They do not forget it.', remedy: '', isForgotten: false };
      stage.memory = acts.fail(stage.memory, { ...why, banMilliseconds: 60_000 }, stage.settings, stage.now);
      assert.equal(stage.pass(1).look().state.kind, 'healthy', 'it blocks nothing');
    }
    const blocked = stage.pass(62).look().state;
    assert(blocked.kind === 'blocked' && blocked.code === 'actsPerHour');
    stage.kill(bS);
    assert.equal(stage.lookFor(6).wants?.kind, 'replace');
  });

  it('is left listed when a person declines', () => {
    takeUp();
    stage.settings.mode = 'ask';
    const act = stage.pass(62).look().wants!;
    const plan = { title: 'Remove' } as Parameters<typeof acts.propose>[2];
    stage.memory = acts.propose(stage.memory, act, plan);
    assert.deepEqual(stage.pass(1).look().state, { kind: 'asking', act, plan });
    stage.memory = acts.decline(stage.memory);
    assert.equal(stage.pass(1).look().state.kind, 'healthy');
    assert.equal(stage.pass(100).look().wants, undefined);
  });
});
