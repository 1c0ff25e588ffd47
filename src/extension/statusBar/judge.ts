import { l10n } from 'vscode';
import { SlotSet, type ClusterNode, type Operation, type Plan, type Topology } from '../../core/index';
import type { ClusterState } from '../sessions/clusterState';
import { isStoppedLocal } from '../sessions/isStoppedLocal';
import { shownHealth } from '../sessions/shownHealth';
import { shardCount } from '../tree/topologyFacts';

export type StatusSeverity = 'error' | 'busy' | 'warning' | 'unknown' | 'ok';

export interface Judgement {
  icon: string;
  words: string;
  severity: StatusSeverity;
}

/** How a cluster is, whatever runs on it. */
export function judge(state: ClusterState): Judgement {
  const { topology, failure } = state;
  if (isStoppedLocal(state)) return { icon: 'debug-stop', words: l10n.t('stopped'), severity: 'unknown' };
  if (!topology) {
    return failure
      ? { icon: 'debug-disconnect', words: l10n.t('cannot be reached'), severity: 'warning' }
      : { icon: 'circle-outline', words: l10n.t('not looked at yet'), severity: 'unknown' };
  }
  if (topology.answered === 0) return { icon: 'debug-disconnect', words: l10n.t('no node answers'), severity: 'error' };
  const { status, problems } = shownHealth(state);
  if (status === 'comingUp') return { icon: 'loading~spin', words: l10n.t('coming up'), severity: 'unknown' };
  if (topology.clusterState === 'none')
    return { icon: 'circle-slash', words: l10n.t('no cluster yet'), severity: 'unknown' };
  switch (status) {
    case 'failing':
      return { icon: 'error', words: troubleWords(topology, problems.length), severity: 'error' };
    case 'degraded':
      return { icon: 'warning', words: troubleWords(topology, problems.length), severity: 'warning' };
    case 'ok':
    case undefined:
      return { icon: 'pass', words: shardsText(shardCount(topology)), severity: 'ok' };
  }
}

/** Of troubles of one severity: a node that is down goes before slots that are half moved, and these before all else. */
export function gravityOf({ topology, health }: ClusterState): number {
  if (!topology) return 0;
  const down = topology.nodes.filter(isDown).length > 0 ? 2e6 : 0;
  return down + (openSlotsOf(topology).isEmpty ? 0 : 1e6) + (health?.problems.length ?? 0);
}

/** What runs on it, and how far it is. */
export function judgeOperation({ plan, state, progress }: Operation): Judgement {
  const words = `${doingText(plan.kind)} ${Math.floor(progress.fraction * 100)} %`;
  return state === 'paused'
    ? { icon: 'debug-pause', words: l10n.t('{0}, paused', words), severity: 'busy' }
    : { icon: 'sync~spin', words, severity: 'busy' };
}

/** What another window does to it: how far that is, only that one knows. */
export function judgeElsewhere(): Judgement {
  return { icon: 'sync', words: l10n.t('an operation in another window'), severity: 'busy' };
}

function doingText(kind: Plan['kind']): string {
  switch (kind) {
    case 'create':
      return l10n.t('Creating');
    case 'failover':
      return l10n.t('Failing over');
    case 'replaceNode':
      return l10n.t('Replacing a node');
    case 'addNode':
      return l10n.t('Adding a node');
    case 'removeNode':
      return l10n.t('Removing a node');
    case 'moveReplica':
      return l10n.t('Moving a replica');
    case 'balanceRoles':
      return l10n.t('Balancing roles');
    case 'reshard':
      return l10n.t('Moving slots');
    case 'balanceSlots':
      return l10n.t('Balancing slots');
    case 'fix':
      return l10n.t('Fixing slots');
    case 'import':
      return l10n.t('Importing keys');
    case 'setConfig':
      return l10n.t('Setting configuration');
    case 'runCommand':
      return l10n.t('Running a command');
  }
}

// The first that holds: what stops clients, then what would stop them next.
function troubleWords(topology: Topology, problems: number): string {
  const failed = topology.nodes.filter(isDown);
  const down = failed.reduce(
    (slots, node) => (node.role === 'master' ? slots.union(node.slots) : slots),
    SlotSet.all.difference(topology.coveredSlots),
  );
  if (!down.isEmpty) return l10n.t('{0} down', slotWords(down));
  if (topology.clusterState === 'fail') return l10n.t('cluster down');
  const replicas = failed.filter(({ role }) => role === 'replica');
  if (replicas.length > 0 && replicas.length === failed.length)
    return replicas.length === 1 ? l10n.t('1 replica down') : l10n.t('{0} replicas down', replicas.length);
  if (failed.length > 0) return failed.length === 1 ? l10n.t('1 node down') : l10n.t('{0} nodes down', failed.length);
  const suspects = topology.nodes.filter(({ status }) => status === 'suspect');
  if (suspects.length > 0)
    return suspects.length === 1 ? l10n.t('1 node suspect') : l10n.t('{0} nodes suspect', suspects.length);
  const open = openSlotsOf(topology).count;
  if (open > 0) return open === 1 ? l10n.t('1 slot open') : l10n.t('{0} slots open', open);
  return problems === 1 ? l10n.t('1 problem') : l10n.t('{0} problems', problems);
}

function isDown({ status }: ClusterNode): boolean {
  return status === 'failed' || status === 'unreachable';
}

function openSlotsOf({ nodes }: Topology): SlotSet {
  return SlotSet.of(nodes.flatMap(({ openSlots }) => openSlots.map(({ slot }) => slot)));
}

function slotWords(slots: SlotSet): string {
  if (slots.count === SlotSet.all.count) return l10n.t('all slots');
  const ranges = slots.ranges();
  const shown = SlotSet.fromRanges(ranges.slice(0, 2)).toString().replace(',', ', ');
  if (ranges.length > 2) return l10n.t('slots {0} and {1} more ranges', shown, ranges.length - 2);
  return slots.count === 1 ? l10n.t('slot {0}', shown) : l10n.t('slots {0}', shown);
}

function shardsText(shards: number): string {
  return shards === 1 ? l10n.t('1 shard') : l10n.t('{0} shards', shards);
}
