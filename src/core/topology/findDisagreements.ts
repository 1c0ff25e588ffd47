import type { Group } from './findClusters';
import { viewersOf, type Sayings, type Subject } from './gatherSayings';
import { groupBy } from './groupBy';
import { isOwn, ownLineOf } from './ownLine';
import { isOneRole, roleVariants, type RoleVariant } from './settleRole';
import type { SlotContest } from './settleSlots';
import type { ClusterNode, Disagreement, DisagreementKind } from './types';
import { listNames, nodeName, sentenceStart, slotsText } from './wording';

/** What the views are compared with: the settled nodes, by id. */
export interface Compared {
  sayings: Sayings;
  nodes: ReadonlyMap<string, ClusterNode>;
}

/** Everything the views of one group of nodes differ about. */
export function findDisagreements(group: Group, contests: readonly SlotContest[], compared: Compared): Disagreement[] {
  return [
    ...contests.map(contest => slotDisagreement(contest, compared)),
    ...group.members.flatMap(subject => roleDisagreement(subject, compared)),
    ...epochCollisions(group, compared),
    ...group.members.flatMap(subject => membershipDisagreement(subject, group, compared)),
  ];
}

/** Two servers that answered as the same node. */
export function doubleDisagreements({ doubles }: Sayings): Disagreement[] {
  return doubles.map(([one, other]) => {
    const { id } = ownLineOf(one)!;
    const addresses = [one.address, other.address].sort();
    return {
      kind: 'membership',
      text: `Two servers, ${listNames(addresses)}, both say they are node ${id.slice(0, 8)}: one runs on a copy of the other's cluster file.`,
      nodeIds: [id],
    };
  });
}

/** More than one cluster among the nodes; the first is the one the topology speaks of. */
export function separateClusters(clusters: readonly (readonly ClusterNode[])[]): Disagreement[] {
  if (clusters.length < 2) return [];
  const named = clusters.map(nodes => listNames(nodes.map(nodeName)));
  return [
    {
      kind: 'membership',
      text: `These nodes form ${clusters.length} separate clusters: ${named.join('; ')}. State and slots are those of the first.`,
      nodeIds: clusters.slice(1).flatMap(nodes => nodes.map(node => node.id)),
    },
  ];
}

const KIND_ORDER: readonly DisagreementKind[] = ['slotOwner', 'epochCollision', 'role', 'membership'];

export function compareDisagreements(a: Disagreement, b: Disagreement): number {
  return KIND_ORDER.indexOf(a.kind) - KIND_ORDER.indexOf(b.kind) || (a.text < b.text ? -1 : 1);
}

/**
 * Whether only a minority still lists this node, or nobody with an address. A node that answers and knows the others is no
 * ghost: it is on its way in.
 */
export function isGhost(subject: Subject, group: Group, { sayings, nodes }: Compared): boolean {
  if (subject.viewer !== undefined && nodes.get(subject.id)!.inCluster) return false;
  const others = subject.sayings.filter(({ line }) => !isOwn(line));
  if (others.length === 0) return false;
  if (others.every(saying => saying.line.flags.includes('noaddr'))) return true;
  const listing = others.reduce((sum, saying) => sum + saying.viewers.length, 0);
  const asked = group.viewers.filter(viewer => sayings.viewers[viewer]!.id !== subject.id).length;
  return (asked - listing) * 2 > asked;
}

function slotDisagreement(contest: SlotContest, compared: Compared): Disagreement {
  const { slots, ownerId, rivals, silent } = contest;
  const which = sentenceStart(slotsText(slots));
  const owner = ownerId === undefined ? undefined : nameOf(ownerId, compared);
  const it = slots.count === 1 ? 'it' : 'them';
  const parts = rivals.map(({ id, viewers }) =>
    isOnly(viewers, id, compared)
      ? `${nameOf(id, compared)} claims ${it} too`
      : `${viewerNames(viewers, compared)} ${viewers.length === 1 ? 'gives' : 'give'} ${it} to ${nameOf(id, compared)}`,
  );
  if (silent.length > 0 && (owner === undefined || rivals.length === 0))
    parts.push(`${viewerNames(silent, compared)} ${silent.length === 1 ? 'gives' : 'give'} ${it} to nobody`);
  const verb = slots.count === 1 ? 'belongs' : 'belong';
  const start = owner === undefined ? `${which} ${verb} to no node` : `${which} ${verb} to ${owner}`;
  return {
    kind: 'slotOwner',
    text: `${start}, but ${listNames(parts)}.`,
    nodeIds: [...(ownerId === undefined ? [] : [ownerId]), ...rivals.map(rival => rival.id)],
    slots,
  };
}

function isOnly(viewers: readonly number[], id: string, { sayings }: Compared): boolean {
  return viewers.length === 1 && sayings.viewers[viewers[0]!]!.id === id;
}

function roleDisagreement(subject: Subject, compared: Compared): Disagreement[] {
  if (isOneRole(subject)) return [];
  const variants = roleVariants(subject);
  if (variants.length < 2) return [];
  const name = nameOf(subject.id, compared);
  const mostFirst = [...variants].sort(
    (a, b) => b.viewers.length - a.viewers.length || (roleText(a, compared) < roleText(b, compared) ? -1 : 1),
  );
  const parts = mostFirst.map(
    variant =>
      `${viewerNames(variant.viewers, compared)} ${variant.viewers.length === 1 ? 'takes' : 'take'} it for ${roleText(variant, compared)}`,
  );
  const masters = variants.flatMap(variant => (variant.masterId === undefined ? [] : [variant.masterId]));
  return [
    {
      kind: 'role',
      text: `The nodes differ about ${name}: ${parts.join('; ')}.`,
      nodeIds: [subject.id, ...masters.filter(id => compared.nodes.has(id)).sort()],
    },
  ];
}

function roleText({ role, masterId }: RoleVariant, compared: Compared): string {
  if (role === 'master') return 'a master';
  return masterId === undefined ? 'a replica of nobody' : `a replica of ${nameOf(masterId, compared)}`;
}

function epochCollisions(group: Group, compared: Compared): Disagreement[] {
  const masters = group.members
    .map(subject => compared.nodes.get(subject.id)!)
    .filter(node => node.role === 'master' && !node.slots.isEmpty)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  return [...groupBy(masters, node => node.configEpoch)]
    .filter(([, nodes]) => nodes.length > 1)
    .map(([epoch, nodes]) => ({
      kind: 'epochCollision',
      text: `${listNames(nodes.map(nodeName))} have the same config epoch ${epoch}: a dispute between them about a slot could not be decided.`,
      nodeIds: nodes.map(node => node.id),
    }));
}

function membershipDisagreement(subject: Subject, group: Group, compared: Compared): Disagreement[] {
  const name = (): string => nameOf(subject.id, compared);
  const disagreement = (text: string): Disagreement[] => [{ kind: 'membership', text, nodeIds: [subject.id] }];
  const others = subject.sayings.filter(({ line }) => !isOwn(line));
  const lost = viewersOf(others.filter(saying => saying.line.flags.includes('noaddr')));
  if (lost.length > 0 && lost.length < viewersOf(others).length)
    return disagreement(
      `${viewerNames(lost, compared)} ${lost.length === 1 ? 'lists' : 'list'} ${name()} without an address.`,
    );

  const listing = viewersOf(others);
  const isAlone = subject.viewer !== undefined && !compared.nodes.get(subject.id)!.inCluster;
  if (isAlone && listing.length > 0)
    return disagreement(
      `${name()} knows only itself, but ${viewerNames(listing, compared)} still ${listing.length === 1 ? 'lists' : 'list'} it.`,
    );

  const asked = group.viewers.length - (subject.viewer === undefined ? 0 : 1);
  if (listing.length >= asked) return [];
  const knowing = new Set(listing);
  const missing = group.viewers.filter(
    viewer => viewer !== subject.viewer && !knowing.has(viewer) && isMember(viewer, compared),
  );
  if (missing.length === 0) return [];
  return disagreement(`${viewerNames(missing, compared)} ${missing.length === 1 ? 'does' : 'do'} not know ${name()}.`);
}

/** A node that was reset knows nobody, and is named for that once. */
function isMember(viewer: number, { sayings, nodes }: Compared): boolean {
  return nodes.get(sayings.viewers[viewer]!.id)!.inCluster;
}

function viewerNames(viewers: readonly number[], { sayings, nodes }: Compared): string {
  return listNames(viewers.map(viewer => nodeName(nodes.get(sayings.viewers[viewer]!.id)!)).sort());
}

function nameOf(id: string, { nodes }: Compared): string {
  const node = nodes.get(id);
  return node ? nodeName(node) : `node ${id.slice(0, 8)}`;
}
