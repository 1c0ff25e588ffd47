import { SlotSet } from '../../topology/slotSet';
import type { Topology } from '../../topology/types';
import { count } from '../../topology/wording';
import { picturesOf, type Fate } from '../members/pictures';
import { readSlots } from '../slots/readSlots';
import { PlanError } from '../planError';
import type { Plan } from '../types';
import { chooseCopies } from './chooseCopies';
import { describeFindings } from './describeFindings';
import { collisionsOf, fixSteps } from './fixSteps';
import { fixScene, type FixRequest, type FixScene } from './fixScene';
import { hiddenStrays } from './hiddenStrays';
import { judgeSlot, type SlotVerdict } from './judgeSlot';
import { refuseLeft, refuseWhileDown, refuseWithoutMajority } from './refusals';
import { spreadSlots } from './spreadSlots';
import { gather, type Treated } from './treated';
import { riskOf, warnOfFix } from './warnOfFix';

export type { FixRequest } from './fixScene';

/**
 * Plans that every slot has one owner, whom all nodes see, is closed, and has its keys there and nowhere else. From what
 * `client.inspectSlots` found; the same topology has to be given.
 *
 * Throws a PlanError, which says what would make it possible: `staleInspection`, `noCluster`, `nothingToDo`,
 * `uncoveredSlots`, `ownerUnreachable`, `peerUnreachable`, `noMajority`, `clusterDown`, `collisionsUndecided`, `unknownNodes`, or what
 * `readSlots` throws.
 */
export function planFix(topology: Topology, request: FixRequest): Plan {
  const { inspection } = request;
  const only = request.slots === undefined ? undefined : readSlots(request.slots);
  if (inspection.stateId !== topology.stateId)
    throw new PlanError('staleInspection', 'The nodes changed between the look at the cluster and that at its slots.', {
      remedy: 'Look at both again; while a node fails over it can take some seconds until they fit.',
    });
  const scene = fixScene(topology, request, only);
  if (!scene.nodes.some(node => scene.canServe(node)))
    throw new PlanError('noCluster', 'There is no cluster with a master that answers.', {
      remedy: 'Bring its nodes back, or name one that answers.',
    });

  const found = inspection.slots.filter(({ slot }) => !only || only.has(slot));
  const judged = found.map(slot => ({ slot, verdict: judgeSlot(slot, scene) }));
  const left = judged.flatMap(({ verdict }) => (verdict && 'left' in verdict ? [verdict] : []));
  const open = judged.flatMap(({ slot, verdict }) => (verdict && !('left' in verdict) ? [{ slot, verdict }] : []));
  const treated = giveOwners(open, scene);
  const hidden = hiddenStrays(treated, left, scene);
  if (treated.length === 0 && hidden.length === 0 && collisionsOf(scene).length === 0) {
    refuseLeft(left, scene);
    throw new PlanError('nothingToDo', nothingText(scene), { remedy: 'There is nothing to do.' });
  }
  if (treated.some(({ verdict }) => verdict.claim)) refuseWithoutMajority(scene);
  refuseWhileDown({ treated, hidden, left }, scene);
  const choices = chooseCopies(treated, scene);
  const pictures = picturesOf(
    { topology, members: scene.nodes, voters: [], ableVoters: [] },
    [],
    fatesOf(treated, scene),
  );
  return {
    formatVersion: 1,
    kind: 'fix',
    title: titleOf(treated, hidden.length > 0),
    stateId: topology.stateId,
    steps: fixSteps(treated, hidden, choices.chosen, scene),
    before: pictures.before,
    after: pictures.after,
    findings: describeFindings(treated, scene),
    warnings: warnOfFix({ treated, left, hidden, choices }, scene),
    risk: riskOf({ treated, left, hidden, choices }, scene),
  };
}

/** Slots that are empty, as far as that shows, go to the masters in equal shares. */
function giveOwners(open: readonly { slot: Treated['slot']; verdict: SlotVerdict }[], scene: FixScene): Treated[] {
  const homeless = SlotSet.of(open.filter(({ verdict }) => verdict.owner === undefined).map(({ slot }) => slot.slot));
  const masters = scene.nodes.filter(node => scene.canServe(node));
  const spread = homeless.isEmpty ? new Map<string, SlotSet>() : spreadSlots(homeless, masters);
  return open.map(({ slot, verdict }) => {
    const owner = verdict.owner ?? [...spread].find(([, slots]) => slots.has(slot.slot))![0];
    return { slot, verdict: { ...verdict, owner } };
  });
}

function fatesOf(treated: readonly Treated[], { nodes }: FixScene): Map<string, Fate> {
  const gains = gather(
    treated
      .filter(({ verdict }) => verdict.claim || verdict.moveTo !== undefined)
      .map(({ slot, verdict }) => [verdict.moveTo ?? verdict.owner, slot.slot]),
  );
  const touched = SlotSet.unionOf(gains.values());
  const fates = new Map<string, Fate>();
  for (const { id, role, slots } of nodes) {
    const after = slots.difference(touched).union(gains.get(id) ?? SlotSet.empty);
    if (role === 'master' && !after.equals(slots)) fates.set(id, { role: 'master', slots: after.toString() });
  }
  return fates;
}

function titleOf(treated: readonly Treated[], opensHidden: boolean): string {
  if (treated.length > 0) return `Fix ${count(treated.length, 'slot')}`;
  return opensHidden ? 'Bring keys home that no slot shows' : 'Give the masters different config epochs';
}

function nothingText({ only, request }: FixScene): string {
  const which = only ? `Slots ${only.toString()} are` : 'All slots are';
  const strays = request.inspection.strayKeys ? ', and no keys are where they do not belong' : '';
  return `${which} closed and owned by one master each, whom all nodes see${strays}.`;
}
