import type { Topology } from '../../../core/index';
import type { ClusterSession, SessionStore } from '../../sessions/types';
import { restingText } from '../../statusBar/statusText';
import { buildPicture } from '../picture';
import { PastPictures } from './pastPictures';

/** How every cluster looked while it was looked at; forgotten with the cluster, and with the window. */
export class Pasts {
  readonly #pasts = new Map<string, { pictures: PastPictures; last: Topology | undefined }>();
  readonly #registration: { dispose(): void };

  constructor(private readonly store: Pick<SessionStore, 'onDidChange' | 'sessions' | 'get'>) {
    this.#registration = store.onDidChange(session => {
      if (session) this.#keep(session);
      else for (const id of [...this.#pasts.keys()]) if (!store.get(id)) this.#pasts.delete(id);
    });
    for (const session of store.sessions) this.#keep(session);
  }

  of(clusterId: string): PastPictures | undefined {
    return this.#pasts.get(clusterId)?.pictures;
  }

  dispose(): void {
    this.#registration.dispose();
    this.#pasts.clear();
  }

  /** Once per look: a session also tells of what happens between two. */
  #keep(session: ClusterSession): void {
    const { topology } = session;
    const { id } = session.definition;
    const known = this.#pasts.get(id);
    if (!topology || topology === known?.last) return;
    const past = known ?? { pictures: new PastPictures(), last: undefined };
    past.last = topology;
    // How far an operation is changes with every look, and is told by the events.
    past.pictures.add(buildPicture(session, restingText(session).words), topology.observedAtMilliseconds);
    this.#pasts.set(id, past);
  }
}
