import { SlotSet } from '../../topology/slotSet';
import type { ClusterNode, Topology } from '../../topology/types';
import type { Health, Problem } from '../types';
import type { CheckFinding } from './types';

/**
 * The problems of a look, with what an earlier check found, worst first: what no look can show (`onlyByCheck`) stays until the
 * next check; the diagnosis of open slots stands in for the look's own words while all its slots are open at the same ends.
 * All else a look shows better, for it is newer.
 */
export function problemsWithCheck(
  { problems }: Pick<Health, 'problems'>,
  topology: Topology,
  { findings, topology: checked }: { findings: readonly CheckFinding[]; topology: Topology },
): (Problem | CheckFinding)[] {
  const present = new Set(topology.nodes.map(({ id }) => id));
  const onlyByCheck = findings.filter(finding => finding.onlyByCheck && finding.nodeIds.every(id => present.has(id)));
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
