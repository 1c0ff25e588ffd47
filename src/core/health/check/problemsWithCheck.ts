import { SlotSet } from '../../topology/slotSet';
import type { ClusterNode, Topology } from '../../topology/types';
import { wasRestarted } from '../../topology/wasRestarted';
import type { Health, Problem } from '../types';
import type { CheckFinding } from './types';

/**
 * The problems of a look, with what an earlier check found, worst first: what no look can show (`onlyByCheck`) stays until the
 * next check, or until a look shows that its nodes are not what it was found of; the diagnosis of open slots stands in for the look's own words while all its slots are open at the same ends.
 * All else a look shows better, for it is newer.
 */
export function problemsWithCheck(
  { problems }: Pick<Health, 'problems'>,
  topology: Topology,
  { findings, topology: checked }: { findings: readonly CheckFinding[]; topology: Topology },
): (Problem | CheckFinding)[] {
  const [before, now] = [checked, topology].map(({ nodes }) => new Map(nodes.map(node => [node.id, node])));
  const onlyByCheck = findings.filter(
    finding => finding.onlyByCheck && finding.nodeIds.every(id => stillHolds(finding, before!.get(id), now!.get(id))),
  );
  const openNow = openSlots(topology);
  const diagnosed = findings.filter(
    ({ code, slots = SlotSet.empty, form }) =>
      code === 'openSlots' &&
      form !== 'replicaOnly' &&
      slots.difference(openNow).isEmpty &&
      endsOf(slots, topology) === endsOf(slots, checked),
  );
  const told = diagnosed.reduce((all, { slots }) => (slots ? all.union(slots) : all), SlotSet.empty);
  const isDiagnosed = diagnosed.length > 0 && openNow.difference(told).isEmpty;
  const all = [
    ...problems.filter(({ code }) => !(isDiagnosed && code === 'openSlots')),
    ...(isDiagnosed ? diagnosed : []),
    ...onlyByCheck,
  ];
  return [...all.filter(({ severity }) => severity === 'error'), ...all.filter(({ severity }) => severity !== 'error')];
}

/**
 * Whether a finding can still be true of one of its nodes: a server that was started again has read its settings and its data
 * anew, and one that failed or came back, or follows another master, has other links and other duties.
 */
function stillHolds({ code, slots }: CheckFinding, was: ClusterNode | undefined, is: ClusterNode | undefined): boolean {
  if (!is) return false;
  if (!was) return true;
  if (wasRestarted(was, is) || was.role !== is.role) return false;
  switch (code) {
    case 'replicaDataTooOld':
      return isFailed(was) === isFailed(is) && was.masterId === is.masterId && is.info?.masterLink !== 'up';
    case 'busLinkMissing':
      // Of a node that failed since, that is told.
      return !isFailed(is);
    case 'strayKeys':
      return slots === undefined || was.slots.intersection(slots).equals(is.slots.intersection(slots));
    default:
      return true;
  }
}

function isFailed({ status }: ClusterNode): boolean {
  return status === 'failed';
}

/** A slot that was closed may be open again since, the other way round. */
function endsOf(slots: SlotSet, topology: Topology): string {
  const ends = mastersOf(topology).flatMap(({ id, openSlots: open }) =>
    open
      .filter(({ slot }) => slots.has(slot))
      .map(({ slot, direction, peerId }) => `${id} ${slot} ${direction} ${peerId}`),
  );
  return ends.sort().join();
}

function openSlots(topology: Topology): SlotSet {
  return SlotSet.of(mastersOf(topology).flatMap(({ openSlots: open }) => open.map(({ slot }) => slot)));
}

function mastersOf({ nodes }: Topology): ClusterNode[] {
  return nodes.filter(({ role }) => role === 'master');
}
