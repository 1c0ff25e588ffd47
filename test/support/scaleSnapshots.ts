import type { PageNode, Snapshot } from '../../src/shared/pageProtocol';
import { change, makeSnapshot } from './pageSnapshots';

/** A healthy cluster of so many nodes: shards of a master and a replica, and four spares. */
export function makeLargeSnapshot(nodes: number): Snapshot {
  return makeSnapshot({ shards: Math.floor((nodes - 4) / 2), spares: 4, hosts: Math.ceil(nodes / 10) });
}

/** One of each trouble in it, in shards of their own; masters have the ports 7000 and up, replicas follow in turn. */
export function makeTroubledSnapshot(nodes: number): Snapshot {
  const shards = Math.floor((nodes - 4) / 2);
  const replica = (index: number) => 7000 + shards + index;
  const states: Record<number, Partial<PageNode>> = {
    7003: { state: 'failed', stateText: 'failed 9/9' },
    [replica(5)]: { state: 'unreachable', stateText: 'unreachable' },
    7008: { state: 'suspect', stateText: 'suspect 3/9' },
    [replica(11)]: { state: 'syncing', stateText: 'syncing 43 %' },
    [replica(12)]: { state: 'linkDown', stateText: 'link down' },
    [replica(12) + 1]: { state: 'loading', stateText: 'loading' },
    [7000 + 2 * shards]: { state: 'joining', stateText: 'joining' },
  };
  return change(makeLargeSnapshot(nodes), states, { status: 'failing', statusText: '1 shard down' });
}
