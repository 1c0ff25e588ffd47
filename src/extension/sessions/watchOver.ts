import type { Operation, Supervisor, Timeline } from '../../core/index';
import type { Log } from '../log';
import type { Link, Supervisors } from './link';
import type { ClusterDefinition } from './types';

/** What a session lends to who watches over it. */
export interface WatchedOver {
  definition: ClusterDefinition;
  timeline: () => Timeline;
  follow: (operation: Operation) => void;
  tell: () => void;
  log: Log;
}

/**
 * The supervisor of one session: begun once there is a link and somebody looked, ended with the link or when it is switched
 * off. What is asked of it happens one after another, and nothing of it rejects.
 */
export class WatchOver {
  #supervisor: Supervisor | undefined;
  #link: Link | undefined;
  #told = new WeakSet<object>();
  #last: Promise<void> = Promise.resolve();

  constructor(
    private readonly session: WatchedOver,
    private readonly supervisors: Supervisors,
  ) {}

  get supervisor(): Supervisor | undefined {
    return this.#supervisor;
  }

  /** Begins, takes on the settings of now, or ends, as the mode of the cluster says. Undefined: the link is gone. */
  update(link: Link | undefined): Promise<void> {
    this.#last = this.#last
      .then(() => this.#update(link))
      .catch((error: unknown) => {
        const { definition, log } = this.session;
        log.error('supervisor', `${definition.name} cannot be supervised.`, error);
      });
    return this.#last;
  }

  async #update(link: Link | undefined): Promise<void> {
    const { definition, follow, tell } = this.session;
    if (this.#supervisor && (link !== this.#link || !this.supervisors.configure(definition, this.#supervisor))) {
      const ended = this.#supervisor;
      this.#supervisor = undefined;
      await ended.dispose();
      tell();
    }
    if (!link || this.#supervisor) return;
    this.#link = link;
    const supervisor = await this.supervisors.open(definition, link, follow);
    if (!supervisor) return;
    this.#supervisor = supervisor;
    supervisor.onChange(() => this.#changed(supervisor));
    this.#changed(supervisor);
  }

  #changed({ events }: Supervisor): void {
    const { timeline, tell } = this.session;
    for (const event of events) {
      if (this.#told.has(event)) continue;
      this.#told.add(event);
      const { atMilliseconds, text, kind } = event;
      // Every step of its thinking is in its own document.
      if (kind !== 'stateChanged') timeline().note({ atMilliseconds, text, kind: 'supervisor' });
    }
    tell();
  }
}
