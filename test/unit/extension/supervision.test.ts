import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Monitor,
  openJournal,
  planAddNode,
  planRemoveNode,
  planReplaceNode,
  type Journal,
  type Plan,
  type Supervisor,
} from '../../../src/core/index';
import { systemClock } from '../../../src/core/monitor/clock';
import { takeLock } from '../../../src/core/operation/lock';
import { Emitter } from '../../../src/extension/sessions/emitter';
import type { Link } from '../../../src/extension/sessions/link';
import type { ClusterDefinition, ClusterSession } from '../../../src/extension/sessions/types';
import type { Settings } from '../../../src/extension/settings/settings';
import { parseRemembered } from '../../../src/extension/supervision/parseRemembered';
import { Supervision } from '../../../src/extension/supervision/supervision';
import { sceneOf, spareId, withFailed } from '../plan/memberTopologies';
import { FakeObserver } from '../monitor/fakes';
import { nodeId } from '../topology/modelCluster';
import { fakeMemento, silentLog } from './fakes';
import { sampleTopology, threeShards } from './sampleCluster';

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

  it('acts in production only where that was chosen for the very cluster', async () => {
    const { supervision, set } = make();
    const live = { ...shop, production: true };
    set('act');
    assert.deepEqual([supervision.modeOf(shop), supervision.modeOf(live)], ['act', 'ask']);
    await supervision.setMode(live, 'act');
    assert.equal(supervision.modeOf(live), 'act');
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

  it('leaves a node alone that a person removed or replaced, over a reload, until it is in use again or made a spare', async () => {
    const { supervision, state, again } = make();
    const topology = sceneOf();
    const [replica, spare] = [nodeId(4), spareId].map(id => topology.nodes.find(node => node.id === id)!);
    supervision.noteOperation(shop, planRemoveNode(topology, { node: replica!.id }));
    assert.deepEqual(retiredIn(again(), shop), [replica!.address]);
    assert.deepEqual(retiredIn(supervision, local), [], 'of that cluster only');
    supervision.noteOperation(shop, planAddNode(topology, { node: spare!.id, as: 'replica' }));
    assert.deepEqual(retiredIn(supervision, shop), [], 'it is a replica again');

    supervision.noteOperation(shop, planReplaceNode(topology, { node: replica!.id, spare: spare!.id }));
    assert.deepEqual(retiredIn(supervision, shop), [replica!.address]);
    assert.equal(supervision.enlist(shop, spare!.address), false);
    assert.equal(supervision.enlist(shop, replica!.address), true);
    assert.deepEqual(retiredIn(again(), shop), []);

    const failed = sceneOf(withFailed(replica!.id));
    supervision.noteOperation(shop, planReplaceNode(failed, { node: replica!.id }));
    assert.deepEqual(retiredIn(supervision, shop), [], 'a dead node is not empty: it is emptied on request only');

    supervision.noteOperation(shop, planRemoveNode(topology, { node: replica!.id }));
    await supervision.forget(shop.id);
    assert.ok(!JSON.stringify([...state.values]).includes(replica!.address));
  });
});

describe('Supervision of a cluster that is listed several times', () => {
  const topology = sampleTopology(threeShards);
  const [first, second] = [shop, { ...shop, id: 'second', name: 'Shop as admin' }];

  it('acts in production nowhere, whichever entry is marked, unless that was chosen', async () => {
    const { supervision, set, list } = attended();
    set('act');
    list([local, { topology }], [{ ...second, production: true }, { topology }], [shop, {}]);
    assert.deepEqual([supervision.modeOf(local), supervision.modeOf(shop)], ['ask', 'act']);
    set('auto');
    assert.equal(supervision.modeOf(local), 'ask');
    await supervision.setMode(local, 'act');
    assert.equal(supervision.modeOf(local), 'act');
  });

  it('lets the first entry act that is supervised; the others say by whom it is, until that ends', () => {
    const { supervision, list } = attended();
    const supervisor = {} as Supervisor;
    list([first, { topology, supervisor }], [second, { topology, supervisor }], [local, { supervisor }]);
    const told = (): unknown[] => [first, second, local].map(each => configured(supervision, each)?.standsBackFor);
    assert.deepEqual(told(), ['', 'Shop', '']);
    list([first, { topology }], [second, { topology, supervisor }]);
    assert.deepEqual(told(), ['', '', '']);
  });

  it('stands back for none that sees nothing, or may only look, while another can do more', async () => {
    const { supervision, list, set } = attended();
    set('act');
    const supervisor = {} as Supervisor;
    const told = (): unknown[] => [first, second].map(each => configured(supervision, each)?.standsBackFor);
    const failure = { message: 'No node answers.' } as unknown as ClusterSession['failure'];
    list([first, { topology, supervisor, failure }], [second, { topology, supervisor }]);
    assert.deepEqual(told(), ['Shop as admin', '']);
    list([first, { topology, supervisor, failure }], [second, { topology, supervisor, failure }]);
    assert.deepEqual(told(), ['', 'Shop']);
    list([first, { topology, supervisor }], [second, { topology, supervisor }]);
    await supervision.setMode(first, 'observe');
    assert.deepEqual(told(), ['Shop as admin', '']);
    await supervision.setMode(second, 'observe');
    assert.deepEqual(told(), ['', 'Shop']);
  });

  it('keeps nodes out of use by whichever entry they were taken out, until one takes them in again', () => {
    const { supervision, list } = attended();
    list([first, { topology }], [second, { topology }], [local, {}]);
    const [, away] = topology.nodes.map(({ id, address }) => ({ id, address, slots: '', reachable: true }));
    const node = (role: string) => ({ ...away, role });
    const plan = { kind: 'removeNode', before: { nodes: [node('replica')] }, after: { nodes: [node('spare')] } };
    supervision.noteOperation(second, plan as unknown as Plan);
    const retired = (): unknown[] => [first, second, local].map(each => retiredIn(supervision, each));
    assert.deepEqual(retired(), [[away!.address], [away!.address], []]);
    assert.equal(supervision.enlist(first, away!.address), true);
    assert.deepEqual(retired(), [[], [], []]);
  });

  it('is told to all only when something of that has changed', () => {
    const { supervision, list } = attended();
    const supervisor = {} as Supervisor;
    let told = 0;
    supervision.onDidChange(() => told++);
    list([first, { topology, supervisor }], [second, { topology }]);
    const before = told;
    list([first, { topology: { ...topology }, supervisor }], [second, { topology: { ...topology } }]);
    assert.equal(told, before);
    list([second, { topology }]);
    assert.equal(told, before + 1);
  });

  function attended() {
    const made = make();
    const changed = new Emitter<ClusterSession | undefined>(error => assert.fail(String(error)));
    const store = { sessions: [] as ClusterSession[], onDidChange: changed.event };
    made.supervision.attend(store);
    const list = (...entries: [ClusterDefinition, Partial<ClusterSession>][]): void => {
      store.sessions = entries.map(([definition, state]) => ({ definition, ...state }) as ClusterSession);
      changed.fire(undefined);
    };
    return { ...made, list };
  }
});

const remembered = {
  tombstones: [{ id: 'a', address: 'h:1', replacedBy: { id: 'b', address: 'h:2' }, atMilliseconds: 1 }],
  acts: [{ kind: 'replace', nodeId: 'a', atMilliseconds: 1 }],
  coolDownUntilMilliseconds: 2,
};

describe('Supervision beside another window', () => {
  it('writes nothing over what the supervisor there keeps', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'rcm-supervision-'));
    const topology = sampleTopology(threeShards);
    const monitor = new Monitor(new FakeObserver(systemClock, topology));
    const journal = await openJournal(directory);
    const { supervision, state } = make(() => Promise.resolve(journal));
    const memories = { shop: remembered };
    state.values.set('redisCluster.supervisorMemories', memories);
    const lock = { operationId: 'theirs', title: 'Supervision', nodeIds: topology.nodes.map(({ id }) => id) };
    await takeLock(join(directory, 'supervisors'), lock);
    const supervisor = await supervision.open(shop, { client: {} as Link['client'], monitor }, () => undefined);
    try {
      assert(supervisor?.otherSupervisor);
      supervisor.acknowledge();
      assert.deepEqual(supervisor.remember().acts, []);
      await new Promise<void>(resolve => supervisor.onChange(resolve));
      assert.deepEqual(state.values.get('redisCluster.supervisorMemories'), memories);
    } finally {
      await supervisor?.dispose();
      monitor.dispose();
      await rm(directory, { recursive: true, force: true });
    }
  });
});

describe('parseRemembered', () => {
  it('reads what was kept', () => {
    assert.deepEqual(parseRemembered(JSON.parse(JSON.stringify(remembered))), remembered);
  });

  it('reads nothing from what is not whole', () => {
    for (const value of [undefined, null, 7, {}, { ...remembered, acts: [{ kind: 'reset' }] }])
      assert.equal(parseRemembered(value), undefined);
  });
});

function retiredIn(supervision: Supervision, definition: ClusterDefinition): readonly string[] | undefined {
  return configured(supervision, definition)?.retired;
}

function configured(supervision: Supervision, definition: ClusterDefinition): Supervisor['settings'] | undefined {
  let given: Supervisor['settings'] | undefined;
  const supervisor = { configure: (settings: Supervisor['settings']) => (given = settings) };
  supervision.configure(definition, supervisor as unknown as Supervisor);
  return given;
}

function make(journal: () => Promise<Journal> = () => assert.fail('nothing is supervised here')) {
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
      journal,
      silentLog(),
    );
  return { supervision: open(), state, again: open, set: (to: typeof mode) => (mode = to) };
}
