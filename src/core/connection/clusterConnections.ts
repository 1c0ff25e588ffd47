import { mergeLooks } from '../topology/mergeLooks';
import { refreshFigures, type FreshFigures } from '../topology/refreshFigures';
import { SlotTextCache } from '../topology/slotTextCache';
import type { FailedLook, Look, NodeView, Topology } from '../topology/types';
import { viewsOf } from '../topology/viewsOf';
import type { Surroundings } from './answers';
import { BackOff } from './backOff';
import { ConnectionError } from './connectionError';
import { ConnectionPool } from './connectionPool';
import { checkConnectOptions } from './connectOptions';
import { abortable } from './deadline';
import { lookAround } from './lookAround';
import { askFigures, lookAtNode } from './lookAtNode';
import { PersistenceMemory } from './persistenceMemory';
import { receiveRdb, type ReceiveOptions } from './receiveRdb';
import { Sweep } from './sweep';
import { openTunnel } from './tunnel/tunnel';
import { Turns } from './turns';
import { whomToAskAgain } from './whomToAskAgain';
import type {
  ConnectOptions,
  NodeConnection,
  ObserveOptions,
  Observer,
  OpenedOptions,
  ServerCapabilities,
} from './types';

/** Looks in flight at once over all nodes. */
const MOST_LOOKS = 100;
/**
 * So many more that dial and hear nothing: each is a socket and a packet or two, to nodes that are not there. Begun at most 100
 * in 250 ms. None through a jump host, where an opening cannot be taken back and holds a file of it for minutes.
 */
const MOST_SILENT_DIALS = 600;

/** A topology with the views it was derived from, of the nodes that answered. */
export interface Observation {
  topology: Topology;
  views: readonly NodeView[];
}

export interface LookOptions extends ObserveOptions {
  /** Called with an address when a look begins there: what it is asked at once goes with the look. Must not throw. */
  onAsked?: (address: string) => void;
}

/** The nodes of one cluster, or of what shall become one: one lazily opened connection each, and the look at all of them. */
export class ClusterConnections implements Observer {
  /** As given, with the tunnel that was made for them. Holds secrets. */
  readonly options: OpenedOptions;
  readonly #hosts: Readonly<Record<string, string>>;
  readonly #pool: ConnectionPool;
  readonly #closing = new AbortController();
  readonly #listeners = new Set<(address: string) => void>();
  readonly #cache = new SlotTextCache();
  readonly #persistence = new PersistenceMemory();
  readonly #backOff = new BackOff();
  readonly #lastFailures = new Map<string, FailedLook>();
  readonly #looks = new Map<string, Promise<Look>>();
  readonly #turns: Turns;
  readonly #sweep = new Sweep();
  #around: Surroundings;
  #rounds = 0;
  #newestRound = 0;
  #lastTopology: Topology | undefined;

  /**
   * Dials nothing yet. Throws a ClusterError (`badAddress`, `duplicateAddress`, `noAddress`) or a ConnectionError
   * (`badTlsOptions`, `badSshOptions`).
   */
  constructor(options: ConnectOptions) {
    const checked = checkConnectOptions(options);
    this.options = options.ssh ? { ...options, tunnel: openTunnel(options.ssh) } : options;
    this.#turns = new Turns(MOST_LOOKS, options.ssh ? 0 : MOST_SILENT_DIALS);
    this.#hosts = checked.hosts;
    this.#around = { seeds: checked.seeds, members: [], aliases: new Map(), idsByAddress: new Map() };
    this.#pool = new ConnectionPool(this.options, checked, address => {
      this.#sweep.lost(address);
      for (const listener of [...this.#listeners]) listener(address);
    });
  }

  /** What the newest look found. */
  get lastTopology(): Topology | undefined {
    return this.#lastTopology;
  }

  /**
   * The connection to a node by any address it is known under, given or announced; the address map is applied. Its
   * `address` is the one under which the node answers. Throws a ClusterError `badAddress` or a ConnectionError `closed`.
   */
  node(address: string): NodeConnection {
    this.#closing.signal.throwIfAborted();
    return this.#pool.get(address);
  }

  /** The same as a connection of the caller's own: the caller closes it, or it closes with all others. */
  open(address: string): NodeConnection {
    this.#closing.signal.throwIfAborted();
    return this.#pool.open(address);
  }

  /** The whole data of a node as RDB, as a new replica would get it; see `receiveRdb`. */
  async receiveRdb(address: string, write: (bytes: Buffer) => Promise<void>, options: ReceiveOptions): Promise<number> {
    const signal = AbortSignal.any([this.#closing.signal, options.signal]);
    return receiveRdb(this.#pool.target(address), write, { ...options, signal });
  }

  /** What a server can do; asked once per opening of its connection. Rejects with a ConnectionError. */
  async capabilities(address: string): Promise<ServerCapabilities> {
    this.#closing.signal.throwIfAborted();
    return this.#pool.capabilities(address);
  }

  /**
   * Asks every node, those given and those they list, at once (of large clusters only some, see `backOff`); a node that is
   * still being asked by an earlier call is not asked twice. A node that does not answer is in the topology with the reason. Rejects only when `signal` aborts,
   * with its reason, or with a ConnectionError `closed`.
   */
  async observe(options?: ObserveOptions): Promise<Topology> {
    return (await this.look(options)).topology;
  }

  /** `observe` that also gives what every node said for itself. */
  async look({ signal, backOff = false, onAsked }: LookOptions = {}): Promise<Observation> {
    this.#closing.signal.throwIfAborted();
    signal?.throwIfAborted();
    return abortable(abortable(this.#observe(backOff, onAsked), this.#closing.signal), signal);
  }

  onConnectionClosed(listener: (address: string) => void): () => void {
    const entry = (address: string) => listener(address);
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  }

  /** Closes every connection and ends every look. */
  close(): void {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort(new ConnectionError('closed', 'The connections to this cluster were closed here.'));
    this.#listeners.clear();
    this.#pool.close();
    this.options.tunnel?.close();
  }

  async #observe(backOff: boolean, onAsked: LookOptions['onAsked']): Promise<Observation> {
    const number = ++this.#rounds;
    const known = this.#newestRound;
    // When a look at all ended meanwhile, what was known before it is old.
    const isCurrent = (): boolean => this.#newestRound === known;
    const glance = backOff ? await this.#glance(isCurrent) : undefined;
    if (glance && 'topology' in glance && isCurrent()) {
      this.#lastTopology = glance.topology;
      return glance;
    }
    const askAll = (address: string): Promise<Look> => this.#look(address, backOff, onAsked);
    const recall = glance && 'recall' in glance && isCurrent() ? glance.recall : undefined;
    const recalled =
      recall && (await lookAround(address => Promise.resolve(recall(address) ?? askAll(address)), this.#around));
    const { looks: said, ...around } = recalled && isCurrent() ? recalled : await lookAround(askAll, this.#around);
    const { looks, topology } = await this.#settle(said);
    // Of two rounds at once the one that began last knows best.
    if (number > this.#newestRound && !this.#closing.signal.aborted) {
      this.#newestRound = number;
      this.#around = around;
      this.#sweep.note(looks);
      this.#lastTopology = topology;
      this.#pool.aliases = around.aliases;
      const current = new Set([...around.seeds, ...around.members]);
      this.#pool.hangUpExcept(current);
      for (const address of this.#lastFailures.keys()) if (!current.has(address)) this.#lastFailures.delete(address);
    }
    return { topology, views: viewsOf(looks).filter(({ isPresumed }) => !isPresumed) };
  }

  #merge(looks: readonly Look[]): Topology {
    const previous = this.#lastTopology;
    return mergeLooks(looks, {
      hosts: this.#hosts,
      nowMilliseconds: Date.now(),
      ...(previous && { previous }),
      ...(this.options.rememberedShards && { rememberedShards: this.options.rememberedShards }),
    });
  }

  /** The looks with what they come to, once those are asked again who may have been asked too early. */
  async #settle(looks: readonly Look[]): Promise<{ looks: readonly Look[]; topology: Topology }> {
    const topology = this.#merge(looks);
    const early = whomToAskAgain(this.#lastTopology, topology);
    if (early.length === 0) return { looks, topology };
    const again = await Promise.all(early.map(address => this.#look(address, false)));
    const views = new Map(viewsOf(again).map(view => [view.address, view]));
    const renewed = looks.map(look => {
      const view = 'view' in look && views.get(look.view.address);
      return view ? { view } : look;
    });
    return { looks: renewed, topology: this.#merge(renewed) };
  }

  /**
   * Asks some of a large cluster. Gives what that makes of the topology; or, when nodes say something new, fell silent or
   * answer again, the looks to derive it from, by address; undefined when all must be asked.
   */
  async #glance(
    isCurrent: () => boolean,
  ): Promise<Observation | { recall: (address: string) => Look | undefined } | undefined> {
    const before = this.#lastTopology;
    const turn = this.#sweep.next();
    if (!before || !turn) return undefined;
    const looks = new Map<string, Look>();
    const figures = new Map<string, FreshFigures>();
    const lookAt = async (address: string): Promise<void> => {
      const look = await this.#look(address, true);
      looks.set(address, look);
      if ('view' in look) figures.set(address, look.view);
    };
    const askFiguresOf = async (address: string): Promise<void> => {
      const answer = await this.#turns.run(outside => askFigures(this.#pool.exactly(address), outside));
      if (answer) figures.set(address, answer);
      else await lookAt(address);
    };
    await Promise.all([...turn.wholly.map(lookAt), ...turn.figures.map(askFiguresOf)]);
    if (this.#sweep.lostSight(looks)) return undefined;
    const news = this.#sweep.judge(looks);
    if (news === 'said') await Promise.all(this.#sweep.witnesses(looks).map(lookAt));
    if (!isCurrent() || (news === 'said' && this.#sweep.refuseDivided(looks))) return undefined;
    this.#sweep.hear(looks, figures);
    if (news !== 'nothing') return { recall: address => this.#sweep.recall(address, looks) };
    const byId = new Map([...figures].map(([address, fresh]) => [this.#sweep.idAt(address) ?? '', fresh]));
    const views = viewsOf(looks.values());
    return { topology: refreshFigures(before, byId, Date.now()), views };
  }

  #look(address: string, backOff: boolean, onAsked?: LookOptions['onAsked']): Promise<Look> {
    const pending = this.#looks.get(address);
    if (pending) return pending;
    const lastFailure = this.#lastFailures.get(address);
    if (backOff && lastFailure && this.#backOff.isWaiting(address, performance.now()))
      return Promise.resolve({ failure: lastFailure });
    const look = this.#turns
      .run(outside => {
        onAsked?.(address);
        return lookAtNode(this.#pool.exactly(address), this.#cache, this.#persistence, outside);
      })
      .then(result => this.#note(address, result))
      .finally(() => this.#looks.delete(address));
    this.#looks.set(address, look);
    return look;
  }

  #note(address: string, look: Look): Look {
    if ('failure' in look && !saidSomething(look.failure.code)) {
      this.#lastFailures.set(address, look.failure);
      this.#backOff.failed(address, performance.now());
    } else {
      this.#lastFailures.delete(address);
      this.#backOff.forget(address);
    }
    return look;
  }
}

// A server that refused is up, and may let us in at the next look: it is asked again without waiting.
function saidSomething(code: string): boolean {
  return ['clusterDisabled', 'loading', 'malformedReply', 'noPermission'].includes(code) || /^[A-Z]+$/.test(code);
}
