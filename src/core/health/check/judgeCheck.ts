import { SlotSet } from '../../topology/slotSet';
import type { ClusterNode } from '../../topology/types';
import { nodeName, sentenceStart, slotsText } from '../../topology/wording';
import { health } from '../health';
import type { Problem } from '../types';
import { busLinkFindings } from './busLinks';
import { clusterDownCauses } from './clusterDown';
import { astrayFindings } from './keysAstray';
import { keepsNothingFinding } from './keepsNothing';
import { disagreementKey, firstSeenMilliseconds, lasting, type Found } from './lasting';
import { openSlotFindings } from './openSlots';
import { ownershipFindings } from './ownership';
import { chainsOf, replicaChainFindings } from './replicaChains';
import { settingFindings } from './settings';
import { staleReplicaFindings } from './staleReplicas';
import { isHandshake, strangerFindings } from './strangers';
import type { CheckEvidence, CheckFinding, StrayKeys } from './types';

/**
 * Everything a check says of what the nodes answered, worst first: what `health` finds, told with slots and with what mends it,
 * and what only the further questions show. Pure. Nothing is told twice; what two looks do not both show as a difference
 * between the views is left out.
 */
export function judgeCheck(evidence: CheckEvidence): CheckFinding[] {
  const { topology } = evidence.latest;
  const disagreements = lasting(evidence, look => look.topology.disagreements, disagreementKey);
  const problems = health({ ...topology, disagreements }).problems;
  const isJudged = topology.clusterState !== 'none' && !problems.some(({ code }) => code === 'noAnswer');
  const found = isJudged
    ? [
        ...ownershipFindings(
          evidence,
          disagreements.filter(({ kind }) => kind === 'slotOwner'),
        ),
        ...openSlotFindings(evidence),
        ...astrayFindings(evidence),
        ...busLinkFindings(evidence),
        ...replicaChainFindings(evidence),
        ...staleReplicaFindings(evidence),
        ...strangerFindings(evidence),
        ...settingFindings(evidence),
        ...keepsNothingFinding(evidence),
      ]
    : [];
  const ghosts = new Set(found.flatMap(({ code, nodeIds }) => (code === 'ghostNode' ? nodeIds.slice(0, 1) : [])));
  const told = isJudged
    ? problems
        .filter(({ code, nodeIds }) => !(DOUBTS.has(code) && nodeIds.every(id => ghosts.has(id))))
        .flatMap(problem => retell(problem, evidence))
    : problems;
  const [before, now] = [firstSeenMilliseconds(evidence), topology.observedAtMilliseconds];
  const all = [...told, ...found].map(finding => ({
    ...finding,
    sinceMilliseconds: LASTING.has(finding.code) ? before : now,
  }));
  const errors = all.filter(({ severity }) => severity === 'error');
  return [
    ...errors.filter(({ code }) => !EFFECTS.has(code)),
    ...errors.filter(({ code }) => EFFECTS.has(code)),
    ...all.filter(({ severity }) => severity !== 'error'),
  ];
}

/** What comes of other findings, which are told before. */
const EFFECTS: ReadonlySet<string> = new Set(['clusterStateFail']);

/** Told only when both looks show them. */
const LASTING: ReadonlySet<string> = new Set([
  ...['slotsWithTwoOwners', 'slotOwnerDisputed', 'roleDisputed', 'membershipDisputed', 'epochCollision'],
  ...['busLinkMissing', 'replicaOfReplica', 'ghostNode', 'handshakeStuck'],
]);

/** That a node is not there is no news of a ghost. */
const DOUBTS: ReadonlySet<string> = new Set(['nodeSuspect', 'nodeFailed', 'replicaFailed', 'nodeUnreachable']);

/** Told by the check itself, in more detail. */
const REPLACED: ReadonlySet<string> = new Set(['openSlots', 'slotOwnerDisputed', 'slotsUnassigned', 'ghostNodes']);

function retell(problem: Problem, evidence: CheckEvidence): Found[] {
  const { topology } = evidence.latest;
  const nodes = problem.nodeIds.flatMap(id => topology.nodes.find(node => node.id === id) ?? []);
  if (REPLACED.has(problem.code)) return [];
  switch (problem.code) {
    case 'epochCollision':
      return [{ ...problem, fix: 'epochs' }];
    case 'clusterStateFail': {
      const causes = clusterDownCauses(evidence);
      return [{ ...problem, text: causes === '' ? problem.text : `${problem.text} ${sentenceStart(causes)}.` }];
    }
    case 'nodeUnreachable':
      return [withOwnedSlots(problem, nodes)];
    case 'masterFailed':
    case 'masterFailedWithoutReplica':
    case 'slotsOfLostNode':
      return [{ ...problem, slots: slotsOf(nodes) }];
    case 'nodeJoining':
      return nodes.every(isHandshake) ? [] : [problem];
    case 'keysOnSpare':
      return problem.nodeIds.some(id => isAstray(evidence.strayKeys?.get(id))) ? [] : [problem];
    case 'masterUnknown': {
      const inChains = new Set(chainsOf(evidence.latest).map(([id]) => id));
      return problem.nodeIds.every(id => inChains.has(id)) ? [] : [problem];
    }
    default:
      return [problem];
  }
}

function isAstray(stray: StrayKeys | undefined): boolean {
  return stray !== undefined && (stray.bySlot.size > 0 || stray.hidden > 0);
}

// The slots of a node that is silent here are not free: nobody is to give them away.
function withOwnedSlots(problem: Problem, nodes: readonly ClusterNode[]): Found {
  const slots = slotsOf(nodes);
  if (slots.isEmpty) return problem;
  const owner = nodes.map(nodeName).join();
  return {
    ...problem,
    text: `${problem.text} ${sentenceStart(slotsText(slots))} belong${slots.count === 1 ? 's' : ''} to ${owner}: ${slots.count === 1 ? 'it is' : 'they are'} assigned, and could not be checked.`,
    slots,
  };
}

function slotsOf(nodes: readonly ClusterNode[]): SlotSet {
  return nodes.reduce((all, { slots }) => all.union(slots), SlotSet.empty);
}
