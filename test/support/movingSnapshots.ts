import type { PageSlotMove, Snapshot } from '../../src/shared/pageProtocol';
import { change, failOver, makeEvent, makeSnapshot, nodeId } from './pageSnapshots';

/** Slots go from 7000 to 7001 and 7002: 400 of 1,000 are there, 200 of 365. */
export function makeMovingSnapshot(given: Parameters<typeof makeSnapshot>[0] = {}): Snapshot {
  return change(
    makeSnapshot(given),
    { 7000: { slots: '600-5461' }, 7001: { slots: '0-399,5462-10922' }, 7002: { slots: '400-599,10923-16383' } },
    {
      slotMoves: [
        { slots: '0-399,1000-1599', fromId: nodeId(7000), toId: nodeId(7001) },
        { slots: '400-599,2000-2164', fromId: nodeId(7000), toId: nodeId(7002) },
      ],
      operation: { title: 'Rebalance slots', message: '600 of 1,365 slots moved', fraction: 0.44 },
    },
  );
}

/** Between so many pairs of masters, none of it there yet. */
export function makeManyMoves(snapshot: Snapshot, pairs: number): Snapshot {
  const masters = snapshot.nodes.filter(({ role }) => role === 'master');
  const slotMoves = Array.from({ length: pairs }, (_, index): PageSlotMove => {
    const from = masters[index % masters.length]!;
    const to = masters[(index * 3 + 1 + Math.floor(index / masters.length)) % masters.length]!;
    const start = Number(from.slots.split('-')[0]);
    return { slots: `${start}-${start + 20 + index}`, fromId: from.id, toId: to.id };
  });
  return { ...snapshot, version: snapshot.version + 1, slotMoves };
}

/** 7003 took over from 7000 some seconds ago; the old master is back and follows it. */
export function makeSwappedSnapshot(secondsAgo = 12): Snapshot {
  const after = failOver(makeSnapshot({ replicas: 2 }));
  return change(
    after,
    {},
    {
      events: [
        makeEvent('failover', secondsAgo, 'It took over.', { nodeIds: [after.shards[0]!.masterId!, nodeId(7000)] }),
      ],
    },
  );
}
