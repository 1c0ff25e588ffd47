import type { Topology } from '../topology/types';
import { nodeName } from '../topology/wording';
import { pictureOf } from './clusterPicture';
import { domainsOf } from './resilienceDomains';
import { lossFinder } from './resilienceLoss';
import type { Loss, LossSubject } from './resilienceTypes';

/**
 * For every living node, every host and every availability zone of the cluster: what would happen if it died now. Worst first:
 * no majority, then most slots down, then most slots without a replica. Empty when there is no cluster, or none answers. Pure; about
 * linear in the number of nodes.
 */
export function resilience(topology: Topology): readonly Loss[] {
  const picture = pictureOf(topology);
  if (picture.shards.length === 0 || picture.isSilent) return [];
  const lossOf = lossFinder(picture);
  const nodes = picture.members
    .filter(({ status }) => status !== 'failed' && status !== 'joining')
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

const kindOrder: Record<LossSubject['kind'], number> = { zone: 0, host: 1, node: 2 };

const natural = new Intl.Collator('en', { numeric: true });
