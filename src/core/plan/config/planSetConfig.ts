import type { ClusterNode, Topology } from '../../topology/types';
import { count, joinSome, joinWords } from '../phrases';
import { chooseNodes, choiceText, type NodeChoice } from '../nodeChoice';
import { plannedNode, refer } from '../plannedNode';
import { PlanError } from '../planError';
import type { Plan, PlanWarning, SettingChange } from '../types';
import { worstRisk } from '../worstRisk';
import { refuseUnknownValue } from './knownValues';
import type { ConfigReading } from './reading';
import { refuseSetting } from './settingRules';
import { isSameValue } from './settingValues';
import { warnOfSetting } from './warnOfSettings';

export interface SetConfigRequest {
  /** Name -> value, as CONFIG SET takes them. */
  settings: Readonly<Record<string, string>>;
  /** Default: all members. */
  nodes?: NodeChoice | undefined;
  /** Also into the configuration file of each node (CONFIG REWRITE), so that a restart keeps it. Default false. */
  rewrite?: boolean | undefined;
  /** What they are now: `client.readConfig` of these names and of `maxmemory-policy`. Without it the plan shows no `before`. */
  reading?: ConfigReading | undefined;
}

/**
 * Plans that settings have a value on every chosen node, whatever the state of the cluster.
 *
 * Throws a PlanError: `noSettings`, `settingUnreadable`, `secretSetting`, `settingFixed`, `settingUnknown`, `settingValue`, `nothingToDo`,
 * `noNodes`, `noneAnswers`, `unknownNodes`, `duplicateNodes`.
 */
export function planSetConfig(topology: Topology, request: SetConfigRequest): Plan {
  const { settings: wanted, nodes: choice = 'all', rewrite = false, reading } = request;
  const settings = Object.entries(wanted).map(([name, value]) => ({ name: name.trim().toLowerCase(), value }));
  if (settings.length === 0)
    throw new PlanError('noSettings', 'No setting is named.', { remedy: 'Name one, with its value.' });
  for (const { name } of settings) refuseSetting(name);
  const nodes = chooseNodes(topology, choice);
  refuseSilence(nodes);
  const changes = nodes.flatMap(node => settings.map(setting => changeOf(node, setting, reading)));
  refuseUnknown(settings, nodes, reading);
  for (const { name, value } of settings)
    refuseUnknownValue(
      name,
      value,
      nodes.flatMap(({ id }) => reading?.values[id]?.[name] ?? []),
    );
  if (!rewrite) refuseNothing(changes);
  const found = settings.flatMap(({ name, value }) =>
    warnOfSetting({
      topology,
      nodes,
      name,
      value,
      reading,
      settings: Object.fromEntries(settings.map(each => [each.name, each.value])),
    }),
  );
  const picture = { nodes: topology.nodes.map(node => plannedNode(node, topology)) };
  const what = settings.map(({ name, value }) => `${name} ${value === '' ? '""' : value}`);
  const where = choiceText(choice, nodes);
  return {
    formatVersion: 1,
    kind: 'setConfig',
    title: `Set ${what.length > 2 ? count(what.length, 'setting') : joinWords(what)} on ${where}`,
    stateId: topology.stateId,
    steps: [
      {
        kind: 'setConfig',
        text: `Set ${joinWords(what)} on ${where}, at one node first, and read it back${rewrite ? '; then let each write its configuration file' : ''}.`,
        nodes: triedFirst(nodes).map(refer),
        settings,
        rewrite,
      },
    ],
    before: picture,
    after: picture,
    settings: changes,
    warnings: [
      ...found.map(({ code, text }) => ({ code, text })),
      ...warnOfNodes(nodes, reading),
      ...warnOfFiles(rewrite),
    ],
    risk: worstRisk(found.map(({ risk }) => risk)),
  };
}

function refuseSilence(nodes: readonly ClusterNode[]): void {
  if (nodes.some(({ reachable }) => reachable)) return;
  const { address, unreachableReason } = nodes[0]!;
  throw new PlanError(
    'noneAnswers',
    `${joinSome(nodes.map(node => node.address))} ${nodes.length === 1 ? 'does' : 'do'} not answer. ${unreachableReason ?? ''}`.trim(),
    {
      node: address,
      remedy: 'Bring nodes back, or choose others.',
    },
  );
}

function changeOf(
  { id, address }: ClusterNode,
  { name, value }: { name: string; value: string },
  reading: ConfigReading | undefined,
): SettingChange {
  const before = reading?.values[id]?.[name];
  return { node: { id, address }, name, ...(before !== undefined && { before }), after: value };
}

/** Nodes that were read and have none of that name. */
function refuseUnknown(
  settings: readonly { name: string }[],
  nodes: readonly ClusterNode[],
  reading: ConfigReading | undefined,
): void {
  const read = nodes.map(({ id }) => reading?.values[id]).filter(values => values !== undefined);
  const unknown = settings.find(({ name }) => read.length > 0 && read.every(values => values[name] === undefined));
  if (!unknown) return;
  throw new PlanError('settingUnknown', `No node that answers has a setting ${unknown.name}.`, {
    remedy: 'CONFIG GET * lists what a server has; other versions may call it differently.',
  });
}

function refuseNothing(changes: readonly SettingChange[]): void {
  if (!changes.every(({ before, after }) => before !== undefined && isSameValue(before, after))) return;
  const what = [...new Set(changes.map(({ name, before }) => `${name} is ${before === '' ? 'empty' : before}`))];
  throw new PlanError(
    'nothingToDo',
    `${joinWords(what)} on ${count(new Set(changes.map(({ node }) => node.id)).size, 'node')} already.`,
    {
      remedy: 'There is nothing to do, but to write it to their configuration files.',
    },
  );
}

/** A replica before a master, one that answers before one that does not: what is tried first costs least there. */
function triedFirst(nodes: readonly ClusterNode[]): ClusterNode[] {
  const rank = ({ reachable, role }: ClusterNode): number => (reachable ? 0 : 2) + (role === 'replica' ? 0 : 1);
  return [...nodes].sort((one, other) => rank(one) - rank(other));
}

function warnOfNodes(nodes: readonly ClusterNode[], reading: ConfigReading | undefined): PlanWarning[] {
  const silent = nodes.filter(({ reachable }) => !reachable).map(({ address }) => address);
  const unread = nodes.filter(({ id, reachable }) => reachable && reading?.failures[id] !== undefined);
  return [
    ...(silent.length > 0
      ? [
          {
            code: 'nodesSilent',
            text: `${joinSome(silent)} ${silent.length === 1 ? 'does' : 'do'} not answer and will keep what ${silent.length === 1 ? 'it has' : 'they have'}: set it there when back.`,
          },
        ]
      : []),
    ...unread.map(({ id }) => ({ code: 'nodeUnread', text: reading!.failures[id]! })),
  ];
}

function warnOfFiles(rewrite: boolean): PlanWarning[] {
  const text = rewrite
    ? 'Each node writes all settings it has now into its configuration file, those that others changed at run time too.'
    : 'A node that restarts reads its configuration file and has the old value again.';
  return [{ code: rewrite ? 'filesRewritten' : 'untilRestart', text }];
}
