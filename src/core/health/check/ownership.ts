import type { SlotSet } from '../../topology/slotSet';
import type { Disagreement } from '../../topology/types';
import { listNames, nodeName, sentenceStart, slotsText, count } from '../../topology/wording';
import { lasting, type Found } from './lasting';
import { answeringMasters, countedKeys, doubleClaims, keysIn, unassignedSlots } from './ownWords';
import type { CheckEvidence } from './types';

/** Slots with two owners by their own words, slots the views differ about, slots nobody owns, and equal epochs. */
export function ownershipFindings(evidence: CheckEvidence, disputes: readonly Disagreement[]): Found[] {
  const doubles = doubleOwnerFindings(evidence);
  const unassigned = unassignedSlots(evidence.latest.topology);
  // A slot that has two owners, or none, is told as that.
  const told = doubles.reduce((all, { slots }) => (slots ? all.union(slots) : all), unassigned);
  return [
    ...doubles,
    ...uncoveredFinding(evidence, disputes),
    ...disputes.flatMap(dispute => disputeFinding(dispute, told)),
  ];
}

function doubleOwnerFindings(evidence: CheckEvidence): Found[] {
  const { latest, keys } = evidence;
  const nodes = new Map(latest.topology.nodes.map(node => [node.id, node]));
  const claims = lasting(
    evidence,
    ({ views, topology }) => doubleClaims(views, topology),
    ({ nodeIds, slots }) => `${[...nodeIds].sort().join()} ${slots.toString()}`,
  );
  return claims.map(({ nodeIds, slots }) => {
    const claimants = nodeIds.flatMap(id => nodes.get(id) ?? []).sort((a, b) => b.configEpoch - a.configEpoch);
    const names = claimants.map(node => {
      const held = keysIn(slots, keys.get(node.id));
      return `${nodeName(node)} (epoch ${node.configEpoch}${held === undefined ? '' : `, ${count(held, 'key')}`})`;
    });
    const [strongest, weaker] = claimants;
    const decided = strongest !== undefined && strongest.configEpoch !== weaker?.configEpoch;
    return {
      code: 'slotsWithTwoOwners',
      severity: 'error',
      text: `${sentenceStart(slotsText(slots))} ${slots.count === 1 ? 'has' : 'have'} ${claimants.length} owners by their own words: ${listNames(names)}. Each of them takes writes.`,
      nodeIds,
      remedy: decided
        ? `When they hear each other, ${nodeName(strongest)} wins by its epoch and the others delete their keys of ${slots.count === 1 ? 'this slot' : 'these slots'}: look at the keys first.`
        : 'Their epochs are equal, so they cannot settle it. Choose who shall own them; the keys of the others must be moved there first.',
      slots,
      fix: 'owners',
      keys: countedKeys(nodeIds, slots, keys),
    };
  });
}

function uncoveredFinding({ latest, keys }: CheckEvidence, disputes: readonly Disagreement[]): Found[] {
  const { topology } = latest;
  const slots = unassignedSlots(topology);
  if (slots.isEmpty || topology.clusterState === 'none') return [];
  const masters = answeringMasters(topology);
  const isUnknown = masters.some(({ id }) => keysIn(slots, keys.get(id)) === undefined);
  const holders = topology.nodes.flatMap(node => {
    const amount = keysIn(slots, keys.get(node.id)) ?? 0;
    return amount > 0 ? [{ node, amount }] : [];
  });
  const about = disputes.filter(dispute => dispute.slots?.difference(slots).isEmpty);
  const held = holders.map(({ node, amount }) => `${nodeName(node)} holds ${count(amount, 'key')}`);
  const those = slots.count === 1 ? 'it' : 'them';
  return [
    {
      code: 'slotsUnassigned',
      severity: 'error',
      text: [
        `${sentenceStart(slotsText(slots))} (${slots.count} of 16384) ${slots.count === 1 ? 'is' : 'are'} assigned to no node: keys in ${those} can be neither read nor written.`,
        ...(held.length > 0 ? [`Of ${those}, ${listNames(held)}.`] : []),
        ...(held.length === 0 && !isUnknown ? [`No master that answers holds a key of ${those}.`] : []),
        ...(isUnknown
          ? [
              `Not every master tells whether it holds keys of ${those}: Redis 8.4 and newer hide keys of slots they do not own.`,
            ]
          : []),
        ...about.map(({ text }) => text),
      ].join(' '),
      nodeIds: holders.map(({ node }) => node.id),
      remedy:
        held.length > 0
          ? `Give ${those} to the node that holds the keys. If a node that served ${those} last is down, start it first: it may hold more.`
          : `Find out who served ${those} last: if that node is down, start it before anybody assigns ${those} anew. Otherwise share ${those} out among the masters.`,
      slots,
      fix: 'uncovered',
      keys: countedKeys(
        masters.map(({ id }) => id),
        slots,
        keys,
      ),
    },
  ];
}

function disputeFinding({ text, nodeIds, slots }: Disagreement, told: SlotSet): Found[] {
  if (!slots || slots.difference(told).isEmpty) return [];
  return [
    {
      code: 'slotOwnerDisputed',
      severity: 'warning',
      text,
      nodeIds,
      remedy:
        'Wait some seconds: the newest config epoch wins. If it stays, the nodes named must be told who the owner is; move or assign nothing before.',
      slots,
      fix: 'owners',
    },
  ];
}
