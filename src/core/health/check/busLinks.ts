import { ownLineOf } from '../../topology/ownLine';
import type { ClusterNode, NodeLine } from '../../topology/types';
import { count, listNames, nodeName } from '../../topology/wording';
import { lasting, type Found } from './lasting';
import type { BusLink, CheckEvidence, CheckLook } from './types';

/** As many broken pairs are told one by one; more become one line. */
const TOLD_ONE_BY_ONE = 3;

/** A link of the cluster bus that is not there, or that only one of its ends has. */
interface BrokenLink {
  fromId: string;
  toId: string;
  /** Who misses it: the node that should have opened it, the one it should come in at. */
  missedBy: string;
}

/** Nodes that are well and are linked one way only, or not at all: gossip, failure votes and failovers go astray. */
export function busLinkFindings(evidence: CheckEvidence): Found[] {
  const broken = lasting(evidence, brokenLinks, ({ fromId, toId, missedBy }) => [fromId, toId, missedBy].join());
  if (broken.length === 0) return [];
  const nodes = new Map(evidence.latest.topology.nodes.map(node => [node.id, node]));
  const pairs = new Map<string, BrokenLink[]>();
  for (const link of broken) {
    const key = [link.fromId, link.toId].sort().join();
    pairs.set(key, [...(pairs.get(key) ?? []), link]);
  }
  const finding = (text: string, links: readonly BrokenLink[]): Found => ({
    code: 'busLinkMissing',
    severity: 'warning',
    text,
    nodeIds: [...new Set(links.flatMap(({ fromId, toId }) => [fromId, toId]))].sort(),
    remedy:
      'Check that each of them reaches the bus port of the other (its port plus 10000 unless it was set), in both directions, and that the addresses they announce are right.',
    onlyByCheck: true,
  });
  if (pairs.size <= TOLD_ONE_BY_ONE)
    return [...pairs.values()].map(links =>
      finding(
        `${listNames(
          links.map(link => linkText(link, nodes)),
          4,
        )}.`,
        links,
      ),
    );
  const worst = [...pairs.values()].sort((a, b) => b.length - a.length)[0]!;
  return [
    finding(
      `${count(pairs.size, 'pair')} of nodes are not linked both ways on the cluster bus. For example: ${listNames(
        worst.map(link => linkText(link, nodes)),
        4,
      )}.`,
      broken,
    ),
  ];
}

function linkText({ fromId, toId, missedBy }: BrokenLink, nodes: ReadonlyMap<string, ClusterNode>): string {
  const [from, to] = [nodes.get(fromId)!, nodes.get(toId)!].map(nodeName);
  return missedBy === fromId ? `${from} has no bus link to ${to}` : `no bus link of ${from} comes in at ${to}`;
}

/** Of nodes nobody doubts: that a failed one has no links is no news. */
function brokenLinks({ topology, views, links }: CheckLook): BrokenLink[] {
  const well = new Set(
    topology.nodes
      .filter(({ id, status }) => (status === 'ok' || status === 'spare') && !topology.forgotten.includes(id))
      .map(({ id }) => id),
  );
  const ends = new Map([...links].map(([id, list]) => [id, endsOf(list)]));
  const broken: BrokenLink[] = [];
  for (const view of views) {
    const viewerId = ownLineOf(view)?.id ?? '';
    if (!well.has(viewerId)) continue;
    const own = ends.get(viewerId);
    for (const line of view.lines) {
      // Before 7.0 there is only what the node says of the links it opened.
      const hasTo = own ? own.to.has(line.id) : line.linkConnected;
      const hasFrom = !own || own.from.has(line.id) || isNoneToExpect(ends.get(line.id)?.to.get(viewerId));
      // Asked last, for hardly any is broken, and a thousand nodes have a million of them.
      if ((hasTo && hasFrom) || line.id === viewerId || !well.has(line.id) || isDoubtful(line)) continue;
      if (!hasTo) broken.push({ fromId: viewerId, toId: line.id, missedBy: viewerId });
      if (!hasFrom) broken.push({ fromId: line.id, toId: viewerId, missedBy: viewerId });
    }
  }
  return broken;
}

/** By its other end: it was not opened, or so lately that nobody knows whose it is. */
function isNoneToExpect(opened: BusLink | undefined): boolean {
  return opened === undefined || opened.isYoung;
}

/** By peer. */
function endsOf(links: readonly BusLink[]): Record<BusLink['direction'], ReadonlyMap<string, BusLink>> {
  const ends = { to: new Map<string, BusLink>(), from: new Map<string, BusLink>() };
  for (const link of links) ends[link.direction].set(link.peerId, link);
  return ends;
}

function isDoubtful({ flags }: NodeLine): boolean {
  return ['handshake', 'noaddr', 'fail', 'fail?'].some(flag => flags.includes(flag));
}
