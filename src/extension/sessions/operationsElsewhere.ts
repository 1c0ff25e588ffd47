import type { Journal, NodeHolder } from '../../core/index';
import { Disposable } from '../disposable';
import { isOfThisWindow } from '../isOfThisWindow';
import type { Log } from '../log';
import { Emitter } from './emitter';
import type { WatchableStore } from './sessionStore';
import type { ClusterSession } from './types';

/** Between two looks at a few small files. */
const pauseMilliseconds = 1000;

/**
 * What other windows do to the clusters of the list: asked again and again while somebody watches, told to the session of
 * each. Nobody tells when a window dies, so it is asked, not listened for.
 */
export class OperationsElsewhere extends Disposable {
  readonly #store: WatchableStore;
  readonly #journal: () => Promise<Journal>;
  readonly #log: Log;
  readonly #ended: Emitter<string>;
  #timer: NodeJS.Timeout | undefined;
  /** Of watching: what was asked in an earlier one is of no use. */
  #turn = 0;
  #holders: readonly NodeHolder[] = [];
  #trouble = '';

  constructor(store: WatchableStore, journal: () => Promise<Journal>, log: Log) {
    super();
    this.#store = store;
    this.#journal = journal;
    this.#log = log;
    this.#ended = this.register(new Emitter<string>(error => log.error('operations', 'A listener failed.', error)));
    this.register(store.onDidChangeWatched(() => this.#watch()));
    this.register(store.onDidChange(() => this.#tellSessions()));
    this.register({ dispose: () => clearTimeout(this.#timer) });
    this.#watch();
  }

  /** Fires with the id of one that has ended, or whose window has. */
  get onDidEnd(): Emitter<string>['event'] {
    return this.#ended.event;
  }

  #watch(): void {
    this.#turn++;
    clearTimeout(this.#timer);
    if (this.#store.watched) return void this.#look(this.#turn);
    this.#holders = [];
    this.#tellSessions();
  }

  async #look(turn: number): Promise<void> {
    try {
      const holders = await (await this.#journal()).holders();
      if (turn !== this.#turn || this.isDisposed) return;
      this.#accept(holders.filter(holder => !isOfThisWindow(holder)));
      this.#trouble = '';
    } catch (error) {
      if (this.#trouble !== String(error))
        this.#log.warn('operations', `What other windows do cannot be seen: ${String(error)}`);
      this.#trouble = String(error);
    }
    if (turn === this.#turn && !this.isDisposed)
      this.#timer = setTimeout(() => void this.#look(turn), pauseMilliseconds);
  }

  #accept(holders: readonly NodeHolder[]): void {
    const gone = this.#holders.filter(({ operationId }) => holders.every(holder => holder.operationId !== operationId));
    this.#holders = holders;
    this.#tellSessions();
    for (const { operationId } of gone) this.#ended.fire(operationId);
  }

  #tellSessions(): void {
    for (const session of this.#store.sessions) session.noteElsewhere(this.#holderOf(session));
  }

  #holderOf({ topology }: ClusterSession): NodeHolder | undefined {
    if (this.#holders.length === 0) return undefined;
    const ids = new Set(topology?.nodes.map(({ id }) => id));
    return this.#holders.find(({ nodeIds }) => nodeIds.some(id => ids.has(id)));
  }
}
