import type { Topology } from '../../../core/index';
import type { ClusterSession, SessionStore } from '../../sessions/types';
import type { ClusterState } from '../../sessions/clusterState';
import { statusText } from '../../statusBar/statusText';
import { buildPicture, type Picture } from '../picture';
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
    past.pictures.add(pictureToKeep(session), topology.observedAtMilliseconds);
    this.#pasts.set(id, past);
  }
}

/** How far an operation is changes with every look, and is told by the events. */
function pictureToKeep(state: ClusterState): Picture {
  return { ...buildPicture(state), statusText: statusText(withoutOperation(state)).words };
}

/** A session is no plain object: what is read of it stands behind getters. */
function withoutOperation(state: ClusterState): ClusterState {
  const { definition, topology, health, lastCheck, failure, localServers, timeline, figures, supervisor } = state;
  return {
    ...{ definition, topology, health, lastCheck, failure, localServers, timeline, figures, supervisor },
    operation: undefined,
  };
}
