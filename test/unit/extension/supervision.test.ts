import assert from 'node:assert/strict';
import type { ClusterDefinition } from '../../../src/extension/sessions/types';
import type { Settings } from '../../../src/extension/settings/settings';
import { parseRemembered } from '../../../src/extension/supervision/parseRemembered';
import { Supervision } from '../../../src/extension/supervision/supervision';
import { fakeMemento, silentLog } from './fakes';

const shop: ClusterDefinition = { id: 'shop', name: 'Shop', nodes: ['10.0.0.1:6379'] };
const local: ClusterDefinition = { ...shop, id: 'local', local: { directory: '/nowhere' } };

describe('Supervision', () => {
  it('acts on local clusters and asks on others, unless something else was chosen or set', async () => {
    const { supervision, set } = make();
    assert.deepEqual([supervision.modeOf(local), supervision.modeOf(shop)], ['act', 'ask']);
    set('observe');
    assert.deepEqual([supervision.modeOf(local), supervision.modeOf(shop)], ['observe', 'observe']);
    await supervision.setMode(shop, 'off');
    assert.deepEqual([supervision.modeOf(local), supervision.modeOf(shop)], ['observe', 'off']);
  });

  it('never supervises a cluster that offers no change, whatever was chosen', async () => {
    const { supervision } = make();
    const readOnly = { ...local, readOnly: true };
    await supervision.setMode(readOnly, 'act');
    assert.equal(supervision.modeOf(readOnly), 'off');
  });

  it('keeps a choice over a reload, tells it, and forgets it with the cluster', async () => {
    const { supervision, state, again } = make();
    let told = 0;
    supervision.onDidChange(() => told++);
    await supervision.setMode(shop, 'act');
    assert.equal(told, 1);
    assert.equal(again().modeOf(shop), 'act');
    await supervision.forget(shop.id);
    assert.equal(again().modeOf(shop), 'ask');
    assert.ok(!JSON.stringify([...state.values]).includes('shop'));
  });
});

describe('parseRemembered', () => {
  const remembered = {
    tombstones: [{ id: 'a', address: 'h:1', replacedBy: { id: 'b', address: 'h:2' }, atMilliseconds: 1 }],
    acts: [{ kind: 'replace', nodeId: 'a', atMilliseconds: 1 }],
    coolDownUntilMilliseconds: 2,
  };

  it('reads what was kept', () => {
    assert.deepEqual(parseRemembered(JSON.parse(JSON.stringify(remembered))), remembered);
  });

  it('reads nothing from what is not whole', () => {
    for (const value of [undefined, null, 7, {}, { ...remembered, acts: [{ kind: 'reset' }] }])
      assert.equal(parseRemembered(value), undefined);
  });
});

function make() {
  const state = fakeMemento();
  let mode: Settings['supervisor']['mode'] = 'auto';
  const settings = {
    get supervisor() {
      return { mode };
    },
    onDidChange: () => ({ dispose: () => undefined }),
  } as unknown as Settings;
  const open = (): Supervision =>
    new Supervision(
      { globalState: state } as unknown as ConstructorParameters<typeof Supervision>[0],
      settings,
      () => assert.fail('nothing is supervised here'),
      silentLog(),
    );
  return { supervision: open(), state, again: open, set: (to: typeof mode) => (mode = to) };
}
