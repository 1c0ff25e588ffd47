import assert from 'node:assert/strict';
import * as acts from '../../../src/core/supervisor/acts';
import { recall, remember } from '../../../src/core/supervisor/memory';
import { parseRemembered } from '../../../src/extension/supervision/parseRemembered';
import { aM, aS, ModelStage, spare, spare2 } from './stage';

describe('a replace that failed because of another node', () => {
  let stage: ModelStage;

  beforeEach(() => {
    stage = new ModelStage();
    stage.settings.coolDownSeconds = 1;
    stage.failOver();
    stage.lookFor(6);
  });

  function failAt(node: string, reason: string): void {
    const { wants } = stage.last;
    assert.equal(wants?.kind, 'replace');
    stage.memory = acts.begin(stage.memory, wants, 'op', stage.now);
    const why = { code: 'x', reason, remedy: '', node, isForgotten: false };
    stage.memory = acts.fail(stage.memory, why, stage.settings, stage.now);
  }

  it('its spare, is done by the next spare at once; each is tried once, until a person lets it go on', () => {
    stage.settings.coolDownSeconds = 60;
    failAt('10.9.0.102:7500', 'It has a masterauth that nobody accepts.');
    const { wants } = stage.pass(0.5).look();
    assert(wants?.kind === 'replace');
    assert.equal(wants.spare.id, spare);
    failAt('10.9.0.101:7500', 'It died.');
    const { state } = stage.pass(0.5).look();
    assert(state.kind === 'blocked' && state.code === 'spareAvailable');
    assert.match(state.reason, /10\.9\.0\.101:7500 was tried in vain \(It died\)/);
    assert.match(state.reason, /10\.9\.0\.102:7500 was tried in vain \(It has a masterauth that nobody accepts\)/);
    assert.equal(stage.pass(600).look().wants, undefined);
    stage.memory = acts.acknowledge(stage.memory);
    const again = stage.pass(1).look().wants;
    assert.equal(again?.kind === 'replace' && again.spare.id, spare2);
  });

  it('the new master, is done when that was seen to fail and is back, also over a reload', () => {
    failAt('10.0.0.4:7004', 'It is gone.');
    assert.equal(stage.pass(5).look().state.kind, 'blocked', 'nobody has seen it fail');
    stage.kill(aS).pass(1).look();
    stage.memory = recall(parseRemembered(JSON.parse(JSON.stringify(remember(stage.memory)))), stage.now);
    assert.equal(stage.lookFor(10).state.kind, 'blocked');
    assert.equal(stage.memory.failure?.wasLost, true);
    stage.silent.delete(aS);
    stage.change(aS, { flags: [] });
    const { wants } = stage.lookFor(8);
    assert(wants?.kind === 'replace');
    assert.equal(wants.subject.id, aM);
  });

  it('is well done when the spare has been elected meanwhile', () => {
    const { wants } = stage.last;
    stage.memory = acts.begin(stage.memory, wants!, 'op', stage.now);
    const [joiner] = stage.spares.filter(({ id }) => id === spare2);
    stage.spares = stage.spares.filter(({ id }) => id !== spare2);
    stage.nodes = [...stage.nodes.filter(({ id }) => id !== aM), { ...joiner!, role: 'slave', masterId: aS, epoch: 0 }];
    stage.memory = acts.complete(stage.memory, stage.settings, stage.now);
    stage.kill(aS).promote(spare2, aS).pass(1).look();
    assert.equal(stage.memory.verifying, undefined);
    const next = stage.lookFor(8).wants;
    assert(next?.kind === 'replace');
    assert.equal(next.subject.id, aS);
  });
});
