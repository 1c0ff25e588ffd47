import type { Group } from './findClusters';
import { roleOf, viewersOf, type Saying, type Subject } from './gatherSayings';
import { groupBy } from './groupBy';
import { ownLine } from './settleRole';
import { SlotSet } from './slotSet';

/** Slots about which the viewers differ. */
export interface SlotContest {
  slots: SlotSet;
  /** Absent when the only node that is said to own them denies it. */
  ownerId?: string;
  /** The others that are said to own them, each with the indexes of who says so. */
  rivals: readonly { id: string; viewers: readonly number[] }[];
  /** Indexes of viewers that know one of these nodes and give the slots to nobody. */
  silent: readonly number[];
}

export interface SlotSettlement {
  /** Node id -> its slots; nodes without slots are absent. */
  slotsOf: ReadonlyMap<string, SlotSet>;
  contests: readonly SlotContest[];
}

/**
 * Decides who owns each slot of one cluster. A claim counts when the node makes it for itself, or a majority makes it for
 * a node that does not deny it (or denies it with an older config epoch). Of those the highest epoch wins, as it does
 * between the servers (cluster_legacy.c, clusterUpdateSlotsConfigWith), then the number of votes.
 */
export function settleSlots(group: Group): SlotSettlement {
  const claims = group.members.flatMap(claimsOf);
  const contested = findContested(claims);
  const slotsOf = new Map<string, SlotSet>();
  const give = (id: string, slots: SlotSet): void => {
    const had = slotsOf.get(id);
    slotsOf.set(id, had ? had.union(slots) : slots);
  };

  for (const { subject, slots } of claims) {
    const certain = contested.isEmpty ? slots : slots.difference(contested);
    if (!certain.isEmpty) give(subject.id, certain.count === slots.count ? slots : certain);
  }
  const contests = new Map<string, SlotContest>();
  for (const { slots, rivals } of splitByClaims(contested, claims)) {
    const contest = decide(slots, rivals, group.viewers.length);
    if (contest.ownerId !== undefined) give(contest.ownerId, slots);
    addContest(contests, contest);
  }
  return { slotsOf, contests: [...contests.values()] };
}

/** One slot set that some viewers give to one node. */
interface Claim {
  subject: Subject;
  slots: SlotSet;
  sayings: Saying[];
}

function claimsOf(subject: Subject): Claim[] {
  const claims: Claim[] = [];
  for (const saying of subject.sayings) {
    const { slots } = saying.line;
    if (slots.isEmpty || roleOf(saying.line) === 'replica') continue;
    const known = claims.find(claim => claim.slots.equals(slots));
    if (known) known.sayings.push(saying);
    else claims.push({ subject, slots, sayings: [saying] });
  }
  return claims;
}

/** Slots that are given to two nodes, or to one node by only some of the viewers that know it. */
function findContested(claims: readonly Claim[]): SlotSet {
  let once = SlotSet.empty;
  let contested = SlotSet.empty;
  const bySubject = groupBy(claims, claim => claim.subject);
  // The usual case: all say the same of each, and nothing twice.
  const isUnanimous = [...bySubject].every(
    ([subject, [claim, ...more]]) => more.length === 0 && claim?.sayings.length === subject.sayings.length,
  );
  const total = claims.reduce((sum, { slots }) => sum + slots.count, 0);
  if (isUnanimous && SlotSet.unionOf(claims.map(({ slots }) => slots)).count === total) return SlotSet.empty;
  for (const [subject, own] of bySubject) {
    let all = own[0]!.slots;
    let agreed = all;
    for (const { slots } of own.slice(1)) {
      all = all.union(slots);
      agreed = agreed.intersection(slots);
    }
    if (own.reduce((sum, claim) => sum + claim.sayings.length, 0) < subject.sayings.length) agreed = SlotSet.empty;
    if (agreed.count < all.count) contested = contested.union(all.difference(agreed));
    contested = contested.union(once.intersection(all));
    once = once.union(all);
  }
  return contested;
}

/** Parts the contested slots into sets about which exactly the same claims are made. */
function splitByClaims(contested: SlotSet, claims: readonly Claim[]): { slots: SlotSet; rivals: Claim[] }[] {
  if (contested.isEmpty) return [];
  const signatures = new Map<number, string>();
  claims.forEach((claim, number) => {
    for (const slot of claim.slots.intersection(contested))
      signatures.set(slot, `${signatures.get(slot) ?? ''}${number} `);
  });
  return [...groupBy(signatures.keys(), slot => signatures.get(slot)!)].map(([signature, slots]) => ({
    slots: SlotSet.of(slots),
    rivals: signature
      .trimEnd()
      .split(' ')
      .map(number => claims[Number(number)]!),
  }));
}

function decide(slots: SlotSet, claims: readonly Claim[], viewers: number): SlotContest {
  const candidates = [...groupBy(claims, claim => claim.subject)].map(([subject, itsClaims]) => {
    const sayings = itsClaims.flatMap(claim => claim.sayings);
    const says = viewersOf(sayings);
    const epoch = Math.max(...sayings.map(saying => saying.line.configEpoch));
    const isMajority = says.length * 2 > viewers;
    const own = ownLine(subject);
    const claimsItself = sayings.some(saying => saying.line === own);
    const denies = own !== undefined && !claimsItself && !(isMajority && epoch > own.configEpoch);
    return { subject, viewers: says, epoch, counts: claimsItself || (isMajority && !denies), denies };
  });
  const byWord = candidates
    .filter(candidate => candidate.counts)
    .sort((a, b) => b.epoch - a.epoch || b.viewers.length - a.viewers.length || compareIds(a.subject, b.subject));
  const byVotes = candidates
    .filter(candidate => !candidate.denies)
    .sort((a, b) => b.viewers.length - a.viewers.length || b.epoch - a.epoch || compareIds(a.subject, b.subject));
  const owner = byWord[0] ?? byVotes[0];

  const spoken = new Set(candidates.flatMap(candidate => candidate.viewers));
  const listeners = new Set(candidates.flatMap(candidate => viewersOf(candidate.subject.sayings)));
  return {
    slots,
    ...(owner ? { ownerId: owner.subject.id } : {}),
    rivals: candidates
      .filter(candidate => candidate !== owner)
      .map(candidate => ({ id: candidate.subject.id, viewers: candidate.viewers })),
    silent: [...listeners].filter(viewer => !spoken.has(viewer)),
  };
}

function compareIds(a: Subject, b: Subject): number {
  return a.id < b.id ? -1 : 1;
}

/** One contest per owner and rivals, however many ways the slots are split. */
function addContest(contests: Map<string, SlotContest>, contest: SlotContest): void {
  const rivals = [...contest.rivals].sort((a, b) => (a.id < b.id ? -1 : 1));
  const key = [contest.ownerId, ...rivals.map(rival => rival.id)].join(' ');
  const known = contests.get(key);
  contests.set(key, {
    ...contest,
    slots: known ? known.slots.union(contest.slots) : contest.slots,
    rivals: rivals.map((rival, index) => ({
      id: rival.id,
      viewers: together(known?.rivals[index]?.viewers, rival.viewers),
    })),
    silent: together(known?.silent, contest.silent),
  });
}

function together(some: readonly number[] | undefined, others: readonly number[]): number[] {
  return [...new Set([...(some ?? []), ...others])].sort((a, b) => a - b);
}
