import type { CheckEvidence } from '../../health/check/types';
import { groupBy } from '../../topology/groupBy';
import type { Topology } from '../../topology/types';
import { count, listNames, nodeName } from '../../topology/wording';
import type { Checked, CheckSubject, NotChecked, Refused } from './types';

/** What was looked at, with how much of it. */
export function tellChecked({ latest, earlier, settings, strayKeys }: CheckEvidence): Checked[] {
  const { topology, links } = latest;
  const asked = count(topology.asked, 'node');
  const told: Checked[] = [
    {
      subject: 'nodes',
      count: topology.answered,
      text: `${topology.answered} of ${asked} answered with their view, their state and their numbers.`,
    },
  ];
  if (topology.clusterState === 'none') return told;
  const busLinks = [...links.values()].reduce((sum, own) => sum + own.length, 0);
  const values = [...settings.values()].reduce((sum, own) => sum + Object.keys(own).length, 0);
  const open = topology.nodes.reduce((sum, { openSlots }) => sum + openSlots.length, 0);
  const replicas = topology.nodes.filter(({ role, reachable }) => role === 'replica' && reachable).length;
  told.push(
    {
      subject: 'views',
      count: topology.answered,
      text: `${count(topology.answered, 'view')} compared in owners, roles, epochs and members${earlier ? ', twice' : ''}.`,
    },
    {
      subject: 'slots',
      count: topology.coveredSlots.count,
      text: `${topology.coveredSlots.count} of 16384 slots have an owner.`,
    },
    { subject: 'openSlots', count: open, text: `${count(open, 'open end')} of slots.` },
    { subject: 'replicas', count: replicas, text: `${count(replicas, 'replica')}: link, lag, place and master.` },
    { subject: 'busLinks', count: busLinks, text: `${count(busLinks, 'bus link')} of ${count(links.size, 'node')}.` },
    {
      subject: 'settings',
      count: values,
      text: `${count(values, 'setting')} of ${count(settings.size, 'node')} compared.`,
    },
  );
  if (strayKeys)
    told.push({
      subject: 'strayKeys',
      count: strayKeys.size,
      text: `${count(strayKeys.size, 'master')} searched for keys of slots that others own.`,
    });
  return told.filter(({ subject, count: amount }) => amount > 0 || !OPTIONAL.has(subject));
}

/** Not looked at when there were none, rather than found to be none. */
const OPTIONAL: ReadonlySet<CheckSubject> = new Set<CheckSubject>(['busLinks', 'settings', 'strayKeys']);

/** What could not be looked at, once per reason. */
export function tellNotChecked(topology: Topology, refused: readonly Refused[]): NotChecked[] {
  const silent = topology.nodes.filter(({ reachable, inCluster }) => !reachable && inCluster);
  const ofSilent = silent.map((node): NotChecked => ({
    subject: 'nodes',
    nodeIds: [node.id],
    text: `${nodeName(node)} did not answer: what is told of it is what the others say. ${node.unreachableReason ?? ''}`.trim(),
  }));
  const groups = groupBy(refused, ({ subject, node, reason }) => `${subject} ${withoutName(reason, nodeName(node))}`);
  const ofRefused = [...groups.values()].map((group): NotChecked => {
    const [{ subject, reason }] = group as [Refused, ...Refused[]];
    const names = listNames(group.map(({ node }) => nodeName(node)));
    return { subject, nodeIds: group.map(({ node }) => node.id), text: `${WORDS[subject]} of ${names}: ${reason}` };
  });
  return [...ofSilent, ...ofRefused];
}

const WORDS: Readonly<Record<CheckSubject, string>> = {
  nodes: 'The answers',
  views: 'The views',
  slots: 'Keys in open, unassigned or disputed slots',
  openSlots: 'Open slots',
  busLinks: 'Bus links',
  replicas: 'Replicas',
  settings: 'Settings',
  strayKeys: 'Stray keys',
};

// The same reason of several nodes is told once.
function withoutName(reason: string, name: string): string {
  return reason.replaceAll(name, '');
}
