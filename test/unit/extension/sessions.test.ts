import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSessionStore, type WatchableStore } from '../../../src/extension/sessions/sessionStore';
import { toSessionFailure } from '../../../src/extension/sessions/toSessionFailure';
import type { ClusterDefinition } from '../../../src/extension/sessions/types';
import type { ConfiguredCluster } from '../../../src/extension/settings/parseClusters';
import { parseSettings } from '../../../src/extension/settings/parseSettings';
import type { Settings } from '../../../src/extension/settings/settings';
import { Emitter } from '../../../src/extension/sessions/emitter';
import { ClusterError, connect, planCreate, type Operation } from '../../../src/core/index';
import { eventually, sendCommand, startTestServers, type TestServers } from '../../support/testCluster';
import { fakeMemento, silentLog } from './fakes';

/** Of the test that runs: where the extension keeps files. */
let storage: string;

function withStorage(): void {
  beforeEach(() => void (storage = mkdtempSync(join(tmpdir(), 'rcm-storage-'))));
  afterEach(() => rmSync(storage, { recursive: true }));
}

const shop: ClusterDefinition = { id: 'shop-1a2b', name: 'Shop', nodes: ['127.0.0.1:1'] };

describe('The session store', () => {
  withStorage();

  it('keeps a cluster in the settings and its password in the secrets alone', async () => {
    const { store, settings, secrets, workspaceState } = makeStore();
    const session = await store.add(shop, { password: 'hunter2' });
    assert.deepEqual(session.definition, shop);
    assert.deepEqual(settings.written.global, [shop]);
    assert.deepEqual([...secrets.values], [['redisCluster.shop-1a2b.password', 'hunter2']]);
    assert.equal(await store.password(shop.id), 'hunter2');
    assert.ok(!JSON.stringify([settings.written, [...workspaceState.values]]).includes('hunter2'));
    store.dispose();
  });

  it('keeps a local cluster in a file of the extension at once, not in the settings', async () => {
    const { store, settings, context } = makeStore();
    const local = { ...shop, local: { directory: '/nowhere' } };
    await store.add(local, {});
    assert.deepEqual(settings.written.global, []);
    store.dispose();
    const next = createSessionStore(context, silentLog(), fakeSettings(), nobody, neverConfirmed);
    const shown = (): ClusterDefinition[] => next.sessions.map(({ definition }) => definition);
    assert.deepEqual(shown(), [local]);
    // Whoever else wrote there wrote nonsense: what was known stays, and nothing is written over it.
    const file = join(storage, 'local', 'clusters.json');
    writeFileSync(file, '{');
    await assert.rejects(next.add({ ...local, id: 'more-1a2b' }, {}), /clusters\.json cannot be read: .*JSON/);
    assert.equal(readFileSync(file, 'utf8'), '{');
    await next.add({ ...shop, id: 'other-1a2b' }, {});
    assert.deepEqual(
      shown().map(({ id }) => id),
      [local.id, 'other-1a2b'],
    );
    next.dispose();
  });

  it('forgets definition and password when a cluster is removed, and leaves what it cannot read as it is', async () => {
    const unreadable = { name: 'no nodes' };
    const { store, settings, secrets } = makeStore({ global: [unreadable, shop] });
    await secrets.store('redisCluster.shop-1a2b.password', 'hunter2');
    await store.remove(shop.id);
    assert.deepEqual(settings.written.global, [unreadable]);
    assert.equal(secrets.values.size, 0);
    assert.equal(store.get(shop.id), undefined);
    store.dispose();
  });

  it('has every secret of a new cluster before its session dials, and none when it could not be written', async () => {
    const behind: ClusterDefinition = { ...shop, ssh: { host: 'bastion', username: 'alice' } };
    const given = { password: 'hunter2', keyPassphrase: 'open sesame', sshSecret: 'abracadabra' };
    const { store, secrets } = makeStore();
    const seen: number[] = [];
    store.onDidChange(() => seen.push(secrets.values.size));
    await store.add(behind, given);
    assert.equal(seen[0], 3);
    assert.deepEqual(
      [await store.password(shop.id), await store.keyPassphrase(shop.id), await store.sshSecret(shop.id)],
      Object.values(given),
    );
    store.dispose();
    const failing = makeStore();
    failing.settings.refuse = new Error('settings.json has errors');
    await assert.rejects(failing.store.add(behind, given), /settings\.json has errors/);
    assert.equal(failing.secrets.values.size, 0);
    failing.store.dispose();
  });

  it('keeps the passphrase of a client key in the secrets alone, and forgets it with the cluster', async () => {
    const { store, settings, secrets } = makeStore({ global: [shop] });
    await store.setKeyPassphrase(shop.id, 'open sesame');
    assert.deepEqual([...secrets.values], [['redisCluster.shop-1a2b.keyPassphrase', 'open sesame']]);
    assert.ok(!JSON.stringify(settings.written).includes('sesame'));
    await store.remove(shop.id);
    assert.equal(secrets.values.size, 0);
    store.dispose();
  });

  it('tells no jump host the password of another one', async () => {
    const { store, secrets } = makeStore({ global: [{ ...shop, ssh: { host: 'bastion' } }] });
    await store.setSshSecret(shop.id, 'hunter2');
    await store.update({ ...shop, name: 'Shop once more', ssh: { host: 'bastion' } });
    assert.equal(await store.sshSecret(shop.id), 'hunter2');
    await store.update({ ...shop, ssh: { host: 'elsewhere' } });
    assert.equal(await store.sshSecret(shop.id), undefined);
    assert.equal(secrets.values.size, 0);
    store.dispose();
  });

  it('never keeps the passphrase of an SSH key as a password, nor the other way round', async () => {
    const ssh = { host: 'bastion' };
    const { store, settings, secrets } = makeStore({ global: [{ ...shop, ssh }] });
    await store.setSshSecret(shop.id, 'hunter2');
    assert.deepEqual([...secrets.values], [['redisCluster.shop-1a2b@bastion.sshPassword', 'hunter2']]);
    await store.update({ ...shop, ssh: { ...ssh, keyFile: '~/.ssh/key' } });
    assert.equal(await store.sshSecret(shop.id), undefined);
    await store.setSshSecret(shop.id, 'open sesame');
    assert.deepEqual([...secrets.values], [['redisCluster.shop-1a2b.sshPassphrase', 'open sesame']]);
    assert.ok(!/sesame|hunter2/.test(JSON.stringify(settings.written)));
    await store.remove(shop.id);
    assert.equal(secrets.values.size, 0);
    store.dispose();
  });

  it('takes a cluster out of the settings file it stands in', async () => {
    const { store, settings } = makeStore({ workspace: [shop] });
    await store.remove(shop.id);
    assert.deepEqual(settings.written, { global: [], workspace: [] });
    store.dispose();
  });

  it('gives a password to the nodes it was given for alone, where the list comes with a workspace', async () => {
    const { store, settings, secrets } = makeStore({ workspace: [shop] });
    await store.setPassword(shop.id, 'hunter2');
    assert.equal(await store.password(shop.id), 'hunter2');
    const elsewhere = [
      { ...shop, nodes: ['10.6.6.6:1'] },
      { ...shop, spares: ['10.6.6.6:1'] },
      { ...shop, addressMap: { '127.0.0.1:1': '10.6.6.6:1' } },
      { ...shop, tls: { skipVerification: true } },
    ];
    for (const edited of elsewhere) {
      settings.set('workspace', [edited]);
      assert.equal(await store.password(shop.id), undefined, JSON.stringify(edited));
    }
    settings.set('workspace', [{ ...shop, name: 'Renamed', readOnly: true }]);
    assert.equal(await store.password(shop.id), 'hunter2');
    // Whoever edits it here means it.
    await store.update({ ...shop, nodes: ['127.0.0.1:2'] });
    assert.equal(await store.password(shop.id), 'hunter2');
    settings.set('workspace', elsewhere.slice(0, 1));
    await store.setPassword(shop.id, 'another');
    await store.remove(shop.id);
    assert.equal(secrets.values.size, 0);
    store.dispose();
  });

  it('lets go of a cluster whose entry is edited to nonsense, and has it again with its password when that is mended', async () => {
    const other = { id: 'other', name: 'Other', nodes: ['127.0.0.1:2'] };
    const { store, settings } = makeStore({ global: [shop, other] });
    await store.setPassword(shop.id, 'hunter2');
    const kept = store.get(other.id);
    const nonsense: unknown[] = [
      null,
      7,
      'x',
      [],
      {},
      { ...shop, nodes: 'x' },
      { ...shop, nodes: ['x'] },
      { ...shop, tls: 1 },
    ];
    for (const entry of nonsense) {
      settings.set('global', [entry, other]);
      assert.equal(store.get(shop.id), undefined, JSON.stringify(entry));
      assert.equal(store.get(other.id), kept);
    }
    settings.set('global', { not: 'a list' } as unknown as unknown[]);
    assert.deepEqual(store.sessions, []);
    settings.set('global', [shop]);
    assert.equal(await store.password(shop.id), 'hunter2');
    store.dispose();
  });

  it('forgets the password again when the settings cannot be written', async () => {
    const { store, settings, secrets } = makeStore();
    settings.refuse = new Error('settings.json has errors');
    await assert.rejects(store.add(shop, { password: 'hunter2' }), /settings\.json has errors/);
    assert.equal(secrets.values.size, 0);
    store.dispose();
  });

  it('follows the settings: new clusters come, edited ones are made anew, the others stay the same object', () => {
    const { store, settings } = makeStore({ global: [shop] });
    const told: (string | undefined)[] = [];
    store.onDidChange(session => told.push(session?.definition.name));
    const before = store.get(shop.id);
    const other = { id: 'other', name: 'Other', nodes: ['127.0.0.1:2'] };
    settings.set('global', [shop, other]);
    assert.equal(store.get(shop.id), before);
    settings.set('global', [{ ...shop, readOnly: true }, other]);
    assert.equal(store.get(shop.id)?.definition.readOnly, true);
    assert.deepEqual(told, [undefined, undefined]);
    settings.set('global', [{ ...shop, readOnly: true }, other]);
    assert.equal(told.length, 2);
    store.dispose();
  });

  it('says whether anybody watches, counting each watcher once', () => {
    const { store } = makeStore();
    const told: boolean[] = [];
    store.onDidChangeWatched(() => told.push(store.watched));
    const tree = store.watch('tree');
    const topology = store.watch('topology');
    tree.dispose();
    tree.dispose();
    assert.equal(store.watched, true);
    topology.dispose();
    assert.deepEqual(told, [true, false]);
    store.dispose();
  });
});

describe('A session', () => {
  withStorage();

  let servers: TestServers;
  let store: WatchableStore;
  const password = 'a-secret-of-this-test';
  before(async () => {
    servers = await startTestServers({ count: 2, password });
  });
  after(() => servers.close());
  afterEach(() => store.dispose());

  it('asks no server anything before somebody watches, then shows what it sees, and goes on looking', async () => {
    ({ store } = makeStore());
    const session = await store.add(remote(), { password });
    const unseen: unknown = session.topology;
    assert.equal(unseen, undefined);
    const clients = String(await sendCommand(servers.ports[0]!, ['CLIENT', 'LIST'], password));
    assert.equal(clients.trim().split('\n').length, 1, clients);
    const told = new Set<unknown>();
    store.onDidChange(changed => told.add(changed));
    const watch = store.watch('tree');
    await eventually(() => session.topology !== undefined, { what: 'the first look' });
    const first = session.topology;
    assert.equal(first?.answered, 2);
    assert.equal(session.health?.status !== undefined, true);
    await eventually(() => session.topology !== first, { what: 'a second look' });
    assert.ok(told.has(session));
    watch.dispose();
  });

  it('stops looking when nobody watches any more, and looks again for the next one who does', async () => {
    ({ store } = makeStore());
    const session = await store.add(remote(), { password });
    const watch = store.watch('tree');
    await eventually(() => session.topology !== undefined, { what: 'the first look' });
    watch.dispose();
    await session.lookNow();
    const last = session.topology;
    await looksOfAnother(5);
    assert.equal(session.topology, last);
    const second = store.watch('tree');
    await eventually(() => session.topology !== last, { what: 'a look for the new watcher' });
    second.dispose();
  });

  it('looks and tells of progress while an operation runs, though nobody watches, until it has settled', async () => {
    ({ store } = makeStore());
    const session = await store.add(remote(), { password });
    let settle!: () => void;
    const operation = {
      ...{ id: 'o1', state: 'running', plan: { title: 'Create it', steps: [] } },
      progress: { state: 'running', stepIndex: 0, message: 'Begins.', fraction: 0 },
      finished: new Promise<void>((_, reject) => (settle = () => reject(new Error('It failed.')))),
    };
    session.follow(operation as unknown as Operation);
    assert.equal(session.operation?.id, 'o1');
    await eventually(() => session.topology !== undefined, { what: 'a look' });
    const first = session.topology;
    await eventually(() => session.topology !== first, { what: 'another look' });
    settle();
    await eventually(() => session.operation === undefined, { what: 'the operation has settled' });
    await session.lookNow();
    const last = session.topology;
    await looksOfAnother(5);
    assert.equal(session.topology, last);
  });

  it('tells of an operation and of its end, however soon that comes', async () => {
    ({ store } = makeStore());
    const session = await store.add(remote(), { password });
    const shown: (string | undefined)[] = [];
    store.onDidChange(() => shown.push(session.operation?.id));
    const operation = {
      ...{ id: 'o1', state: 'failed', plan: { title: 'Create it', steps: [] } },
      progress: { state: 'failed', stepIndex: 0, message: 'It failed.', fraction: 0 },
      finished: Promise.reject(new Error('It failed.')),
    };
    session.follow(operation as unknown as Operation);
    await eventually(() => shown.includes('o1') && shown.at(-1) === undefined, { what: 'both are told' });
  });

  it('keeps an operation that was completed in sight until a look has seen what it made', async () => {
    ({ store } = makeStore());
    const session = await store.add(remote(), { password });
    let complete!: () => void;
    const operation = {
      ...{ id: 'o1', state: 'completed', plan: { title: 'Create it', steps: [] } },
      progress: { state: 'completed', stepIndex: 1, message: 'Done.', fraction: 1 },
      finished: new Promise<unknown>(resolve => (complete = () => resolve({ outcome: 'completed' }))),
    };
    session.follow(operation as unknown as Operation);
    await eventually(() => session.topology !== undefined, { what: 'a look' });
    const before = session.topology!;
    const shown: { busy: boolean; fresh: boolean }[] = [];
    store.onDidChange(() => shown.push({ busy: session.operation !== undefined, fresh: session.topology !== before }));
    complete();
    await eventually(() => session.operation === undefined, { what: 'the operation has settled' });
    assert.notEqual(session.topology, before);
    assert.deepEqual(
      shown.filter(({ busy, fresh }) => !busy && !fresh),
      [],
    );
  });

  it('says that nobody answers, and why, when the password is wrong; the right one mends it', async () => {
    const made = makeStore();
    store = made.store;
    const session = await store.add(remote(), { password: 'wrong' });
    await session.lookNow();
    assert.equal(session.failure?.message, 'No node answers.');
    assert.match(session.failure?.remedy ?? '', /password/i);
    await made.secrets.store(`redisCluster.${session.definition.id}.password`, password);
    await session.lookNow();
    assert.equal(session.failure, undefined);
    assert.equal(session.topology?.answered, 2);
  });

  it('names a certificate file that cannot be read, as a failure with a remedy', async () => {
    ({ store } = makeStore());
    const session = await store.add({ ...remote(), tls: { caFile: '/nowhere/ca.pem' } }, {});
    await session.lookNow();
    assert.match(session.failure?.message ?? '', /\/nowhere\/ca\.pem, cannot be read/);
    assert.match(session.failure?.remedy ?? '', /redisCluster\.clusters/);
  });

  it('finds the servers of a local cluster again when it is first looked at, and tells when one ends', async () => {
    ({ store } = makeStore());
    const local = { ...remote(), local: { directory: servers.servers.directory } };
    const session = await store.add(local, { password });
    assert.equal(session.localServers, undefined);
    const watch = store.watch('tree');
    await eventually(() => session.localServers !== undefined && session.topology?.answered === 2, {
      what: 'the servers are found and looked at',
    });
    const [port] = servers.ports;
    await session.localServers!.kill(port!);
    await eventually(() => session.topology?.answered === 1, { what: 'the end of one is seen' });
    await session.localServers!.start(port!);
    await eventually(() => session.topology?.answered === 2, { what: 'its return is seen' });
    watch.dispose();
  });

  it('leaves local servers running when it ends', async () => {
    ({ store } = makeStore());
    const session = await store.add({ ...remote(), local: { directory: servers.servers.directory } }, { password });
    await session.lookNow();
    const found = session.localServers!;
    store.dispose();
    await found.refresh();
    assert.ok(found.servers.every(({ state }) => state === 'running'));
  });

  it('hands out a client that works', async () => {
    ({ store } = makeStore());
    const session = await store.add(remote(), { password });
    const client = await session.client();
    assert.equal(await client.node(servers.nodes[0]!).command(['PING']), 'PONG');
    assert.equal(await session.client(), client);
  });

  /** Time enough for a session that still looked to do so: another one, that is watched, has looked that often. */
  async function looksOfAnother(times: number): Promise<void> {
    const other = makeStore().store;
    const session = await other.add({ ...remote(), id: 'other' }, { password });
    other.watch('tree');
    for (let look = 0; look < times; look++) {
      const last = session.topology;
      await eventually(() => session.topology !== last, { what: 'a look of the other session' });
    }
    other.dispose();
  }

  function remote(): ClusterDefinition {
    return { id: 'real-1a2b', name: 'Real', nodes: [...servers.nodes] };
  }
});

describe('A session after a reload of the window', function () {
  withStorage();
  it('shows a master that failed before it in the shard it served, and goes on with what happened', async () => {
    const servers = await startTestServers({ count: 6, nodeTimeoutMilliseconds: 2000 });
    const first = makeStore();
    try {
      const definition = { id: 'real', name: 'Real', nodes: [...servers.nodes] };
      const session = await first.store.add(definition, {});
      const client = await session.client();
      await client.run(planCreate(await client.observe(), { replicasPerMaster: 1 })).finished;
      await session.lookNow();
      const [shard] = session.topology!.shards;
      const master = session.topology!.nodes.find(({ id }) => id === shard!.masterId)!;
      const note = { atMilliseconds: Date.now(), kind: 'supervisor', text: 'All is well here.' } as const;
      session.timeline.note(note);
      first.store.dispose();

      await servers.servers.kill(master.port);
      await eventually(() => isReplaced(servers, master.id), { what: 'its replica takes over' });
      const next = createSessionStore(first.context, silentLog(), first.settings, nobody, neverConfirmed);
      const reopened = next.get('real')!;
      assert.deepEqual(
        reopened.timeline.latest().map(({ text }) => text),
        [note.text],
      );
      await reopened.lookNow();
      const node = reopened.topology!.nodes.find(({ id }) => id === master.id);
      assert.deepEqual([node?.status, node?.slots.count, node?.formerShardId], ['failed', 0, shard!.id]);
      // Nodes may call the cluster down for a moment longer, which is an event of its own.
      const texts = reopened.timeline.latest().map(({ text }) => text);
      assert(
        texts.some(text => text.startsWith(`${master.address} failed`)),
        texts.join('\n'),
      );
      await next.remove('real');
      assert.deepEqual(
        first.workspaceState.keys().filter(key => key.includes('timeline')),
        [],
      );
      next.dispose();
    } finally {
      first.store.dispose();
      await servers.close();
    }
  });

  async function isReplaced(servers: TestServers, id: string): Promise<boolean> {
    const client = connect({ nodes: servers.nodes });
    try {
      const node = (await client.observe()).nodes.find(candidate => candidate.id === id);
      return node?.status === 'failed' && node.slots.isEmpty;
    } finally {
      await client.close();
    }
  }
});

describe('A failure', () => {
  it('is what happened, and apart from it what to do', () => {
    const error = new ClusterError('x', 'It broke.', { now: 'Nothing was changed.', remedy: 'Mend it.' });
    assert.deepEqual(toSessionFailure(error), { message: 'It broke. Nothing was changed.', remedy: 'Mend it.' });
    assert.deepEqual(toSessionFailure(new Error('Odd.')), { message: 'Odd.' });
  });
});

function makeStore(lists: Partial<Record<Origin, unknown[]>> = {}) {
  const settings = fakeSettings(lists);
  const secrets = fakeSecrets();
  const workspaceState = fakeMemento();
  const context = { globalStorageUri: { fsPath: storage }, workspaceState, secrets } as unknown as Parameters<
    typeof createSessionStore
  >[0];
  return {
    store: createSessionStore(context, silentLog(), settings, nobody, neverConfirmed),
    settings,
    secrets,
    workspaceState,
    context,
  };
}

/** Supervises nothing. */
const neverConfirmed = (): Promise<boolean> => Promise.resolve(false);

const nobody: Parameters<typeof createSessionStore>[3] = {
  onDidChange: () => ({ dispose: () => undefined }),
  open: () => Promise.resolve(undefined),
  configure: () => false,
  noteOperation: () => undefined,
};

type Origin = 'global' | 'workspace';

interface FakeSettings extends Settings {
  written: Record<Origin, readonly unknown[]>;
  refuse: Error | undefined;
  set(origin: Origin, clusters: readonly unknown[]): void;
}

function fakeSettings(lists: Partial<Record<Origin, unknown[]>> = {}): FakeSettings {
  const changed = new Emitter<void>(error => assert.fail(String(error)));
  const written = { global: [], workspace: [], ...lists };
  const fake = {
    ...parseSettings(() => undefined).values,
    refreshIntervalSeconds: 0.2,
    written,
    refuse: undefined,
    get clusters(): readonly ConfiguredCluster[] {
      return parseSettings(key =>
        key === 'clusters' ? { globalValue: this.written.global, workspaceValue: this.written.workspace } : undefined,
      ).values.clusters;
    },
    onDidChange: changed.event,
    clustersAsWritten: (origin: Origin) => fake.written[origin],
    writeClusters: async (origin: Origin, clusters: readonly unknown[]) => {
      if (fake.refuse) throw fake.refuse;
      fake.set(origin, clusters);
    },
    set: (origin: Origin, clusters: readonly unknown[]) => {
      fake.written = { ...fake.written, [origin]: clusters };
      changed.fire();
    },
    dispose: () => changed.dispose(),
  } as FakeSettings;
  return fake;
}

function fakeSecrets() {
  const values = new Map<string, string>();
  const changed = new Emitter<{ key: string }>(error => assert.fail(String(error)));
  return {
    values,
    onDidChange: changed.event,
    keys: async () => [...values.keys()],
    get: async (key: string) => values.get(key),
    store: async (key: string, value: string) => {
      values.set(key, value);
      changed.fire({ key });
    },
    delete: async (key: string) => {
      values.delete(key);
      changed.fire({ key });
    },
  };
}
