import type { PageDomain, Snapshot } from '../../shared/pageProtocol';

/** The worst that the loss of a host or zone would do: no majority is left, or slots are down. */
export type Verdict = 'quorum' | 'slots';

export function verdictOf(domain: PageDomain | undefined): Verdict | undefined {
  if (domain?.losesMajority) return 'quorum';
  return domain && domain.slotsDown > 0 ? 'slots' : undefined;
}

/** What is judged beside the hosts that are drawn: zones that hold several, or addresses within a zone. */
export function otherDomains({ nodes, domains }: Snapshot): PageDomain[] {
  const labels = new Set(nodes.map(({ hostLabel }) => hostLabel));
  const drawn = new Set<string>();
  return domains.filter(({ label }) => {
    // Of two with one label the first is the one whose nodes are drawn under it.
    if (!labels.has(label) || drawn.has(label)) return true;
    drawn.add(label);
    return false;
  });
}
