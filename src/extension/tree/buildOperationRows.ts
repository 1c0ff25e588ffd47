import { l10n } from 'vscode';
import type { JournaledOperation, Operation } from '../../core/index';
import { isOfThisWindow } from '../isOfThisWindow';
import type { ClusterState } from '../sessions/clusterState';
import type { ContextWord } from './contextWords';
import type { OperationsElement, RowIcon, TreeRow } from './elements';
import { escapeIcons } from './escape';
import { startText } from './timeOf';
import { operationContextWords, operationDescription, operationIcon, operationStateWord } from './operationText';

type Row = TreeRow<OperationsElement>;

/** What runs here, then what runs in other windows or was interrupted, then what has ended. */
export function buildOperationRows(states: readonly ClusterState[], journaled: readonly JournaledOperation[]): Row[] {
  const active = states.flatMap(activeRow);
  const running = new Set(active.map(({ element }) => element.operationId));
  const others = journaled.filter(({ id }) => !running.has(id));
  const pressing = others.filter(entry => entry.needsAttention || entry.state === 'running');
  const ended = others.filter(entry => !pressing.includes(entry));
  return [...active, ...pressing.map(entry => journaledRow(entry, states)), ...historyRow(ended, states)];
}

/** How it ended and what could not be put back, whole sentences; empty where the row says all. */
export function journaledNotes(entry: JournaledOperation): readonly string[] {
  return [...(entry.message === undefined ? [] : [entry.message]), ...entry.notes];
}

function activeRow({ definition, operation }: ClusterState): Row[] {
  if (!operation) return [];
  const description = `${definition.name} · ${operationDescription(operation)}`;
  return [
    {
      element: { kind: 'operation', id: operation.id, clusterId: definition.id, operationId: operation.id },
      label: escapeIcons(operation.plan.title),
      description: escapeIcons(description),
      icon: operationIcon(operation),
      contextValue: operationContextWords(operation).join(' '),
      expansion: 'collapsed',
      spoken: `${operation.plan.title}, ${description}`,
      children: stepRows(operation, definition.id),
    },
  ];
}

/** Every step of what runs: done, in flight, or still to come. */
function stepRows({ id, plan, progress }: Operation, clusterId: string): Row[] {
  return plan.steps.map((step, index): Row => {
    const state = index < progress.stepIndex ? 'done' : index === progress.stepIndex ? 'running' : 'waiting';
    const description = state === 'running' ? progress.message : '';
    const nodes = state === 'running' ? progress.nodes : [];
    return {
      element: { kind: 'step', id: `${id}/step/${index}`, clusterId, operationId: id },
      label: escapeIcons(`${index + 1}. ${step.text}`),
      description: escapeIcons(description === step.text ? '' : description),
      icon: stepIcons[state],
      contextValue: 'step',
      expansion: nodes.length > 0 ? 'expanded' : 'none',
      spoken: l10n.t('step {0}, {1}: {2}', index + 1, stepWord(state), step.text),
      children: nodes.map(({ address, state: fares }) => ({
        element: { kind: 'step', id: `${id}/step/${index}/${address}`, clusterId, operationId: id },
        label: address,
        description: stepWord(fares),
        icon: stepIcons[fares],
        contextValue: 'step',
        expansion: 'none',
        spoken: `${address}, ${stepWord(fares)}`,
        children: [],
      })),
    };
  });
}

const stepIcons: Record<'done' | 'running' | 'waiting' | 'failed', RowIcon> = {
  failed: { id: 'error', color: 'charts.red' },
  done: { id: 'pass', color: 'charts.green' },
  running: { id: 'sync~spin' },
  waiting: { id: 'circle-outline' },
};

function stepWord(state: keyof typeof stepIcons): string {
  switch (state) {
    case 'failed':
      return l10n.t({ message: 'failed', comment: 'an operation' });
    case 'done':
      return l10n.t('done');
    case 'running':
      return l10n.t('running');
    case 'waiting':
      return l10n.t('waiting');
  }
}

/** The cluster an operation changed, by its name where it is one of those known here, else by its first nodes. */
export function clusterNameOf(entry: JournaledOperation, states: readonly ClusterState[]): string | undefined {
  const name = clusterOf(entry, states)?.name;
  if (name !== undefined) return name;
  const [first, ...others] = entry.plan?.after.nodes ?? [];
  if (!first) return undefined;
  return others.length === 0 ? first.address : l10n.t('{0} and {1} more', first.address, others.length);
}

/** `Shop · completed · May 1, 2024, 10:00`. */
export function journaledDescription(entry: JournaledOperation, states: readonly ClusterState[]): string {
  return [clusterNameOf(entry, states), stateWords(entry), startText(entry)].filter(Boolean).join(' · ');
}

function journaledRow(entry: JournaledOperation, states: readonly ClusterState[]): Row {
  const clusterId = clusterOf(entry, states)?.id;
  const words: ContextWord[] = ['operation', entry.needsAttention ? 'unfinished' : 'history'];
  const description = journaledDescription(entry, states);
  return {
    element: {
      kind: 'operation',
      id: entry.id,
      operationId: entry.id,
      ...(clusterId !== undefined && { clusterId }),
    },
    label: escapeIcons(entry.title),
    description: escapeIcons(description),
    icon: iconOf(entry),
    contextValue: words.join(' '),
    expansion: 'none',
    spoken: `${entry.title}, ${description}`,
    children: [],
  };
}

function historyRow(ended: readonly JournaledOperation[], states: readonly ClusterState[]): Row[] {
  if (ended.length === 0) return [];
  return [
    {
      element: { kind: 'history', id: 'history' },
      label: l10n.t('History'),
      description: String(ended.length),
      icon: { id: 'history' },
      contextValue: 'history',
      expansion: 'collapsed',
      spoken: l10n.t('History, {0} operations', ended.length),
      children: ended.map(entry => journaledRow(entry, states)),
    },
  ];
}

function stateWords(entry: JournaledOperation): string {
  if (entry.needsAttention) return l10n.t('needs attention');
  // One of this window that is not shown above as what runs has just ended.
  const isElsewhere = entry.state === 'running' && !isOfThisWindow(entry);
  return isElsewhere ? l10n.t('runs in another window') : operationStateWord(entry.state);
}

function iconOf({ needsAttention, state }: JournaledOperation): RowIcon {
  if (needsAttention) return { id: 'warning', color: 'charts.yellow' };
  if (state === 'running') return { id: 'sync' };
  if (state === 'completed') return { id: 'pass', color: 'charts.green' };
  return state === 'failed' || state === 'unreadable' ? { id: 'error', color: 'charts.red' } : { id: 'circle-slash' };
}

// By node ids. A cluster nobody has looked at yet is known by its addresses alone, which another may have had before.
function clusterOf(
  { plan }: JournaledOperation,
  states: readonly ClusterState[],
): ClusterState['definition'] | undefined {
  const nodes = plan?.after.nodes ?? [];
  const ids = new Set(nodes.map(({ id }) => id));
  const addresses = new Set(nodes.map(({ address }) => address));
  const seen = states.find(({ topology }) => topology?.nodes.some(({ id }) => ids.has(id)));
  const unseen = states.find(
    ({ topology, definition }) => !topology && definition.nodes.some(address => addresses.has(address)),
  );
  return (seen ?? unseen)?.definition;
}
