import type { EventKind, NodeState, PageNode, PageShard, PageView, Snapshot } from '../shared/pageProtocol';
import { formatClock, formatDuration } from './formatTimes';
import type { NodeGroup } from './groupNodes';

/** Every word the page shows or says, in one place, so that translations can be sent in; those of a view
 *  that has a folder stand there. Only `stateText`, `statusText`, problems, marks and the operation come worded from the extension. */
export const strings = {
  title: 'Topology',
  waiting: 'Looking at the cluster…',
  unreachableTitle: 'No node answers',
  unreachableText: 'The page shows the cluster as soon as one of its nodes can be reached.',
  emptyTitle: 'No nodes',
  emptyText: 'No node of this cluster is known yet.',
  viewMissing: (view: string): string => `The view "${view}" could not be loaded`,
  viewMissingText:
    'A part of the page could not be read. Choose the view again, or close the topology and open it anew.',

  views: 'View',
  viewName: { graph: 'Graph', slots: 'Slots', hosts: 'Hosts', table: 'Table' } satisfies Record<PageView, string>,
  viewTitle: {
    graph: 'Shards with their masters and replicas (1)',
    slots: 'All slots: whose they are, how they are, what they hold (2)',
    hosts: 'Hosts, and what is lost when one of them dies (3)',
    table: 'Every node or shard in figures: sort, filter, copy (4)',
  } satisfies Record<PageView, string>,
  help: 'Keys and marks',
  close: 'Close',

  counts: (nodes: readonly PageNode[]): string => {
    if (nodes.every(isStopped)) return `${plural(nodes.length, 'node', 'nodes')}, all stopped`;
    const { masters, replicas, spares, away, former } = countRoles(nodes);
    return join([
      plural(masters, 'master', 'masters'),
      plural(replicas, 'replica', 'replicas'),
      spares > 0 && plural(spares, 'spare', 'spares'),
      ...away,
      former > 0 && plural(former, 'failed node', 'failed nodes'),
    ]);
  },

  tree: (cluster: string, groupBy: 'shard' | 'host'): string => `Topology of ${cluster}, by ${groupBy}`,
  shardLabel: (shard: PageShard, missing: NodeGroup['missing'], nodes: number): string =>
    [
      shard.name,
      shard.slots === '' ? 'no slots' : `slots ${shard.slots}`,
      plural(nodes, 'node', 'nodes'),
      ...(missing ? [`no ${missing}`] : []),
    ].join(', '),
  groupLabel: (title: string, detail: string): string => `${title}, ${detail}`,
  spares: (nodes: readonly PageNode[]): string => (nodes.every(isStopped) ? 'Stopped' : 'Spares'),
  sparesDetail: (nodes: readonly PageNode[]): string => {
    const { spares, away } = countRoles(nodes);
    return join([spares > 0 && `${plural(spares, 'node', 'nodes')} standing by`, ...away]);
  },
  others: 'In no shard',
  othersDetail: (count: number): string => plural(count, 'node', 'nodes'),
  /** `mastersInAll`: masters with slots in the whole cluster; half of them on one host is half of the votes. */
  hostDetail: (nodes: readonly PageNode[], mastersInAll: number): string => {
    const { replicas, spares, away, former } = countRoles(nodes);
    const masters = nodes.filter(node => node.role === 'master' && node.slotCount > 0).length;
    return join([
      mastersInAll > 0 && `${masters} of ${plural(mastersInAll, 'master', 'masters')}`,
      replicas > 0 && plural(replicas, 'replica', 'replicas'),
      spares > 0 && plural(spares, 'spare', 'spares'),
      ...away,
      former > 0 && `${former} failed`,
    ]);
  },
  noSlots: 'no slots',
  share: (part: number): string => (part === 0 || part === 1 ? `${part * 100} %` : `${(part * 100).toFixed(1)} %`),
  missing: (what: 'master' | 'replica' | 'above', name = ''): string =>
    what === 'above' ? `${name} ↑` : what === 'master' ? 'No master' : 'No replica',
  scale: {
    search: 'Search nodes',
    searchHint: 'Name, address, host, state (/)',
    found: (count: number, at: number | undefined): string =>
      count === 0 ? 'nothing found' : at === undefined ? `${count} found` : `${at + 1} of ${count}`,
    problemsOnly: 'Problems only',
    problemsOnlyTitle: 'Show only shards with a problem (p)',
    /** `auto`: nobody chose it. */
    shown: (shown: number, all: number, auto: boolean): string =>
      `${shown} of ${plural(all, 'shard', 'shards')}, those with problems${auto ? ', as something is wrong' : ''}`,
    inTrouble: (shards: number): string =>
      shards === 0 ? 'nothing wrong' : `${plural(shards, 'shard', 'shards')} with problems`,
    zoom: 'Zoom',
    zoomIn: 'Zoom in (+)',
    zoomOut: 'Zoom out (-)',
    zoomFit: 'Show all (0)',
    moving: (done: number, all: number): string => `${done} of ${all}`,
  },

  role: (node: PageNode): string =>
    node.role === 'master' && node.formerShardId !== undefined ? 'former master' : node.role,
  nodeLabel: (node: PageNode, shardName: string | undefined): string => {
    const role = strings.role(node);
    return [
      node.address,
      shardName === undefined ? role : `${role} of ${lowerFirst(shardName)}`,
      ...(node.slots === '' ? [] : [`slots ${node.slots}`]),
      ...(node.stateText === role ? [] : [node.stateText]),
      `host ${node.hostLabel}`,
    ].join(', ');
  },
  slots: (slots: string): string => `slots ${slots}`,
  keys: (count: string): string => `${count} keys`,
  operations: (count: string): string => `${count} op/s`,
  lag: (bytes: string): string => `lag ${bytes}`,

  problems: (problems: Snapshot['problems']): string => {
    const errors = problems.filter(problem => problem.severity === 'error').length;
    const warnings = problems.length - errors;
    return [
      ...(errors > 0 ? [plural(errors, 'error', 'errors')] : []),
      ...(warnings > 0 ? [plural(warnings, 'warning', 'warnings')] : []),
    ].join(', ');
  },
  severity: { error: 'Error', warning: 'Warning' } as const,
  showNode: (name: string): string => `Show ${name}`,
  moreProblems: (count: number): string => `Show ${count} more`,
  fewerProblems: 'Show fewer',
  percent: (percent: number): string => `${percent} %`,

  timeline: 'Timeline',
  moreEvents: (count: number): string => `Show ${count} more`,
  fewerEvents: 'Show fewer',
  /** Behind a time at which something was found, not seen to happen. */
  found: 'or earlier',
  moreStages: (count: number): string => `${plural(count, 'more stage', 'more stages')}`,
  stageAfter: (milliseconds: number): string => `+${formatDuration(milliseconds)}`,
  stageLabel: (atMilliseconds: number, text: string): string => `${formatClock(atMilliseconds)} ${text}`,
  unwatched: 'not watched',
  historyRun: (word: string, atMilliseconds: number, milliseconds: number | undefined): string =>
    milliseconds === undefined
      ? `${word} since ${formatClock(atMilliseconds)}`
      : `${word} ${formatClock(atMilliseconds)} for ${formatDuration(milliseconds)}`,
  history: (sinceMilliseconds: number | undefined, untold: number, runs: readonly string[]): string => {
    const when = sinceMilliseconds === undefined ? 'Last 10 minutes' : `Since ${formatClock(sinceMilliseconds)}`;
    return `${when}: ${[...(untold > 0 ? [plural(untold, 'change', 'changes')] : []), ...runs].join(', ')}`;
  },
  eventWord: {
    unreachable: 'no answer',
    suspect: 'suspect',
    failed: 'failed',
    answers: 'answers',
    recovered: 'ok again',
    failingOver: 'failing over',
    stuck: 'no replica',
    newMaster: 'new master',
    failover: 'failover',
    follows: 'follows',
    appeared: 'appeared',
    joined: 'joined',
    left: 'left',
    roleChanged: 'role',
    masterChanged: 'moved',
    addressChanged: 'address',
    slotsMoved: 'slots',
    epochChanged: 'epoch',
    linkDown: 'link down',
    linkUp: 'link up',
    disagreement: 'views differ',
    agreement: 'views agree',
    clusterDown: 'down',
    clusterUp: 'up',
    silence: 'silence',
    operation: 'operation',
    supervisor: 'supervisor',
  } as const satisfies Record<EventKind, string>,

  nodeGone: (address: string): string => `${address} is gone`,
  nodeNew: (node: PageNode): string =>
    [`${node.address} is new`, ...new Set([strings.role(node), node.stateText])].join(', '),
  stateChanged: (node: PageNode, before: NodeState): string => {
    switch (node.state) {
      case 'ok':
        return before === 'joining' || before === 'syncing' || before === 'loading'
          ? `${node.address} is ok`
          : `${node.address} is ok again`;
      case 'failed':
        return `${node.address} failed`;
      case 'spare':
        return `${node.address} is now a spare`;
      default:
        return `${node.address} is ${strings.stateWord[node.state]}`;
    }
  },
  roleChanged: (node: PageNode, shardName: string | undefined): string =>
    shardName === undefined
      ? `${node.address} is now a ${strings.role(node)}`
      : `${node.address} is now ${strings.role(node)} of ${lowerFirst(shardName)}`,
  moreChanges: (count: number): string => `and ${plural(count, 'more change', 'more changes')}`,

  stateWord: {
    ok: 'ok',
    suspect: 'suspect',
    failed: 'failed',
    joining: 'joining',
    unreachable: 'unreachable',
    spare: 'spare',
    syncing: 'syncing',
    linkDown: 'link down',
    loading: 'loading',
  } as const satisfies Record<NodeState, string>,

  keysTitle: 'Keys',
  keysHelp: [
    ['↑ ↓ ← →', 'Move between nodes'],
    ['Home  End', 'First, last'],
    ['/ P', 'Search or filter; in large clusters: problems only'],
    ['+ - 0', 'Large clusters, slots: zoom, show all'],
    ['Space', 'Select'],
    ['Enter', 'Reveal in the tree'],
    ['Shift+F10', 'Open the menu'],
    ['Shift+← →', 'In the map of slots: select'],
    ['1 2 3 4', 'Graph, slots, hosts, table'],
    ['W', 'What if it died?'],
    ['M', 'Move the node or the selected slots; arrows choose where'],
    ['H', 'Hosts and back'],
    ['← → Home End', 'On the line of time: changes before, after; earliest, now'],
    ['Esc', 'Back to now, close, clear the selection'],
    ['?', 'This help'],
  ] as readonly (readonly [keys: string, does: string])[],
  marksTitle: 'Marks',
  marksHelp: [
    ['master', 'ok', 'master'],
    ['replica', 'ok', 'replica'],
    ['spare', 'spare', 'spare: empty, stands by'],
    ['master', 'suspect', 'suspect: some nodes miss it'],
    ['master', 'failed', 'failed: the cluster agrees'],
    ['replica', 'unreachable', 'unreachable from here'],
    ['replica', 'syncing', 'syncing, loading or link down'],
    ['replica', 'joining', 'joining'],
  ] as readonly (readonly [role: PageNode['role'], state: NodeState, word: string])[],
};

/** `spares`: those that stand by; of the others `away` says what they are instead: `1 stopped`. */
function countRoles(nodes: readonly PageNode[]): Record<'masters' | 'replicas' | 'spares' | 'former', number> & {
  away: string[];
} {
  const withRole = (role: PageNode['role']) =>
    nodes.filter(node => node.role === role && node.formerShardId === undefined);
  const former = nodes.filter(node => node.formerShardId !== undefined).length;
  const states = withRole('spare').map(({ stateText }) => stateText);
  // One that stands by as it should has no more to say than that it is a spare.
  const away = [...new Set(states)].filter(word => word !== 'spare');
  return {
    masters: withRole('master').length,
    replicas: withRole('replica').length,
    spares: states.filter(word => word === 'spare').length,
    away: away.map(word => `${states.filter(state => state === word).length} ${word}`),
    former,
  };
}

function isStopped({ stateText }: PageNode): boolean {
  return stateText === 'stopped';
}

function join(parts: readonly (string | false)[]): string {
  return parts.filter(part => part !== false).join(' · ');
}

/** `1 node`, `12 nodes`; `countOf` is for what goes into the thousands. */
export function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `Shard 1` in the middle of a sentence. */
export function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
