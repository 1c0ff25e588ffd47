import type { ClusterNode, Topology } from '../../topology/types';
import { joinSome } from '../phrases';
import type { PlanWarning } from '../types';

/** What becomes of the slots when these servers end: replicas take over only where a majority of all masters with slots elects them. */
export function warnOfShutdown(nodes: readonly ClusterNode[], topology: Topology): PlanWarning[] {
  const ending = new Set(nodes.map(({ id }) => id));
  const masters = topology.nodes.filter(({ role, slots }) => role === 'master' && !slots.isEmpty);
  const gone = masters.filter(({ id }) => ending.has(id));
  if (gone.length === 0) return [];
  const left = masters.filter(({ id, reachable }) => !ending.has(id) && reachable).length;
  if (left * 2 <= masters.length) {
    const rest = left === 0 ? 'no master' : `only ${left} of ${masters.length} masters`;
    const text = `Afterwards ${rest} with slots ${left === 1 || left === 0 ? 'answers' : 'answer'}, which is no majority: no replica is elected, and the cluster is down until enough of the masters are started again.`;
    return [{ code: 'majorityLost', text }];
  }
  const hasHeir = ({ id }: ClusterNode): boolean =>
    topology.nodes.some(({ id: own, masterId, reachable }) => masterId === id && reachable && !ending.has(own));
  const [taken, lost] = [gone.filter(hasHeir), gone.filter(node => !hasHeir(node))].map(part =>
    joinSome(part.map(({ address }) => address)),
  );
  return [
    ...(taken ? [{ code: 'slotsDown', text: `The slots of ${taken} are down until replicas take over.` }] : []),
    ...(lost
      ? [
          {
            code: 'slotsLeft',
            text: `Nobody can take over from ${lost}: the slots are down until it is started again.`,
          },
        ]
      : []),
  ];
}
