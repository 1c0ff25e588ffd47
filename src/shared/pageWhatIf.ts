import type { PageCommand } from './pageCommand';

/** Who is asked to die, only in thought. */
export type WhatIfSubject = { kind: 'node'; nodeId: string } | { kind: 'host' | 'zone'; label: string };

/** What would be lost if it died now. */
export interface PageWhatIf {
  /** A whole sentence. */
  text: string;
  /** What would keep it from happening; absent when nothing is lost. */
  remedy?: string;
  /** What of that can be begun from here; `title` stands on the button. */
  mends: { title: string; request: PageCommand }[];
  /** The nodes that die. */
  nodeIds: string[];
  losesMajority: boolean;
  /** What becomes of the shards that lose who serves them. */
  fates: PageFate[];
  /** `0-5460`, empty for none. */
  slotsDown: string;
  slotsDownCount: number;
}

export interface PageFate {
  shardId: string;
  kind: 'takenOver' | 'notElected' | 'unfit' | 'lost';
  slots: string;
  /** Who takes over, or could be made to. */
  replicaId?: string;
}

/** The answer to the last question; a `reason` where there is nothing to lose, a whole sentence. */
export type PageWhatIfAnswer = { type: 'whatIf'; subject: WhatIfSubject } & ({ loss: PageWhatIf } | { reason: string });

/** Undefined for anything else. */
export function parseWhatIfSubject(value: unknown): WhatIfSubject | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { kind, nodeId, label } = value as Record<string, unknown>;
  if (kind === 'node') return typeof nodeId === 'string' && nodeId.length <= 100 ? { kind, nodeId } : undefined;
  // Labels are the reader's own words, of any length a setting takes.
  return (kind === 'host' || kind === 'zone') && typeof label === 'string' && label.length <= 1000
    ? { kind, label }
    : undefined;
}

export function isSameSubject(a: WhatIfSubject, b: WhatIfSubject): boolean {
  if (a.kind === 'node') return b.kind === 'node' && a.nodeId === b.nodeId;
  return a.kind === b.kind && a.label === b.label;
}
