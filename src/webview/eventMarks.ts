import type { EventKind } from '../shared/pageProtocol';

export interface EventMark {
  /** A codicon. */
  icon: string;
  tone: 'bad' | 'warning' | 'good' | 'busy' | 'plain';
}

/** The glyph of each kind of event; its word is in the strings. */
export const eventMarks: Record<EventKind, EventMark> = {
  unreachable: { icon: 'circle-slash', tone: 'warning' },
  suspect: { icon: 'question', tone: 'warning' },
  failed: { icon: 'error', tone: 'bad' },
  answers: { icon: 'pulse', tone: 'good' },
  recovered: { icon: 'pass', tone: 'good' },
  cameBackEmpty: { icon: 'flame', tone: 'bad' },
  failingOver: { icon: 'arrow-swap', tone: 'busy' },
  stuck: { icon: 'stop-circle', tone: 'bad' },
  newMaster: { icon: 'circle-large-filled', tone: 'good' },
  failover: { icon: 'arrow-swap', tone: 'warning' },
  follows: { icon: 'link', tone: 'plain' },
  appeared: { icon: 'eye', tone: 'plain' },
  joined: { icon: 'add', tone: 'good' },
  left: { icon: 'remove', tone: 'warning' },
  roleChanged: { icon: 'arrow-both', tone: 'plain' },
  masterChanged: { icon: 'git-merge', tone: 'plain' },
  addressChanged: { icon: 'location', tone: 'plain' },
  slotsMoved: { icon: 'move', tone: 'busy' },
  epochChanged: { icon: 'versions', tone: 'plain' },
  linkDown: { icon: 'debug-disconnect', tone: 'warning' },
  linkUp: { icon: 'plug', tone: 'good' },
  disagreement: { icon: 'diff', tone: 'warning' },
  agreement: { icon: 'check-all', tone: 'good' },
  clusterDown: { icon: 'alert', tone: 'bad' },
  clusterUp: { icon: 'pass-filled', tone: 'good' },
  silence: { icon: 'mute', tone: 'warning' },
  operation: { icon: 'tools', tone: 'busy' },
  supervisor: { icon: 'shield', tone: 'busy' },
};
