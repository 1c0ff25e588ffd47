import { join } from 'node:path';
import { l10n, type Event, type ExtensionContext } from 'vscode';
import { Disposable } from '../disposable';
import type { Log } from '../log';
import { idOfEntry } from '../settings/parseClusters';
import type { Settings } from '../settings/settings';
import { Emitter } from './emitter';
import type { SessionParts, Supervisors } from './link';
import { LocalClusters } from './localClusters';
import { secretKey, secretKinds, sshSecretKind, type SecretKind } from './secretKey';
import { Session } from './session';
import { ShardMemory } from './shardMemory';
import { TimelineMemory } from './timelineMemory';
import type { ClusterDefinition, ClusterSecrets, ClusterSession, SessionStore } from './types';

/** The store as extension.ts makes it: who shows it can also ask whether anybody watches. */
export interface WatchableStore extends SessionStore {
  readonly watched: boolean;
  readonly onDidChangeWatched: Event<void>;
  dispose(): void;
}

type StoreContext = Pick<ExtensionContext, 'globalStorageUri' | 'secrets' | 'workspaceState'>;

type ConfirmHostKey = SessionParts['confirmHostKey'];

/** Connects to nothing and starts nothing before somebody watches. */
export function createSessionStore(
  context: StoreContext,
  log: Log,
  settings: Settings,
  supervisors: Supervisors,
  confirmHostKey: ConfirmHostKey,
): WatchableStore {
  return new DefinitionsStore(context, log, settings, supervisors, confirmHostKey);
}

class DefinitionsStore extends Disposable implements WatchableStore {
  readonly #context: StoreContext;
  readonly #log: Log;
  readonly #settings: Settings;
  readonly #supervisors: Supervisors;
  readonly #confirmHostKey: ConfirmHostKey;
  readonly #changed: Emitter<ClusterSession | undefined>;
  readonly #watchedChanged: Emitter<void>;
  readonly #local: LocalClusters;
  readonly #memory: ShardMemory;
  readonly #timelines: TimelineMemory;
  #sessions: Session[] = [];
  #usedSettings: string;
  #watchers = 0;

  constructor(
    context: StoreContext,
    log: Log,
    settings: Settings,
    supervisors: Supervisors,
    confirmHostKey: ConfirmHostKey,
  ) {
    super();
    this.#context = context;
    this.#log = log;
    this.#settings = settings;
    this.#supervisors = supervisors;
    this.#confirmHostKey = confirmHostKey;
    const report = (error: unknown): void => log.error('store', 'A listener failed.', error);
    this.#changed = this.register(new Emitter<ClusterSession | undefined>(report));
    this.#watchedChanged = this.register(new Emitter<void>(report));
    const notRemembered = (error: unknown): void => log.warn('store', `Not remembered: ${String(error)}`);
    this.#local = new LocalClusters(join(context.globalStorageUri.fsPath, 'local', 'clusters.json'), log);
    this.#memory = new ShardMemory(context.workspaceState, notRemembered);
    this.#timelines = this.register(new TimelineMemory(context.workspaceState, notRemembered));
    this.#usedSettings = this.#connectionSettings();
    this.register(settings.onDidChange(() => this.#settingsChanged()));
    this.register(
      context.secrets.onDidChange(({ key }) => {
        const isOwn = ({ id }: ClusterDefinition): boolean =>
          secretKinds.some(kind => this.#secretKey(kind, id) === key);
        this.#sessions.find(({ definition }) => isOwn(definition))?.reconnect();
      }),
    );
    this.register({
      dispose: () => {
        for (const session of this.#sessions) session.dispose();
      },
    });
    this.#reconcile();
  }

  get sessions(): readonly ClusterSession[] {
    return this.#sessions;
  }
  get onDidChange(): WatchableStore['onDidChange'] {
    return this.#changed.event;
  }
  get watched(): boolean {
    return this.#watchers > 0;
  }
  get onDidChangeWatched(): Event<void> {
    return this.#watchedChanged.event;
  }

  get(clusterId: string): ClusterSession | undefined {
    return this.#sessions.find(({ definition }) => definition.id === clusterId);
  }

  async add(definition: ClusterDefinition, secrets: ClusterSecrets): Promise<ClusterSession> {
    const { id } = definition;
    if (this.get(id)) throw new Error(l10n.t('A cluster with the id {0} is there already.', id));
    const { password, keyPassphrase, sshSecret } = secrets;
    const kept: [SecretKind, string | undefined][] = [
      ['password', password],
      ['keyPassphrase', keyPassphrase],
      [sshSecretKind(definition), sshSecret],
    ];
    try {
      // Before the definition: the session dials as soon as that is read.
      for (const [kind, secret] of kept)
        if (secret !== undefined) await this.#keep(secretKey(kind, definition, 'global'), secret);
      if (definition.local) this.#local.change(known => [...known, definition]);
      else await this.#settings.writeClusters('global', [...this.#settings.clustersAsWritten('global'), definition]);
    } catch (error) {
      for (const [kind] of kept) await this.#context.secrets.delete(secretKey(kind, definition, 'global'));
      throw error;
    }
    this.#reconcile();
    const session = this.get(id);
    if (!session)
      throw new Error(l10n.t('{0} was written to the settings but cannot be read from them.', definition.name));
    this.#log.info('store', `${definition.name} was added.`);
    return session;
  }

  async update(definition: ClusterDefinition): Promise<ClusterSession> {
    const { id } = definition;
    const keysBefore = secretKinds.map(kind => this.#secretKey(kind, id));
    const jumpHostBefore = this.get(id)?.definition.ssh;
    if (definition.local) {
      this.#local.change(list => list.map(known => (known.id === id ? definition : known)));
    } else {
      const configured = this.#settings.clusters.find(entry => entry.definition.id === id);
      if (!configured) throw new Error(l10n.t('There is no cluster "{0}" in the settings any more.', definition.name));
      const { origin } = configured;
      const written = this.#settings.clustersAsWritten(origin);
      await this.#settings.writeClusters(
        origin,
        written.map(entry => (idOfEntry(entry, origin) === id ? definition : entry)),
      );
      const isSameJumpHost = JSON.stringify(jumpHostBefore) === JSON.stringify(definition.ssh);
      for (const [index, kind] of secretKinds.entries())
        if (kind === 'sshPassword' && !isSameJumpHost) await this.#context.secrets.delete(keysBefore[index]!);
        else await this.#moveSecret(keysBefore[index]!, secretKey(kind, definition, origin));
    }
    this.#reconcile();
    const session = this.get(id);
    if (!session) throw new Error(l10n.t('{0} was written but cannot be read again.', definition.name));
    return session;
  }

  async remove(clusterId: string): Promise<void> {
    const definition = this.get(clusterId)?.definition;
    if (!definition) return;
    const keys = secretKinds.map(kind => this.#secretKey(kind, clusterId));
    if (definition.local) this.#local.change(known => known.filter(({ id }) => id !== clusterId));
    else {
      const configured = this.#settings.clusters.find(entry => entry.definition.id === clusterId);
      const origin = configured?.origin ?? 'global';
      const kept = this.#settings.clustersAsWritten(origin).filter(entry => idOfEntry(entry, origin) !== clusterId);
      await this.#settings.writeClusters(origin, kept);
    }
    await this.#forgetSecrets(clusterId, keys);
    this.#memory.forget(clusterId);
    this.#reconcile();
    // Its session told what happened to it until just now.
    this.#timelines.forget(clusterId);
    this.#log.info('store', `${definition.name} was removed.`);
  }

  password(clusterId: string): Thenable<string | undefined> {
    return this.#context.secrets.get(this.#secretKey('password', clusterId));
  }

  keyPassphrase(clusterId: string): Thenable<string | undefined> {
    return this.#context.secrets.get(this.#secretKey('keyPassphrase', clusterId));
  }

  setPassword(clusterId: string, password: string | undefined): Promise<void> {
    return this.#keep(this.#secretKey('password', clusterId), password);
  }

  setKeyPassphrase(clusterId: string, passphrase: string | undefined): Promise<void> {
    return this.#keep(this.#secretKey('keyPassphrase', clusterId), passphrase);
  }

  sshSecret(clusterId: string): Thenable<string | undefined> {
    return this.#context.secrets.get(this.#sshSecretKey(clusterId));
  }

  async setSshSecret(clusterId: string, secret: string | undefined): Promise<void> {
    const key = this.#sshSecretKey(clusterId);
    // What it was used as before is over.
    for (const kind of ['sshPassphrase', 'sshPassword'] as const) {
      const other = this.#secretKey(kind, clusterId);
      if (other !== key) await this.#keep(other, undefined);
    }
    await this.#keep(key, secret);
  }

  watch(reason: string): { dispose(): void } {
    this.#log.debug('store', `Watching for the ${reason}.`);
    this.#watchersChange(1);
    let over = false;
    return {
      dispose: () => {
        if (over) return;
        over = true;
        this.#log.debug('store', `No longer watching for the ${reason}.`);
        this.#watchersChange(-1);
      },
    };
  }

  async #keep(key: string, secret: string | undefined): Promise<void> {
    if (secret === undefined) return this.#context.secrets.delete(key);
    this.#log.addSecret(secret);
    await this.#context.secrets.store(key, secret);
  }

  #watchersChange(by: 1 | -1): void {
    const before = this.watched;
    this.#watchers += by;
    if (this.watched === before) return;
    for (const session of this.#sessions) session.setWatched(this.watched);
    this.#watchedChanged.fire();
  }

  #settingsChanged(): void {
    this.#reconcile();
    const used = this.#connectionSettings();
    if (used === this.#usedSettings) return;
    this.#usedSettings = used;
    for (const session of this.#sessions) session.reconnect();
  }

  /** Makes the sessions those of the definitions; one whose definition is the same stays as it is. */
  #reconcile(): void {
    if (this.isDisposed) return;
    const local = this.#local.read();
    const localIds = new Set(local.map(({ id }) => id));
    const configured = this.#settings.clusters.map(({ definition }) => definition);
    const definitions = [...local, ...configured.filter(({ id }) => !localIds.has(id))];
    const before = this.#sessions;
    // One whose definition was edited or taken out while an operation runs on it stays until that has settled.
    const held = before.filter(({ operation }) => operation !== undefined);
    this.#sessions = definitions.map(
      definition =>
        before.find(session => sameDefinition(session.definition, definition)) ??
        held.find(session => session.definition.id === definition.id) ??
        this.#open(definition),
    );
    this.#sessions.push(...held.filter(session => !this.#sessions.includes(session)));
    const gone = before.filter(session => !this.#sessions.includes(session));
    for (const session of gone) session.dispose();
    const same = gone.length === 0 && before.length === this.#sessions.length;
    if (same && before.every((session, index) => session === this.#sessions[index])) return;
    if (this.watched) for (const session of this.#sessions) session.setWatched(true);
    this.#changed.fire(undefined);
  }

  #open(definition: ClusterDefinition): Session {
    const readPassword = (): Thenable<string | undefined> => this.password(definition.id);
    const session = new Session(definition, {
      settings: this.#settings,
      log: this.#log,
      readPassword,
      readKeyPassphrase: () => this.keyPassphrase(definition.id),
      readSshSecret: () => this.sshSecret(definition.id),
      confirmHostKey: this.#confirmHostKey,
      recallShards: () => this.#memory.recall(definition.id),
      noteShards: topology => this.#memory.note(definition.id, topology),
      recallEvents: () => this.#timelines.recall(definition.id),
      noteEvents: events => this.#timelines.note(definition.id, events),
      supervisors: this.#supervisors,
    });
    let busy = false;
    session.onDidChange(() => {
      this.#changed.fire(session);
      if (busy && !session.operation) this.#reconcile();
      busy = session.operation !== undefined;
    });
    return session;
  }

  #secretKey(kind: SecretKind, clusterId: string): string {
    const configured = this.#settings.clusters.find(({ definition }) => definition.id === clusterId);
    const definition = configured?.definition ?? this.get(clusterId)?.definition;
    return secretKey(kind, definition ?? { id: clusterId, name: '', nodes: [] }, configured?.origin);
  }

  #sshSecretKey(clusterId: string): string {
    return this.#secretKey(sshSecretKind(this.get(clusterId)?.definition ?? {}), clusterId);
  }

  // Of a workspace's cluster, also what was given for it before its nodes were edited by hand.
  async #forgetSecrets(clusterId: string, keys: readonly string[]): Promise<void> {
    const known = await this.#context.secrets.keys();
    for (const each of new Set([...keys, ...known.filter(key => key.startsWith(`redisCluster.${clusterId}@`))]))
      await this.#context.secrets.delete(each);
  }

  async #moveSecret(from: string, to: string): Promise<void> {
    if (from === to) return;
    const password = await this.#context.secrets.get(from);
    if (password === undefined) return;
    await this.#context.secrets.store(to, password);
    await this.#context.secrets.delete(from);
  }

  #connectionSettings(): string {
    const { refreshIntervalSeconds, busyRefreshIntervalSeconds, connectTimeoutSeconds, commandTimeoutSeconds } =
      this.#settings;
    return [refreshIntervalSeconds, busyRefreshIntervalSeconds, connectTimeoutSeconds, commandTimeoutSeconds].join();
  }
}

function sameDefinition(one: ClusterDefinition, other: ClusterDefinition): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
