import { l10n } from 'vscode';
import type { CheckFinding, FixKind, Problem } from '../../core/index';
import type { ClusterState } from '../sessions/clusterState';
import type { ClusterDefinition } from '../sessions/types';
import { clusterColor, clusterMarks } from '../sessions/clusterMarks';
import { isStoppedLocal } from '../sessions/isStoppedLocal';
import { isComingUp, shownHealth } from '../sessions/shownHealth';
import { statusText } from '../statusBar/statusText';
import { twinOf } from '../sessions/twins';
import { clusterContextWords } from './contextWords';
import { problemKeys, type Grouping, type TreeRow } from './elements';
import { escapeIcons } from './escape';
import { eventRows } from './eventRows';
import { groupRows, needsAttention } from './groupRows';
import { failureIcon, healthIcon, notSeenIcon, severityIcon, stoppedIcon } from './icons';
import { supervisorRows } from './supervisorRow';
import { timeOf } from './timeOf';
import { operationContextWords, operationDescription, operationIcon } from './operationText';

/** The whole clusters view as data: one row per cluster, everything known of it below. */
export function buildTreeRows(states: readonly ClusterState[], grouping: Grouping): TreeRow[] {
  return states.map(state => clusterRow(state, grouping, alsoKnown(state, states)));
}

/** Nodes a person should look at, over all clusters; a cluster that cannot be looked at counts as one. */
export function countAttention(states: readonly ClusterState[]): number {
  return states.reduce((sum, state) => sum + (twinOf(state, states) ? 0 : countOf(state)), 0);
}

function countOf(state: ClusterState): number {
  if (isStoppedLocal(state)) return 0;
  if (!state.topology) return state.failure ? 1 : 0;
  if (isComingUp(state)) return 0;
  return state.topology.nodes.filter(needsAttention).length;
}

// What tells it from the others of its name, and which it is listed a second time of.
function alsoKnown(state: ClusterState, states: readonly ClusterState[]): string[] {
  const { name, nodes } = state.definition;
  const isDoubled = states.some(other => other !== state && other.definition.name === name);
  const twin = twinOf(state, states);
  return [
    ...(isDoubled ? nodes.slice(0, 1) : []),
    ...(twin
      ? [
          l10n.t(
            'same cluster as {0}',
            (twin.definition.name === name && twin.definition.nodes[0]) || twin.definition.name,
          ),
        ]
      : []),
  ];
}

function clusterRow(state: ClusterState, grouping: Grouping, also: readonly string[]): TreeRow {
  const { definition, topology } = state;
  const { words } = statusText(state);
  const color = clusterColor(definition);
  const count = topology?.nodes.length ?? 0;
  const size = count === 0 ? [] : [count === 1 ? l10n.t('1 node') : l10n.t('{0} nodes', count)];
  const marks = clusterMarks(definition);
  // What must not be overlooked stands where a narrow view does not cut it off.
  const rest = [...also, words, ...size];
  const description = (definition.production ? [...marks, ...rest] : [...rest, ...marks]).join(' · ');
  return {
    element: { kind: 'cluster', id: definition.id, clusterId: definition.id },
    label: escapeIcons(definition.name),
    description,
    icon: clusterIcon(state),
    ...(color && { mark: { color, production: definition.production === true } }),
    contextValue: clusterContextWords(state).join(' '),
    expansion: 'expanded',
    spoken: l10n.t('Cluster {0}, {1}', definition.name, description),
    children: [
      ...operationRows(state),
      ...elsewhereRows(state),
      ...supervisorRows(state),
      ...failureRows(state),
      ...problemRows(state),
      ...groupRows(state, grouping),
      ...eventRows(state),
    ],
  };
}

function severityWord(severity: Problem['severity']): string {
  return severity === 'error' ? l10n.t('error') : l10n.t('warning');
}

function clusterIcon(state: ClusterState): TreeRow['icon'] {
  const { topology, failure } = state;
  if (isStoppedLocal(state)) return stoppedIcon;
  if (failure && !topology?.answered) return failureIcon;
  if (!topology) return notSeenIcon;
  const { status } = shownHealth(state);
  return healthIcon(topology.clusterState === 'none' && status !== 'comingUp' ? undefined : status);
}

function operationRows({ definition, operation }: ClusterState): TreeRow[] {
  if (!operation) return [];
  const description = operationDescription(operation);
  return [
    {
      element: {
        kind: 'operation',
        id: `${definition.id}/operation/${operation.id}`,
        clusterId: definition.id,
        operationId: operation.id,
      },
      label: escapeIcons(operation.plan.title),
      description: escapeIcons(description),
      icon: operationIcon(operation),
      contextValue: operationContextWords(operation).join(' '),
      expansion: 'none',
      spoken: l10n.t('Operation {0}, {1}', operation.plan.title, description),
      children: [],
    },
  ];
}

function elsewhereRows({ definition, operationElsewhere }: ClusterState): TreeRow[] {
  if (!operationElsewhere) return [];
  const { operationId, title, since } = operationElsewhere;
  const description = [l10n.t('runs in another window'), timeOf(Date.parse(since))].join(' · ');
  return [
    {
      element: {
        kind: 'operation',
        id: `${definition.id}/operation/${operationId}`,
        clusterId: definition.id,
        operationId,
      },
      label: escapeIcons(title),
      description,
      icon: { id: 'sync' },
      contextValue: 'operation history',
      expansion: 'none',
      spoken: l10n.t('Operation {0}, {1}', title, description),
      children: [],
    },
  ];
}

function failureRows({ definition, failure }: ClusterState): TreeRow[] {
  if (!failure) return [];
  return [
    {
      element: { kind: 'failure', id: `${definition.id}/failure`, clusterId: definition.id },
      label: escapeIcons(failure.message),
      description: escapeIcons(failure.remedy ?? ''),
      icon: failureIcon,
      contextValue: 'failure',
      expansion: 'none',
      spoken: [failure.message, failure.remedy].filter(Boolean).join(' '),
      children: [],
    },
  ];
}

function problemRows(state: ClusterState): TreeRow[] {
  const { definition, topology } = state;
  // When nobody answers, the failure says so once for all.
  const problems = topology?.answered === 0 || isStoppedLocal(state) ? [] : shownHealth(state).problems;
  const [worst] = problems;
  if (!worst) return [];
  const keys = problemKeys(problems);
  return [
    {
      element: { kind: 'problems', id: `${definition.id}/problems`, clusterId: definition.id },
      label: l10n.t('Problems ({0})', problems.length),
      description: '',
      icon: severityIcon(worst.severity),
      contextValue: 'problems',
      expansion: 'expanded',
      spoken: problems.length === 1 ? l10n.t('1 problem') : l10n.t('{0} problems', problems.length),
      children: problems.map((problem, index) => problemRow(definition, problem, keys[index]!)),
    },
  ];
}

/** What a look alone knows to be mended by "Fix"; a check says it of its findings. */
const fixes: ReadonlyMap<string, FixKind> = new Map([
  ['openSlots', 'openSlots'],
  ['slotsUnassigned', 'uncovered'],
]);

function problemRow(
  { id: clusterId, readOnly }: ClusterDefinition,
  problem: Problem | CheckFinding,
  problemKey: string,
): TreeRow {
  const fix = 'fix' in problem ? problem.fix : fixes.get(problem.code);
  const [nodeId] = problem.nodeIds;
  const checked = 'onlyByCheck' in problem ? l10n.t('checked at {0}', timeOf(problem.sinceMilliseconds)) : '';
  return {
    element: {
      kind: 'problem',
      id: `${clusterId}/problem/${problemKey}`,
      clusterId,
      problemKey,
      ...(fix === 'strayKeys' && { strayKeys: true }),
      ...(nodeId !== undefined && { nodeId }),
    },
    label: escapeIcons(problem.text),
    description: checked,
    icon: severityIcon(problem.severity),
    contextValue: fix === undefined || readOnly ? 'problem' : 'problem fixable',
    expansion: 'none',
    spoken: [`${severityWord(problem.severity)}: ${problem.text} ${problem.remedy}`, checked].filter(Boolean).join(' '),
    ...(nodeId !== undefined && { opens: { clusterId, nodeId } }),
    children: [],
  };
}
