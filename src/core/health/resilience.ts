import type { ClusterNode, Topology } from '../topology/types';
import { nodeName } from '../topology/wording';
import { pictureOf, type ClusterPicture } from './clusterPicture';
import { domainsOf } from './resilienceDomains';
import { lossFinder } from './resilienceLoss';
import type { DomainSubject, Loss, LossSubject } from './resilienceTypes';

/**
 * For every living node, every host and every availability zone of the cluster: what would happen if it died now. Worst first:
 * no majority, then most slots down, then most slots without a replica. Empty when there is no cluster, or none answers. Pure; about
 * linear in the number of nodes.
 */
export function resilience(topology: Topology): readonly Loss[] {
  const picture = pictureOf(topology);
  if (!canBeJudged(picture)) return [];
  const lossOf = lossFinder(picture);
  const nodes = picture.members
    .filter(isLiving)
    .map(({ id }): LossSubject => ({ kind: 'node', nodeId: id, nodeIds: [id] }));
  const losses = [...nodes, ...domainsOf(picture)].map(lossOf);
  const names = new Map(picture.members.map(node => [node.id, nodeName(node)]));
  const nameOf = ({ subject }: Loss): string =>
    subject.kind === 'node' ? (names.get(subject.nodeId) ?? subject.nodeId) : subject.label;
  return losses.sort(
    (a, b) =>
      Number(b.quorumLost !== undefined) - Number(a.quorumLost !== undefined) ||
      b.slotsDown.count - a.slotsDown.count ||
      b.slotsUnguarded.count - a.slotsUnguarded.count ||
      kindOrder[a.subject.kind] - kindOrder[b.subject.kind] ||
      natural.compare(nameOf(a), nameOf(b)),
  );
}

/** Every host and every availability zone, in no order: few, where `resilience` also judges each node. */
export function resilienceDomains(topology: Topology): readonly (Loss & { subject: DomainSubject })[] {
  const picture = pictureOf(topology);
  if (!canBeJudged(picture)) return [];
  const lossOf = lossFinder(picture);
  return domainsOf(picture).map(subject => ({ ...lossOf(subject), subject }));
}

/**
 * One node, by its id, or one host or zone, by its label: what would happen if it died now. Undefined for what is not in the cluster
 * or is down already, and where `resilience` has nothing to say either.
 */
export function resilienceOf(
  topology: Topology,
  subject: { kind: 'node'; nodeId: string } | Pick<DomainSubject, 'kind' | 'label'>,
): Loss | undefined {
  const picture = pictureOf(topology);
  if (!canBeJudged(picture)) return undefined;
  const found: LossSubject | undefined =
    subject.kind === 'node'
      ? picture.members
          .filter(node => node.id === subject.nodeId && isLiving(node))
          .map(({ id }) => ({ kind: 'node' as const, nodeId: id, nodeIds: [id] }))[0]
      : domainsOf(picture).find(({ kind, label }) => kind === subject.kind && label === subject.label);
  return found && lossFinder(picture)(found);
}

function canBeJudged({ shards, isSilent }: ClusterPicture): boolean {
  return shards.length > 0 && !isSilent;
}

function isLiving({ status }: ClusterNode): boolean {
  return status !== 'failed' && status !== 'joining';
}

const kindOrder: Record<LossSubject['kind'], number> = { zone: 0, host: 1, node: 2 };

const natural = new Intl.Collator('en', { numeric: true });
