import type { PageNode, PagePast, PagePreview, Snapshot } from '../../src/shared/pageProtocol';
import type { StillKind } from '../../src/shared/pageStill';
import { failOver, makeEventfulSnapshot, makeSnapshot, SNAPSHOT_TIME } from './pageSnapshots';

/** Two minutes before the snapshots. */
export const PAST_TIME = SNAPSHOT_TIME - 120_000;
const HALF_HOUR = 1_800_000;

/** With half an hour of past to ask for. */
export function withPast(snapshot: Snapshot): Snapshot {
  return { ...snapshot, pastSinceMilliseconds: SNAPSHOT_TIME - HALF_HOUR };
}

/** The same cluster as it is sent where it is not how it is now. */
function makeStill(still: StillKind, snapshot: Snapshot, nowMilliseconds = SNAPSHOT_TIME): Snapshot {
  const { operation, pastSinceMilliseconds, ...rest } = snapshot;
  void [operation, pastSinceMilliseconds];
  const nodes = snapshot.nodes.map(withoutFigures);
  return { ...rest, version: 0, still, readOnly: true, nodes, domains: [], slotMoves: [], nowMilliseconds };
}

/** The answer to the first question. */
export function makePast(
  then: Snapshot,
  given: { request?: number; atMilliseconds?: number; seen?: number } = {},
): PagePast {
  const { request = 1, atMilliseconds = PAST_TIME, seen = SNAPSHOT_TIME } = given;
  return {
    type: 'past',
    request,
    snapshot: makeStill('past', then, atMilliseconds),
    seenUntilMilliseconds: seen,
  };
}

/** Shard 1 changes its roles: what a failover would leave. */
export function makePreview(live: Snapshot, given: Partial<PagePreview> = {}): PagePreview {
  const [first, ...others] = live.shards;
  const [master, replica] = [first?.masterId, first?.replicaIds[0]];
  if (!first || master === undefined || replica === undefined) throw new Error('There is no shard with a replica.');
  const { slots, slotCount } = live.nodes.find(({ id }) => id === master)!;
  const nodes = live.nodes.map((node): PageNode => {
    const { masterId, ...rest } = node;
    if (node.id === replica) return { ...rest, role: 'master', slots, slotCount };
    if (node.id === master) return { ...node, role: 'replica', masterId: replica, slots: '', slotCount: 0 };
    return masterId === master ? { ...node, masterId: replica } : node;
  });
  const replicaIds = [master, ...first.replicaIds.slice(1)];
  const after = { ...live, nodes, shards: [{ ...first, masterId: replica, replicaIds }, ...others] };
  return {
    id: 1,
    title: 'Let 127.0.0.1:7003 take over from 127.0.0.1:7000',
    verb: 'Fail Over',
    warnings: ['Writes to slots 0-5460 stop for a moment.'],
    after: makeStill('preview', after),
    outdated: false,
    ...given,
  };
}

/** Now: a master failed, its replica leads. Then: all well. */
export function makeStory(options: Parameters<typeof makeSnapshot>[0] = {}): { live: Snapshot; then: Snapshot } {
  const then = makeSnapshot(options);
  const { events } = makeEventfulSnapshot();
  return { live: withPast({ ...failOver(then), events }), then };
}

function withoutFigures(node: PageNode): PageNode {
  const { id, name, address, hostLabel, role, masterId, state, stateText, slots, slotCount, local, formerShardId } =
    node;
  return {
    ...{ id, name, address, hostLabel, role, state, stateText, slots, slotCount, local, contextValue: '' },
    ...(masterId !== undefined && { masterId }),
    ...(formerShardId !== undefined && { formerShardId }),
    history: node.history,
  };
}
