import { groupBy } from '../../topology/groupBy';
import type { ClusterNode } from '../../topology/types';
import { commonFacts, plannedNode } from '../plannedNode';
import { losesMajority, scorePlacement } from '../placement/scorePlacement';
import { sortByAddress } from '../sortByAddress';
import type { Picture, PlacementScore, Plan, PlannedNode, PlanWarning } from '../types';
import type { MemberCase } from './memberCase';

/** What becomes of a node: `gone` is known to nobody any more. */
export type Fate =
  { role: 'replica'; master: ClusterNode } | { role: 'master'; slots: string } | { role: 'spare' } | { role: 'gone' };

/** Before and after for the whole cluster and those who join it; `fates` by node id, who is not in it stays what it is. */
export function picturesOf(
  { topology, members }: MemberCase,
  outsiders: readonly ClusterNode[],
  fates: ReadonlyMap<string, Fate>,
): Pick<Plan, 'before' | 'after' | 'placement'> & { warnings: PlanWarning[] } {
  const known = new Set(members.map(({ id }) => id));
  const nodes = [...members, ...sortByAddress(outsiders.filter(({ id }) => !known.has(id)))];
  const before = { nodes: nodes.map(node => plannedNode(node, topology)) };
  const after = { nodes: nodes.flatMap((node, index) => nodeAfter(node, before.nodes[index]!, fates.get(node.id))) };
  const placement = scoreOf(after);
  return { before, after, placement, warnings: warnOfWorse(before, after, placement) };
}

function nodeAfter(node: ClusterNode, before: PlannedNode, fate: Fate | undefined): PlannedNode[] {
  const common = commonFacts(node);
  switch (fate?.role) {
    case undefined:
      return [before];
    case 'gone':
      return [];
    case 'replica':
      return [{ ...common, role: 'replica', master: fate.master.address, slots: '' }];
    case 'master':
      return [{ ...common, role: 'master', slots: fate.slots }];
    case 'spare':
      return [{ ...common, role: 'spare', slots: '' }];
  }
}

/** How well the shards with slots survive the loss of a host. */
function scoreOf({ nodes }: Picture): PlacementScore {
  const shards = shardsOf(nodes).map(({ master, replicas }) => ({
    masterHost: master.hostLabel,
    replicaHosts: replicas.map(({ hostLabel }) => hostLabel),
  }));
  return scorePlacement(shards, [...new Set(nodes.map(({ hostLabel }) => hostLabel))]);
}

function shardsOf(nodes: readonly PlannedNode[]): { master: PlannedNode; replicas: PlannedNode[] }[] {
  const replicas = groupBy(
    nodes.filter(({ master }) => master !== undefined),
    ({ master }) => master,
  );
  return nodes
    .filter(({ role, slots }) => role === 'master' && slots !== '')
    .map(master => ({ master, replicas: replicas.get(master.address) ?? [] }));
}

/** What the loss of one host costs that it did not cost before. */
function warnOfWorse(before: Picture, after: Picture, is: PlacementScore): PlanWarning[] {
  // On one machine there is nothing to place.
  if (new Set(after.nodes.map(({ hostLabel }) => hostLabel)).size < 2) return [];
  const was = scoreOf(before);
  const shards = shardsOf(after.nodes);
  const known = new Map(before.nodes.map(node => [node.id, node]));
  const isNew = ({ id, master }: PlannedNode): boolean => known.get(id)?.master !== master;
  const warnings: PlanWarning[] = [];
  if (is.replicasOnMastersHost > was.replicasOnMastersHost)
    for (const { master, replicas } of shards)
      for (const replica of replicas.filter(node => isNew(node) && node.hostLabel === master.hostLabel))
        warnings.push({
          code: 'replicaOnMastersHost',
          text: `${replica.address} is on ${master.hostLabel}, the host of its master ${master.address}: one host can take both.`,
        });
  if (is.replicasSharingHost > was.replicasSharingHost)
    for (const { master, replicas } of shards) {
      const newcomer = replicas.find(isNew);
      const beside = replicas.find(node => node.id !== newcomer?.id && node.hostLabel === newcomer?.hostLabel);
      if (newcomer && beside)
        warnings.push({
          code: 'replicasShareHost',
          text: `${newcomer.address} is on ${newcomer.hostLabel} like ${beside.address}, another replica of ${master.address}: one host can take both.`,
        });
    }
  for (const host of is.hostsHoldingMajority.filter(host => !was.hostsHoldingMajority.includes(host))) {
    const masters = shards.filter(({ master }) => master.hostLabel === host).length;
    if (shards.length >= 3 && losesMajority(shards.length, masters))
      warnings.push({
        code: 'hostHoldsMajority',
        text: `${host} then holds ${masters} of ${shards.length} masters: if it dies, no majority is left and nothing fails over by itself.`,
      });
  }
  return warnings;
}
