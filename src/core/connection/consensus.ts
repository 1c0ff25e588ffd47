import { isOwn } from '../topology/ownLine';
import type { ClusterInfo, NodeLine, NodeView } from '../topology/types';

/** What most nodes say of the cluster. */
export interface Consensus {
  /** One per node, as the others see it. */
  lines: readonly NodeLine[];
  linesById: ReadonlyMap<string, NodeLine>;
  /** As one of those with the state that most name says it. */
  clusterInfo: ClusterInfo;
}

/** More than a quarter of those who speak of a node say otherwise than most: they are divided. */
const MOST_DISSENT = 0.25;

/** About how many nodes these are divided: too many for one of them to stand for the others. */
export function countDivided(views: readonly NodeView[], votes = countLines(views)): number {
  return [...votes.values()].filter(
    ({ spoken, listing, count }) => count < (views.length - (listing - spoken)) * (1 - MOST_DISSENT),
  ).length;
}

/**
 * What most of these say; where nothing has a majority, it stays as it was `before`. `before` itself when that changes nothing. Undefined when there is neither a view nor anything before.
 */
export function formConsensus(
  views: readonly NodeView[],
  before?: Consensus,
  votes = countLines(views),
): Consensus | undefined {
  const [first] = views;
  if (!first) return before;
  const linesById = new Map<string, NodeLine>();
  for (const [id, { spoken, listing, most, count }] of votes) {
    const known = before?.linesById.get(id);
    // Nobody counts for his own line: of a node that is asked itself only the others speak.
    const others = views.length - (listing - spoken);
    if (spoken * 2 < others) continue;
    if (most && count * 2 >= others + (before ? 1 : 0)) linesById.set(id, most);
    else if (known) linesById.set(id, known);
  }
  const clusterInfo = mostCommonInfo(views);
  const isSame =
    before?.linesById.size === linesById.size &&
    before.clusterInfo.state === clusterInfo.state &&
    [...linesById].every(([id, line]) => before.linesById.get(id) === line);
  return isSame ? before : { lines: [...linesById.values()], linesById, clusterInfo };
}

/** Whether somebody says just that: the same of all others and of the state; of itself it may say anything. */
export function conforms({ lines, clusterInfo }: NodeView, consensus: Consensus): boolean {
  return (
    lines.length === consensus.lines.length &&
    clusterInfo.state === consensus.clusterInfo.state &&
    lines.every(line => {
      const most = consensus.linesById.get(line.id);
      return most === line || (most !== undefined && isOwn(line));
    })
  );
}

/** Ids of the nodes of which somebody says something else, or whom only one of the two names. */
export function differingIds({ lines }: NodeView, { linesById }: Consensus): string[] {
  const differing: string[] = [];
  let common = 0;
  for (const line of lines) {
    const most = linesById.get(line.id);
    if (most) common++;
    if (most !== line && !isOwn(line)) differing.push(line.id);
  }
  // No view names anybody twice: the usual case needs no second pass.
  if (common === linesById.size) return differing;
  const named = new Set(lines.map(({ id }) => id));
  return [...differing, ...[...linesById.keys()].filter(id => !named.has(id))];
}

interface Votes {
  /** How many speak of it, other than itself. */
  spoken: number;
  /** The same with itself. */
  listing: number;
  /** What most of them say. */
  most: NodeLine | undefined;
  count: number;
}

/** Node id -> what these say of it. */
export function countLines(views: readonly NodeView[]): Map<string, Votes> {
  const counts = new Map<NodeLine, number>();
  for (const { lines } of views) for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  const votes = new Map<string, Votes>();
  for (const [line, count] of counts) {
    if (line.flags.includes('handshake')) continue;
    const of = votes.get(line.id) ?? { spoken: 0, listing: 0, most: undefined, count: 0 };
    votes.set(line.id, of);
    of.listing += count;
    if (isOwn(line)) continue;
    of.spoken += count;
    if (count > of.count) Object.assign(of, { most: line, count });
  }
  return votes;
}

function mostCommonInfo(views: readonly NodeView[]): ClusterInfo {
  const failing = views.filter(({ clusterInfo }) => clusterInfo.state === 'fail');
  const isFailing = failing.length * 2 > views.length;
  return (isFailing ? failing : views).find(({ clusterInfo }) => isFailing || clusterInfo.state === 'ok')!.clusterInfo;
}
