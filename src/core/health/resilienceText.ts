import { groupBy } from '../topology/groupBy';
import { SlotSet } from '../topology/slotSet';
import { count, listNames, nodeName, slotsText } from '../topology/wording';
import type { ClusterPicture } from './clusterPicture';
import type { Loss, LossSubject, ShardFate } from './resilienceTypes';

/** From this on it is told how far behind a replica is that would take over. */
const LAG_WORTH_TELLING_BYTES = 1_048_576;

/** `If host 10.0.0.2 dies: no majority is left …`, one sentence. */
export function describeLoss(loss: Omit<Loss, 'text'>, picture: ClusterPicture): string {
  const parts = [...quorumText(loss), ...fateTexts(loss, picture)];
  if (parts.length === 0) parts.push(loss.slotsUnguarded.isEmpty ? 'nothing is lost' : 'all slots are served on');
  return `If ${subjectText(loss.subject, picture)} dies: ${parts.join('; ')}${unguardedText(loss)}.`;
}

function unguardedText({ slotsUnguarded, fates }: Omit<Loss, 'text'>): string {
  if (slotsUnguarded.isEmpty) return '';
  const have = slotsUnguarded.count === 1 ? 'has' : 'have';
  const last = SlotSet.unionOf(fates.filter(({ kind }) => kind === 'takenOver').map(({ slots }) => slots));
  if (last.equals(slotsUnguarded)) return `, which ${have} no replica then`;
  return `; ${slotsText(slotsUnguarded)} ${have} no replica then`;
}

/** `host 10.0.0.2`, `zone eu-1a`, `10.0.0.1:7001`. */
export function subjectText(subject: LossSubject, { nodes }: ClusterPicture): string {
  if (subject.kind !== 'node') return `${subject.kind} ${subject.label}`;
  const node = nodes.get(subject.nodeId);
  return node ? nodeName(node) : subject.nodeId;
}

function quorumText({ quorumLost }: Omit<Loss, 'text'>): string[] {
  if (!quorumLost) return [];
  const { mastersLeft, masters } = quorumLost;
  return [`no majority is left (${mastersLeft} of ${count(masters, 'master')}), so no replica takes over by itself`];
}

function fateTexts({ fates, subject }: Omit<Loss, 'text'>, { nodes }: ClusterPicture): string[] {
  const named = (id: string): string => {
    const node = nodes.get(id);
    return node ? nodeName(node) : `node ${id.slice(0, 8)}`;
  };
  const byKind = groupBy(fates, ({ kind }) => kind);
  const of = <Kind extends ShardFate['kind']>(kind: Kind): Extract<ShardFate, { kind: Kind }>[] =>
    (byKind.get(kind) ?? []) as Extract<ShardFate, { kind: Kind }>[];
  const without = of('lost').filter(({ others }) => others.length === 0);
  const together = of('lost').filter(({ others }) => others.length > 0);
  const parts: string[] = [];
  if (without.length > 0) parts.push(`${slotsOf(without)} are lost (no replica)`);
  if (together.length > 0) {
    const why = subject.kind === 'node' ? 'no other copy is alive' : `no replica outside this ${subject.kind}`;
    parts.push(`${slotsOf(together)} are lost (${why})`);
  }
  if (of('unfit').length > 0) {
    const reasons = of('unfit').flatMap(({ copies }) =>
      copies.map(({ nodeId, reason }) => `${named(nodeId)} ${reason}`),
    );
    parts.push(`${slotsOf(of('unfit'))} are down (${listNames(reasons)})`);
  }
  if (of('notElected').length > 0)
    parts.push(
      `${slotsOf(of('notElected'))} are down until ${listNames(of('notElected').map(({ replicaId }) => named(replicaId)))} ${of('notElected').length === 1 ? 'is' : 'are'} promoted by hand`,
    );
  const taken = of('takenOver');
  if (taken.length > 0)
    parts.push(
      `${listNames(taken.map(({ replicaId, lagBytes = 0 }) => named(replicaId) + lagText(lagBytes)))} ${taken.length === 1 ? 'takes' : 'take'} over ${slotsOf(taken)}`,
    );
  return parts;
}

function slotsOf(fates: readonly ShardFate[]): string {
  return slotsText(SlotSet.unionOf(fates.map(({ slots }) => slots)));
}

function lagText(bytes: number): string {
  return bytes > LAG_WORTH_TELLING_BYTES ? ` (${(bytes / 1_048_576).toFixed(1)} MB behind)` : '';
}
