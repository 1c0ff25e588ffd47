import { groupBy } from '../topology/groupBy';
import type { ClusterNode } from '../topology/types';
import type { ClusterPicture } from './clusterPicture';
import type { DomainSubject } from './resilienceTypes';

/**
 * What fails together: the nodes with one host label; where the servers tell their zone, the nodes of one zone; and where the
 * zone is the label, the nodes at one address. Of two with the same nodes the first.
 */
export function domainsOf({ members }: ClusterPicture): DomainSubject[] {
  const nodes = members.filter(({ status }) => status !== 'joining');
  const isLabelledByZone = (node: ClusterNode): boolean =>
    zoneOf(node) === node.hostLabel && node.host !== node.hostLabel;
  const domains: DomainSubject[] = [
    ...[...groupBy(nodes, ({ hostLabel }) => hostLabel)]
      // The zone may have more nodes, with labels of their own.
      .filter(([, own]) => !own.every(isLabelledByZone))
      .map(([label, own]) => domain('host', label, own)),
    ...[...groupBy(nodes.filter(zoneOf), zoneOf)].map(([label, own]) => domain('zone', label!, own)),
    ...[...groupBy(nodes.filter(isLabelledByZone), ({ host }) => host)].map(([label, own]) =>
      domain('host', label, own),
    ),
  ];
  const seen = new Set<string>();
  return domains.filter(({ nodeIds }) => {
    const key = [...nodeIds].sort().join(' ');
    return !seen.has(key) && seen.add(key);
  });
}

function zoneOf({ info }: ClusterNode): string | undefined {
  return info?.availabilityZone;
}

function domain(kind: DomainSubject['kind'], label: string, nodes: readonly ClusterNode[]): DomainSubject {
  return { kind, label, nodeIds: nodes.map(({ id }) => id) };
}
