import { roleOf, viewersOf, type Saying, type Subject } from './gatherSayings';
import { groupBy } from './groupBy';
import { isOwn } from './ownLine';
import type { NodeLine, NodeRole } from './types';

/** What a node is, by its own word or by that of the others. */
export interface SettledRole {
  role: NodeRole;
  masterId?: string;
  configEpoch: number;
  /** The line to take the address from. */
  line: NodeLine;
}

/** What some viewers take a node for. */
export interface RoleVariant {
  role: NodeRole;
  masterId?: string;
  /** Indexes, ascending. */
  viewers: readonly number[];
}

/**
 * A node that answered is what it says, unless a majority of those who know it say otherwise with a newer config epoch: then
 * it slept through a failover. One that did not answer is what most of the others say.
 */
export function settleRole(subject: Subject): SettledRole {
  const own = ownLine(subject);
  const others = subject.sayings.filter(saying => saying.line !== own);
  const best = mostSaid(withAddressIfAny(others));
  if (!own) return settled(best!.lines[0]!, best!.epoch);

  const total = others.reduce((sum, saying) => sum + saying.viewers.length, 1);
  const isOverruled = best !== undefined && best.votes * 2 > total && best.epoch > own.configEpoch;
  return isOverruled && roleKey(best.lines[0]!) !== roleKey(own)
    ? { ...settled(best.lines[0]!, best.epoch), line: own }
    : settled(own, own.configEpoch);
}

/** Whether all take the node for the same: the usual case, told without asking who they are. */
export function isOneRole({ sayings: [first, ...others] }: Subject): boolean {
  return others.every(
    ({ line }) =>
      roleOf(line) === roleOf(first!.line) && (roleOf(line) === 'master' || line.masterId === first!.line.masterId),
  );
}

/** The different things the viewers take a node for; more than one is a disagreement. */
export function roleVariants(subject: Subject): RoleVariant[] {
  return [...groupBy(withAddressIfAny(subject.sayings), saying => roleKey(saying.line)).values()].map(sayings => {
    const { line } = sayings[0]!;
    return { role: roleOf(line), ...masterOf(line), viewers: viewersOf(sayings) };
  });
}

export function ownLine(subject: Subject): NodeLine | undefined {
  if (subject.viewer === undefined) return undefined;
  return subject.sayings.find(({ line }) => isOwn(line))?.line;
}

function settled(line: NodeLine, configEpoch: number): SettledRole {
  return { role: roleOf(line), ...masterOf(line), configEpoch, line };
}

function masterOf(line: NodeLine): { masterId?: string } {
  return roleOf(line) === 'replica' && line.masterId !== undefined ? { masterId: line.masterId } : {};
}

function roleKey(line: NodeLine): string {
  return `${roleOf(line)} ${masterOf(line).masterId ?? ''}`;
}

// A line without an address is what is left of a node that went away.
function withAddressIfAny(sayings: readonly Saying[]): readonly Saying[] {
  const addressed = sayings.filter(saying => !saying.line.flags.includes('noaddr'));
  return addressed.length > 0 ? addressed : sayings;
}

/** The role most viewers name, its newest epoch, and its lines, the most said and newest first. */
function mostSaid(sayings: readonly Saying[]): { votes: number; epoch: number; lines: NodeLine[] } | undefined {
  const variants = [...groupBy(sayings, saying => roleKey(saying.line))].map(([key, group]) => ({
    key,
    votes: group.reduce((sum, saying) => sum + saying.viewers.length, 0),
    epoch: Math.max(...group.map(saying => saying.line.configEpoch)),
    lines: [...group].sort(mostSaidFirst).map(saying => saying.line),
  }));
  return variants.sort((a, b) => b.votes - a.votes || b.epoch - a.epoch || (a.key < b.key ? -1 : 1))[0];
}

function mostSaidFirst(a: Saying, b: Saying): number {
  return (
    b.viewers.length - a.viewers.length ||
    b.line.configEpoch - a.line.configEpoch ||
    (endpointText(a.line) < endpointText(b.line) ? -1 : 1)
  );
}

function endpointText({ host, port, busPort, hostname }: NodeLine): string {
  return [host, port, busPort, hostname].join(' ');
}
