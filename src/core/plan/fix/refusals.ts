import { SlotSet } from '../../topology/slotSet';
import { count, sentenceStart, slotsText } from '../../topology/wording';
import { joinSome } from '../phrases';
import { PlanError } from '../planError';
import type { StrayMove } from '../types';
import type { FixScene } from './fixScene';
import type { LeftSlot } from './judgeSlot';
import type { Treated } from './treated';

/** Refuses when all that is wrong is left as it is, with the first reason of these. */
export function refuseLeft(left: readonly LeftSlot[], scene: FixScene): void {
  const [first] = (['ownerSilent', 'peerSilent', 'uncovered'] as const).flatMap(why =>
    left.filter(slot => slot.left === why),
  );
  if (!first) return;
  const alike = left.filter(slot => slot.left === first.left && slot.node === first.node);
  const { code, text, remedy, node } = explainLeft(alike, scene);
  throw new PlanError(code, text, { remedy, node });
}

/** Why these slots, alike and of the same node, stay as they are. */
export function explainLeft(
  alike: readonly LeftSlot[],
  scene: FixScene,
): { code: string; text: string; remedy: string; node?: string } {
  const [{ left, node: id }] = alike as [LeftSlot];
  const slots = SlotSet.of(alike.map(({ slot }) => slot));
  const node = scene.byId.get(id ?? '');
  const address = node?.address ?? `node ${id?.slice(0, 8) ?? ''}`;
  switch (left) {
    case 'uncovered':
      return {
        code: 'uncoveredSlots',
        text: `${count(slots.count, 'slot')} ${slots.count === 1 ? 'belongs' : 'belong'} to nobody (${slots.toString()}).`,
        remedy:
          slots.count === 1
            ? 'Have it assigned: to who holds its keys, or, when it is empty, to one of the masters.'
            : 'Have them assigned: those with keys go to who holds them, the others are spread over the masters.',
      };
    case 'peerSilent':
      return {
        code: 'peerUnreachable',
        text: `${slotsText(slots)} ${slots.count === 1 ? 'is' : 'are'} on the way to ${address}, which does not answer from here and which the cluster does not call failed: it may hold some of the keys.`,
        remedy: `Look why ${address} does not answer; when it does, or when the cluster calls it failed, fix again.`,
        node: address,
      };
    case 'ownerSilent':
      return {
        code: 'ownerUnreachable',
        text: `${address}, which owns ${slotsText(slots)}, does not answer${node?.status === 'failed' ? ' and has failed' : ''}: its slots are not taken from it, for the keys there${keysText(id, scene)} would be lost.`,
        remedy: `${replicasText(id, scene)} Only if its data is given up: have its slots taken, which the cluster must call failed for.`,
        node: address,
      };
  }
}

/**
 * While a slot has no owner, or one that failed, servers refuse every key (cluster-require-full-coverage), also what MIGRATE
 * brings: what has to move keys then cannot even begin.
 */
export function refuseWhileDown(
  { treated, hidden, left }: { treated: readonly Treated[]; hidden: readonly StrayMove[]; left: readonly LeftSlot[] },
  scene: FixScene,
): void {
  const moving = treated.filter(({ verdict }) => verdict.moveTo !== undefined || verdict.bring.length > 0);
  if (moving.length === 0 && hidden.length === 0) return;
  const down = scene.nodes.filter(node => scene.canServe(node) && node.clusterState === 'fail');
  if (down.length === 0) return;
  const [first] = left.filter(slot => slot.left === 'uncovered');
  const lost =
    first ?? left.find(slot => slot.left === 'ownerSilent' && scene.byId.get(slot.node ?? '')?.status === 'failed');
  const why = `keys of ${moving.length === 0 ? 'slots' : slotsText(SlotSet.of(moving.map(({ slot }) => slot.slot)))} cannot move before: ${joinSome(
    down.map(({ address }) => address),
    3,
  )} ${down.length === 1 ? 'refuses' : 'refuse'} all keys meanwhile (CLUSTERDOWN).`;
  if (lost) {
    const alike = left.filter(slot => slot.left === lost.left && slot.node === lost.node);
    const { code, text, remedy, node } = explainLeft(alike, scene);
    throw new PlanError(code, `${text} ${sentenceStart(why)}`, { remedy, node });
  }
  const settled = SlotSet.of(treated.map(({ slot }) => slot.slot));
  const uncovered = SlotSet.all.difference(scene.topology.coveredSlots).difference(settled);
  if (uncovered.isEmpty) return;
  throw new PlanError(
    'clusterDown',
    `${sentenceStart(slotsText(uncovered))} ${uncovered.count === 1 ? 'belongs' : 'belong'} to nobody, and ${uncovered.count === 1 ? 'is' : 'are'} not among those to be fixed; ${why}`,
    {
      remedy: `Fix ${uncovered.count === 1 ? 'it' : 'them'} too: do not name slots, or name ${uncovered.count === 1 ? 'it' : 'them'} as well.`,
    },
  );
}

/** Without a majority a new owner could be one of two: the other part of the cluster may have its own. */
export function refuseWithoutMajority({ nodes, canServe, request }: FixScene): void {
  const voters = nodes.filter(({ role, slots }) => role === 'master' && !slots.isEmpty);
  const able = voters.filter(node => canServe(node));
  if (able.length * 2 > voters.length || voters.length === 0 || request.unreachableOwners === 'take') return;
  const missing = voters.filter(node => !canServe(node)).map(({ address }) => address);
  throw new PlanError(
    'noMajority',
    `Only ${able.length} of ${count(voters.length, 'master')} answer, which is no majority (${joinSome(missing)} ${missing.length === 1 ? 'does' : 'do'} not): owners of slots must not change now.`,
    { remedy: 'Bring masters back, or let their replicas take over, until a majority answers.' },
  );
}

/** The last number of keys that was heard, which is of a replica when its master is silent. */
export function keysText(id: string | undefined, { nodes }: FixScene): string {
  const known = nodes.filter(({ masterId, info }) => masterId === id && info).map(({ info }) => info!.keys);
  return known.length > 0 ? ` (${count(Math.max(...known), 'key')} by its replica)` : '';
}

function replicasText(id: string | undefined, { nodes }: FixScene): string {
  const replicas = nodes.filter(({ masterId, reachable }) => masterId === id && reachable);
  return replicas.length > 0
    ? `Wait for it, or let ${joinSome(replicas.map(({ address }) => address))} take over ("Failover", by force or takeover): it has a copy of the data.`
    : 'Wait for it, or bring it back: no replica of it answers.';
}
