import {
  FigureTrends,
  reopenLocalServers,
  Timeline,
  type CheckReport,
  type ClusterClient,
  type Health,
  type LocalServers,
  type NodeHolder,
  type Operation,
  type Supervisor,
  type Topology,
} from '../../core/index';
import { Disposable } from '../disposable';
import { Emitter } from './emitter';
import { isStoppedLocal } from './isStoppedLocal';
import { closeLink, openLink, type Link, type SessionParts } from './link';
import { noteOperation, timelineOperation } from './timelineNotes';
import { toSessionFailure } from './toSessionFailure';
import { WatchOver } from './watchOver';
import type { ClusterDefinition, ClusterSession, SessionFailure } from './types';

/** Many changes within this time are told as one. */
const tellMilliseconds = 50;
const operationTickMilliseconds = 200;

/**
 * One cluster while VS Code is open. Connects when first asked or watched; looks again and again only while watched or
 * while an operation runs. Its end closes connections and timers; local servers go on.
 */
export class Session extends Disposable implements ClusterSession {
  readonly definition: ClusterDefinition;
  readonly #parts: SessionParts;
  readonly #changed: Emitter<void>;
  #timeline: Timeline | undefined;
  #figures: FigureTrends | undefined;
  #topology: Topology | undefined;
  #health: Health | undefined;
  #lastCheck: CheckReport | undefined;
  #failure: SessionFailure | undefined;
  #failureText: string | undefined;
  #operation: Operation | undefined;
  #operationElsewhere: NodeHolder | undefined;
  #localServers: LocalServers | undefined;

  readonly #watchOver: WatchOver;
  #link: Promise<Link> | undefined;
  #stopListeningToServers: (() => void) | undefined;
  #watched = false;
  #reconnectAfterOperation = false;
  #telling: NodeJS.Timeout | undefined;
  #tick: NodeJS.Timeout | undefined;

  constructor(definition: ClusterDefinition, parts: SessionParts) {
    super();
    this.definition = definition;
    this.#parts = parts;
    this.#changed = this.register(new Emitter<void>(error => this.#warn('A listener failed', error)));
    this.#watchOver = new WatchOver(
      {
        definition,
        timeline: () => this.timeline,
        log: parts.log,
        follow: operation => this.follow(operation),
        tell: () => this.#tell(),
      },
      parts.supervisors,
    );
    this.register(parts.supervisors.onDidChange(() => void this.#supervise().then(() => this.#applyWatching())));
    this.register({
      dispose: () => {
        clearTimeout(this.#telling);
        if (this.#timeline) this.#parts.noteEvents(this.#timeline.remember());
        clearInterval(this.#tick);
        this.#disconnect();
        this.#stopListeningToServers?.();
        this.#localServers?.release();
      },
    });
  }

  /** Made on first use: to activate, nothing of the core is needed. */
  get timeline(): Timeline {
    return (this.#timeline ??= new Timeline({ earlier: this.#parts.recallEvents() }));
  }
  get figures(): FigureTrends {
    return (this.#figures ??= new FigureTrends());
  }
  get topology(): Topology | undefined {
    return this.#topology;
  }
  get health(): Health | undefined {
    return this.#health;
  }
  get lastCheck(): CheckReport | undefined {
    return this.#lastCheck;
  }
  get failure(): SessionFailure | undefined {
    return this.#failure;
  }
  get operation(): Operation | undefined {
    return this.#operation;
  }
  get operationElsewhere(): NodeHolder | undefined {
    return this.#operationElsewhere;
  }
  get localServers(): LocalServers | undefined {
    return this.#localServers;
  }
  get supervisor(): Supervisor | undefined {
    return this.#watchOver.supervisor;
  }
  get onDidChange(): ClusterSession['onDidChange'] {
    return this.#changed.event;
  }

  async client(): Promise<ClusterClient> {
    return (await this.#connected()).client;
  }

  /** Never rejects: what went wrong is in `failure`. */
  async lookNow(): Promise<void> {
    if (this.isDisposed) return;
    try {
      await this.#findLocalServers();
      const { monitor } = await this.#connected();
      await monitor.lookNow();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Starts or ends looking again and again. */
  setWatched(watched: boolean): void {
    if (this.isDisposed || watched === this.#watched) return;
    this.#watched = watched;
    void this.#applyWatching();
  }

  follow(operation: Operation): void {
    if (this.isDisposed) return;
    this.#operation = operation;
    void noteOperation(this.timeline, operation);
    this.#parts.supervisors.noteOperation(this.definition, operation.plan);
    // At once: it may end before the next telling.
    this.#changed.fire();
    void this.#applyWatching();
    clearInterval(this.#tick);
    let shown = '';
    this.#tick = setInterval(() => {
      const { message, fraction } = operation.progress;
      const now = [operation.state, fraction, message].join();
      if (now !== shown) this.#tell();
      shown = now;
    }, operationTickMilliseconds);
    const end = (seen: boolean): void => {
      if (this.#operation !== operation) return;
      clearInterval(this.#tick);
      this.#operation = undefined;
      if (this.isDisposed) return;
      this.#tell();
      void this.#afterOperation(seen);
    };
    // Whoever started it hears how it ended.
    operation.finished
      .then(async ({ outcome }) => {
        // What was seen while it ran shows half a cluster: it stays in sight until a look has seen what it made.
        if (outcome === 'completed') await this.lookNow();
        return outcome === 'completed';
      })
      .then(end, () => end(false));
  }

  noteElsewhere(holder: NodeHolder | undefined): void {
    const before = this.#operationElsewhere;
    if (this.isDisposed || holder?.operationId === before?.operationId) return;
    this.#operationElsewhere = holder;
    this.#tell();
    if (before) void this.lookNow();
  }

  keepCheck(report: CheckReport): void {
    if (this.isDisposed) return;
    this.#lastCheck = report;
    this.#tell();
  }

  attachLocalServers(servers: LocalServers | undefined): void {
    if (servers === this.#localServers) return;
    this.#stopListeningToServers?.();
    this.#localServers?.release();
    if (this.isDisposed) return servers?.release();
    this.#localServers = servers;
    this.#stopListeningToServers = servers?.onDidChange(({ address, state }) => {
      this.#parts.log.info('local', `${this.definition.name}: ${address} is ${state}.`);
      this.#tell();
      if (this.#watched) void this.lookNow();
    });
    this.#tell();
  }

  /** After the password or a setting changed: what was seen stays, the connections are made anew. */
  reconnect(): void {
    if (this.isDisposed) return;
    this.#reconnectAfterOperation = this.#operation !== undefined;
    if (this.#operation) return;
    this.#disconnect();
    void this.#applyWatching();
  }

  async #applyWatching(): Promise<void> {
    try {
      if (!this.#isLookedAt()) {
        const link = await this.#link;
        // Asked again after the wait: a watcher or an operation may have come meanwhile.
        if (this.#isLookedAt()) return;
        link?.monitor.setBusy(false);
        link?.monitor.stop();
        return;
      }
      await this.#findLocalServers();
      const { monitor } = await this.#connected();
      if (this.isDisposed) return;
      if (!this.#isLookedAt()) return;
      monitor.setBusy(this.#operation !== undefined);
      monitor.start();
      void this.#supervise();
    } catch (error) {
      this.#fail(error);
    }
  }

  // Whoever supervises cannot stop looking because a view was closed.
  #isLookedAt(): boolean {
    return this.#watched || this.#operation !== undefined || this.supervisor !== undefined;
  }

  /** Begins with the first look at the cluster, never before. Never rejects. */
  async #supervise(): Promise<void> {
    if (this.isDisposed || !this.#isLookedAt()) return;
    const link = await this.#link?.catch(() => undefined);
    if (!this.isDisposed && link) await this.#watchOver.update(link);
  }

  async #afterOperation(seen: boolean): Promise<void> {
    if (this.#reconnectAfterOperation) return this.reconnect();
    await this.#applyWatching();
    if (!seen) await this.lookNow();
  }

  #connected(): Promise<Link> {
    if (this.#link) return this.#link;
    const link = this.#connect();
    this.#link = link;
    link.catch(() => {
      if (this.#link === link) this.#link = undefined;
    });
    return link;
  }

  async #connect(): Promise<Link> {
    const link = await openLink(this.definition, this.#parts);
    link.monitor.onChange(change => {
      const { topology, health, events } = change;
      this.timeline.accept(change, this.#operation && timelineOperation(this.#operation));
      this.figures.accept(topology);
      this.#topology = topology;
      this.#health = health;
      this.#parts.noteShards(topology);
      this.#setFailure(this.#silence(topology));
      for (const event of events) this.#parts.log.info('cluster', `${this.definition.name}: ${event.text}`);
      this.#tell();
    });
    link.monitor.onError(error => this.#fail(error));
    if (this.isDisposed) closeLink(link, this.#parts.log);
    return link;
  }

  #disconnect(): void {
    const link = this.#link;
    this.#link = undefined;
    link?.then(
      async open => {
        await this.#watchOver.update(undefined);
        closeLink(open, this.#parts.log);
      },
      () => undefined,
    );
  }

  // After a reload of the window the servers still run; finding them starts nothing.
  async #findLocalServers(): Promise<void> {
    const { local } = this.definition;
    if (!local || this.#localServers) return;
    try {
      const password = await this.#parts.readPassword();
      const found = await reopenLocalServers({
        directory: local.directory,
        ...(password !== undefined && { password }),
      });
      // Attached by the one who started them, while this was looking.
      if (this.#localServers) found?.release();
      else if (found) this.attachLocalServers(found);
    } catch (error) {
      this.#warn(`The servers in ${local.directory} could not be found again`, error);
    }
  }

  // A look that found nobody is no error of its own: each node has its reason, and the first one stands for all.
  #silence({ answered, nodes }: Topology): SessionFailure | undefined {
    if (answered > 0 || isStoppedLocal(this)) return undefined;
    const reason = nodes.find(({ unreachableReason }) => unreachableReason !== undefined)?.unreachableReason;
    return { message: 'No node answers.', ...(reason !== undefined && { remedy: reason }) };
  }

  #fail(error: unknown): void {
    if (this.isDisposed) return;
    this.#setFailure(toSessionFailure(error));
    this.#tell();
  }

  // Logged when it begins or changes, not with every look that fails the same way.
  #setFailure(failure: SessionFailure | undefined): void {
    const text = failure && [failure.message, failure.remedy].filter(Boolean).join(' ');
    if (failure && text !== this.#failureText) this.#parts.log.warn('cluster', `${this.definition.name}: ${text}`);
    this.#failureText = text;
    this.#failure = failure;
  }

  #tell(): void {
    if (this.isDisposed) return;
    this.#telling ??= setTimeout(() => {
      this.#telling = undefined;
      if (this.#timeline) this.#parts.noteEvents(this.#timeline.remember());
      this.#changed.fire();
    }, tellMilliseconds);
  }

  #warn(what: string, error: unknown): void {
    this.#parts.log.warn(
      'cluster',
      `${this.definition.name}: ${what}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
