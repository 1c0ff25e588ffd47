import { env, l10n } from 'vscode';
import type { TimelineEvent, TimelineKind, TimelineStage } from '../../core/index';
import type { ClusterState } from '../sessions/clusterState';
import type { RowIcon, TreeRow } from './elements';
import { escapeIcons, escapeMarkdown } from './escape';
import { timeOf } from './timeOf';

const mostRows = 20;

/** What happened to the cluster, folded: the latest events with their times, each with its stages below. */
export function eventRows(state: ClusterState): TreeRow[] {
  const { definition, topology } = state;
  // Before the first look nothing has happened: to activate, no timeline is needed.
  const events = topology ? state.timeline.latest() : [];
  if (events.length === 0) return [];
  const clusterId = definition.id;
  const label = l10n.t('Events ({0})', events.length);
  const description = events.length > mostRows ? l10n.t('the latest {0}', mostRows) : '';
  return [
    {
      element: { kind: 'events', id: `${clusterId}/events`, clusterId },
      label,
      description,
      icon: { id: 'history' },
      contextValue: 'events',
      expansion: 'collapsed',
      spoken: [events.length === 1 ? l10n.t('1 event') : l10n.t('{0} events', events.length), description]
        .filter(Boolean)
        .join(', '),
      children: events.slice(0, mostRows).map(event => eventRow(event, state)),
    },
  ];
}

/** When, and everything it went through; Markdown. */
export function eventTooltip({ text, stages, atMilliseconds, afterPause }: TimelineEvent): string {
  const when = new Date(atMilliseconds).toLocaleString(env.language, { hourCycle: 'h23' });
  const found = afterPause ? ` ${l10n.t('Found then; it may have happened earlier.')}` : '';
  const lines = stages.map(stage => `- ${timeOf(stage.atMilliseconds)} ${escapeMarkdown(stage.text)}`);
  return [escapeMarkdown(text), `${when}.${found}`, lines.join('\n')].filter(Boolean).join('\n\n');
}

function eventRow(event: TimelineEvent, { definition, topology }: ClusterState): TreeRow {
  const clusterId = definition.id;
  const nodeId = event.nodeIds.find(id => topology?.nodes.some(node => node.id === id));
  const id = `${clusterId}/event/${event.id}`;
  const when = timeText(event.atMilliseconds, topology?.observedAtMilliseconds ?? event.atMilliseconds);
  const description = event.afterPause ? l10n.t('{0} or earlier', when) : when;
  return {
    element: { kind: 'event', id, clusterId, eventId: event.id, ...(nodeId !== undefined && { nodeId }) },
    label: escapeIcons(event.text),
    description,
    icon: eventIcons[event.kind],
    contextValue: 'event',
    expansion: event.stages.length > 0 ? 'collapsed' : 'none',
    spoken: `${event.text} ${description}`,
    ...(nodeId !== undefined && { opens: { clusterId, nodeId } }),
    children: event.stages.map((stage, index) => stageRow(stage, `${id}/${index}`, clusterId, event.id)),
  };
}

function stageRow(
  { atMilliseconds, kind, text }: TimelineStage,
  id: string,
  clusterId: string,
  eventId: string,
): TreeRow {
  const description = timeOf(atMilliseconds);
  return {
    element: { kind: 'event', id, clusterId, eventId },
    label: escapeIcons(text),
    description,
    icon: eventIcons[kind],
    contextValue: 'event',
    expansion: 'none',
    spoken: `${text} ${description}`,
    children: [],
  };
}

/** The clock, with the day where it was another one. */
function timeText(milliseconds: number, nowMilliseconds: number): string {
  const [day, today] = [milliseconds, nowMilliseconds].map(time => new Date(time).toDateString());
  const clock = timeOf(milliseconds);
  if (day === today) return clock;
  return `${new Date(milliseconds).toLocaleDateString(env.language, { day: 'numeric', month: 'short' })} ${clock}`;
}

const green = 'charts.green';
const yellow = 'charts.yellow';
const red = 'charts.red';
const blue = 'charts.blue';

/** As on the topology page. */
const eventIcons: Record<TimelineKind, RowIcon> = {
  unreachable: { id: 'circle-slash', color: yellow },
  suspect: { id: 'question', color: yellow },
  failed: { id: 'error', color: red },
  answers: { id: 'pulse', color: green },
  recovered: { id: 'pass', color: green },
  cameBackEmpty: { id: 'flame', color: red },
  failingOver: { id: 'arrow-swap', color: blue },
  stuck: { id: 'stop-circle', color: red },
  newMaster: { id: 'circle-large-filled', color: green },
  failover: { id: 'arrow-swap', color: yellow },
  follows: { id: 'link' },
  appeared: { id: 'eye' },
  joined: { id: 'add', color: green },
  left: { id: 'remove', color: yellow },
  roleChanged: { id: 'arrow-both' },
  masterChanged: { id: 'git-merge' },
  addressChanged: { id: 'location' },
  slotsMoved: { id: 'move', color: blue },
  epochChanged: { id: 'versions' },
  linkDown: { id: 'debug-disconnect', color: yellow },
  linkUp: { id: 'plug', color: green },
  disagreement: { id: 'diff', color: yellow },
  agreement: { id: 'check-all', color: green },
  clusterDown: { id: 'alert', color: red },
  clusterUp: { id: 'pass-filled', color: green },
  silence: { id: 'mute', color: yellow },
  operation: { id: 'tools', color: blue },
  supervisor: { id: 'shield', color: blue },
};
