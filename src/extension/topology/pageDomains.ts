import { resilienceDomains, type Topology } from '../../core/index';
import type { PageDomain } from '../../shared/pageProtocol';

/** With more hosts than that, what one of them would cost is worked out when somebody asks. */
const mostDomains = 100;

const known = new WeakMap<Topology, PageDomain[]>();

/** What the loss of each host and zone would cost; worked out once per look. */
export function pageDomains(topology: Topology): PageDomain[] {
  const domains = known.get(topology) ?? judgeDomains(topology);
  known.set(topology, domains);
  return domains;
}

function judgeDomains(topology: Topology): PageDomain[] {
  const labels = new Set(topology.nodes.flatMap(node => [node.hostLabel, node.info?.availabilityZone ?? '']));
  if (labels.size > mostDomains) return [];
  return resilienceDomains(topology)
    .slice(0, mostDomains)
    .map(({ subject: { kind, label }, text, quorumLost, fates, slotsDown }) => ({
      kind,
      label,
      text,
      losesMajority: quorumLost !== undefined,
      shardsDown: fates.filter(fate => fate.kind !== 'takenOver').length,
      slotsDown: slotsDown.count,
    }));
}
