import * as l10n from '@vscode/l10n';
import type { EventKind, NodeState, PageNode, PageShard, PageView, Snapshot } from '../shared/pageProtocol';
import { counts } from './counts';
import { formatNumber, formatTenths } from './formatNumbers';
import { formatClock, formatDuration } from './formatTimes';
import type { NodeGroup } from './groupNodes';
import { joinFigures, joinParts, labelled } from './joinWords';

const roleWord: Record<PageNode['role'] | 'former', string> = {
  master: l10n.t('master'),
  replica: l10n.t('replica'),
  spare: l10n.t('spare'),
  former: l10n.t('former master'),
};

/** Every word the page shows or says, in one place, through the bundle of the editor's language; those of a view that has a folder
 *  stand there. Only `stateText`, `statusText`, names of shards, problems, marks and the operation come worded from the extension. */
export const strings = {
  title: l10n.t('Topology'),
  waiting: l10n.t('Looking at the cluster…'),
  unreachableTitle: l10n.t('No node answers'),
  unreachableText: l10n.t('The page shows the cluster as soon as one of its nodes can be reached.'),
  emptyTitle: l10n.t('No nodes'),
  emptyText: l10n.t('No node of this cluster is known yet.'),
  viewMissing: (view: string): string => l10n.t('The view "{0}" could not be loaded', view),
  viewMissingText: l10n.t(
    'A part of the page could not be read. Choose the view again, or close the topology and open it anew.',
  ),

  views: l10n.t('View'),
  viewName: {
    graph: l10n.t('Graph'),
    slots: l10n.t('Slots'),
    hosts: l10n.t('Hosts'),
    table: l10n.t('Table'),
  } satisfies Record<PageView, string>,
  viewTitle: {
    graph: l10n.t('Shards with their masters and replicas (1)'),
    slots: l10n.t('All slots: whose they are, how they are, what they hold (2)'),
    hosts: l10n.t('Hosts, and what is lost when one of them dies (3)'),
    table: l10n.t('Every node or shard in figures: sort, filter, copy (4)'),
  } satisfies Record<PageView, string>,
  help: l10n.t('Keys and marks'),
  close: l10n.t('Close'),

  counts: (nodes: readonly PageNode[]): string => {
    if (nodes.every(isStopped))
      return nodes.length === 1 ? l10n.t('1 node, stopped') : l10n.t('{0} nodes, all stopped', nodes.length);
    const { masters, replicas, spares, away, former } = countRoles(nodes);
    return joinFigures([
      counts.masters(masters),
      counts.replicas(replicas),
      ...(spares > 0 ? [counts.spares(spares)] : []),
      ...away,
      ...(former > 0 ? [former === 1 ? l10n.t('1 failed node') : l10n.t('{0} failed nodes', former)] : []),
    ]);
  },

  tree: (cluster: string, groupBy: 'shard' | 'host'): string =>
    groupBy === 'shard' ? l10n.t('Topology of {0}, by shard', cluster) : l10n.t('Topology of {0}, by host', cluster),
  shardLabel: (shard: PageShard, missing: NodeGroup['missing'], nodes: number): string =>
    joinParts([
      shard.name,
      shard.slots === '' ? strings.noSlots : strings.slots(shard.slots),
      counts.nodes(nodes),
      missing && (missing === 'master' ? l10n.t('no master') : l10n.t('no replica')),
    ]),
  groupLabel: (title: string, detail: string): string => joinParts([title, detail]),
  spares: (nodes: readonly PageNode[]): string => (nodes.every(isStopped) ? l10n.t('Stopped') : l10n.t('Spares')),
  sparesDetail: (nodes: readonly PageNode[]): string => {
    const { spares, away } = countRoles(nodes);
    const standingBy = spares === 1 ? l10n.t('1 node standing by') : l10n.t('{0} nodes standing by', spares);
    return joinFigures([...(spares > 0 ? [standingBy] : []), ...away]);
  },
  others: l10n.t('In no shard'),
  /** `mastersInAll`: masters with slots in the whole cluster; half of them on one host is half of the votes. */
  hostDetail: (nodes: readonly PageNode[], mastersInAll: number): string => {
    const { replicas, spares, away, former } = countRoles(nodes);
    const masters = nodes.filter(node => node.role === 'master' && node.slotCount > 0).length;
    const share =
      mastersInAll === 1 ? l10n.t('{0} of 1 master', masters) : l10n.t('{0} of {1} masters', masters, mastersInAll);
    return joinFigures([
      ...(mastersInAll > 0 ? [share] : []),
      ...(replicas > 0 ? [counts.replicas(replicas)] : []),
      ...(spares > 0 ? [counts.spares(spares)] : []),
      ...away,
      ...(former > 0 ? [l10n.t('{0} failed', former)] : []),
    ]);
  },
  noSlots: l10n.t('no slots'),
  share: (part: number): string => l10n.t('{0} %', part === 0 || part === 1 ? part * 100 : formatTenths(part * 100)),
  missing: (what: 'master' | 'replica' | 'above', name = ''): string =>
    what === 'above' ? `${name} ↑` : what === 'master' ? l10n.t('No master') : l10n.t('No replica'),
  scale: {
    search: l10n.t('Search nodes'),
    searchHint: l10n.t('Name, address, host, state (/)'),
    found: (count: number, at: number | undefined): string => {
      if (count === 0) return l10n.t('nothing found');
      return at === undefined ? l10n.t('{0} found', count) : l10n.t('{0} of {1}', at + 1, count);
    },
    problemsOnly: l10n.t('Problems only'),
    problemsOnlyTitle: l10n.t('Show only shards with a problem (p)'),
    /** `auto`: nobody chose it. */
    shown: (shown: number, all: number, auto: boolean): string =>
      auto
        ? l10n.t('{0} of {1} shards, those with problems, as something is wrong', shown, all)
        : l10n.t('{0} of {1} shards, those with problems', shown, all),
    inTrouble: (shards: number): string => {
      if (shards === 0) return l10n.t('nothing wrong');
      return shards === 1 ? l10n.t('1 shard with problems') : l10n.t('{0} shards with problems', shards);
    },
    zoom: l10n.t('Zoom'),
    zoomIn: l10n.t('Zoom in (+)'),
    zoomOut: l10n.t('Zoom out (-)'),
    zoomFit: l10n.t('Show all (0)'),
  },

  role: (node: PageNode): string =>
    roleWord[node.role === 'master' && node.formerShardId !== undefined ? 'former' : node.role],
  /** `master of shard 1` */
  roleIn: (node: PageNode, shardName: string | undefined): string =>
    shardName === undefined
      ? strings.role(node)
      : l10n.t({
          message: '{0} of {1}',
          args: [strings.role(node), lowerFirst(shardName)],
          comment: ['a role and its shard'],
        }),
  /** Of a spare that stands by there is no more to say than that it is one. */
  state: (node: PageNode): string => (node.stateText === '' ? strings.role(node) : node.stateText),
  nodeLabel: (node: PageNode, shardName: string | undefined): string =>
    joinParts([
      node.address,
      strings.roleIn(node, shardName),
      node.slots === '' ? undefined : strings.slots(node.slots),
      node.stateText === '' ? undefined : node.stateText,
      l10n.t('host {0}', node.hostLabel),
    ]),
  slots: (slots: string): string => l10n.t('slots {0}', slots),
  keys: (count: string): string => l10n.t('{0} keys', count),
  operations: (count: string): string => l10n.t('{0} op/s', count),
  lag: (bytes: string): string => l10n.t('lag {0}', bytes),

  problems: (problems: Snapshot['problems']): string => {
    const errors = problems.filter(problem => problem.severity === 'error').length;
    const warnings = problems.length - errors;
    return joinParts([
      ...(errors > 0 ? [errors === 1 ? l10n.t('1 error') : l10n.t('{0} errors', errors)] : []),
      ...(warnings > 0 ? [warnings === 1 ? l10n.t('1 warning') : l10n.t('{0} warnings', warnings)] : []),
    ]);
  },
  severity: { error: l10n.t('Error:'), warning: l10n.t('Warning:') } as const,
  showNode: (name: string): string => l10n.t('Show {0}', name),
  moreProblems: (count: number): string => l10n.t('Show {0} more', count),
  fewerProblems: l10n.t('Show fewer'),
  percent: (percent: number): string => l10n.t('{0} %', percent),
  progress: (percent: number, message: string): string => joinParts([strings.percent(percent), message]),

  timeline: l10n.t('Timeline'),
  moreEvents: (count: number): string => l10n.t('Show {0} more', count),
  fewerEvents: l10n.t('Show fewer'),
  /** Behind a time at which something was found, not seen to happen. */
  found: l10n.t('or earlier'),
  moreStages: (count: number): string =>
    count === 1 ? l10n.t('1 more stage') : l10n.t('{0} more stages', formatNumber(count)),
  stageAfter: (milliseconds: number): string => `+${formatDuration(milliseconds)}`,
  stageLabel: (atMilliseconds: number, text: string): string => `${formatClock(atMilliseconds)} ${text}`,
  unwatched: l10n.t('not watched'),
  historyRun: (word: string, atMilliseconds: number, milliseconds: number | undefined): string =>
    milliseconds === undefined
      ? l10n.t('{0} since {1}', word, formatClock(atMilliseconds))
      : l10n.t('{0} {1} for {2}', word, formatClock(atMilliseconds), formatDuration(milliseconds)),
  history: (sinceMilliseconds: number | undefined, untold: number, runs: readonly string[]): string => {
    const changes = untold === 1 ? l10n.t('1 change') : l10n.t('{0} changes', untold);
    return labelled(
      sinceMilliseconds === undefined ? l10n.t('Last 10 minutes') : l10n.t('Since {0}', formatClock(sinceMilliseconds)),
      joinParts([untold > 0 ? changes : undefined, ...runs]),
    );
  },
  eventWord: {
    unreachable: l10n.t('no answer'),
    suspect: l10n.t('suspect'),
    failed: l10n.t('failed'),
    answers: l10n.t('answers'),
    recovered: l10n.t('ok again'),
    cameBackEmpty: l10n.t('came back empty'),
    failingOver: l10n.t('failing over'),
    stuck: l10n.t('no replica'),
    newMaster: l10n.t('new master'),
    failover: l10n.t('failover'),
    follows: l10n.t('follows'),
    appeared: l10n.t('appeared'),
    joined: l10n.t('joined'),
    left: l10n.t('left'),
    roleChanged: l10n.t('role'),
    masterChanged: l10n.t({ message: 'moved', comment: ['a replica to another master'] }),
    addressChanged: l10n.t('address'),
    slotsMoved: l10n.t('slots'),
    epochChanged: l10n.t('epoch'),
    linkDown: l10n.t('link down'),
    linkUp: l10n.t('link up'),
    disagreement: l10n.t('views differ'),
    agreement: l10n.t('views agree'),
    clusterDown: l10n.t('down'),
    clusterUp: l10n.t('up'),
    silence: l10n.t('silence'),
    operation: l10n.t('operation'),
    supervisor: l10n.t('supervisor'),
  } satisfies Record<EventKind, string>,

  nodeGone: (address: string): string => l10n.t('{0} is gone', address),
  nodeNew: (node: PageNode): string =>
    joinParts([l10n.t('{0} is new', node.address), ...new Set([strings.role(node), strings.state(node)])]),
  stateChanged: ({ address, state }: PageNode, before: NodeState): string => {
    switch (state) {
      case 'ok':
        return before === 'joining' || before === 'syncing' || before === 'loading'
          ? l10n.t('{0} is ok', address)
          : l10n.t('{0} is ok again', address);
      case 'failed':
        return l10n.t({ message: '{0} failed', args: [address], comment: ['a node, by its address'] });
      case 'spare':
        return l10n.t('{0} is now a spare', address);
      case 'suspect':
        return l10n.t('{0} is suspect', address);
      case 'joining':
        return l10n.t('{0} is joining', address);
      case 'unreachable':
        return l10n.t('{0} is unreachable', address);
      case 'syncing':
        return l10n.t('{0} is syncing', address);
      case 'linkDown':
        return l10n.t('{0} has lost the link to its master', address);
      case 'loading':
        return l10n.t('{0} is loading', address);
      case 'forgotten':
        return l10n.t('{0} was forgotten by the cluster', address);
    }
  },
  roleChanged: (node: PageNode, shardName: string | undefined): string =>
    shardName === undefined
      ? l10n.t('{0} is now a {1}', node.address, strings.role(node))
      : l10n.t('{0} is now {1}', node.address, strings.roleIn(node, shardName)),
  moreChanges: (count: number): string =>
    count === 1 ? l10n.t('and 1 more change') : l10n.t('and {0} more changes', formatNumber(count)),

  stateWord: {
    ok: l10n.t('ok'),
    suspect: l10n.t('suspect'),
    failed: l10n.t('failed'),
    joining: l10n.t('joining'),
    unreachable: l10n.t('unreachable'),
    spare: l10n.t('spare'),
    syncing: l10n.t('syncing'),
    linkDown: l10n.t('link down'),
    loading: l10n.t('loading'),
    forgotten: l10n.t('forgotten by the cluster'),
  } satisfies Record<NodeState, string>,
};

/** `spares`: those that stand by; of the others `away` says what they are instead: `1 stopped`. */
function countRoles(nodes: readonly PageNode[]): Record<'masters' | 'replicas' | 'spares' | 'former', number> & {
  away: string[];
} {
  const withRole = (role: PageNode['role']) =>
    nodes.filter(node => node.role === role && node.formerShardId === undefined);
  const former = nodes.filter(node => node.formerShardId !== undefined).length;
  const states = withRole('spare').map(({ stateText }) => stateText);
  const away = [...new Set(states)].filter(word => word !== '');
  return {
    masters: withRole('master').length,
    replicas: withRole('replica').length,
    spares: states.filter(word => word === '').length,
    away: away.map(word => l10n.t('{0} {1}', states.filter(state => state === word).length, word)),
    former,
  };
}

function isStopped({ stopped }: PageNode): boolean {
  return stopped === true;
}

/** `Shard 1` in the middle of a sentence. */
export function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
