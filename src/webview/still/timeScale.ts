import type { PageEvent } from '../../shared/pageProtocol';

/** The time that can be shown. */
export interface TimeSpan {
  sinceMilliseconds: number;
  nowMilliseconds: number;
}

export interface EventTick {
  /** Percent of the line. */
  place: number;
  kind: PageEvent['kind'];
  text: string;
}

/** 0 is the earliest, 1 is now. */
export function fractionOf(milliseconds: number, { sinceMilliseconds, nowMilliseconds }: TimeSpan): number {
  const span = nowMilliseconds - sinceMilliseconds;
  return span <= 0 ? 1 : Math.min(1, Math.max(0, (milliseconds - sinceMilliseconds) / span));
}

/** The time at a part of the line; undefined at its end, which is now. */
export function timeAt(fraction: number, { sinceMilliseconds, nowMilliseconds }: TimeSpan): number | undefined {
  if (fraction >= NOW_FROM || nowMilliseconds <= sinceMilliseconds) return undefined;
  return Math.round(sinceMilliseconds + Math.max(0, fraction) * (nowMilliseconds - sinceMilliseconds));
}

/** So much of the line that now can be hit. */
const NOW_FROM = 0.985;

/** Events in the span, at most one per place: of those that fall together the worst, else the latest. */
export function eventTicks(span: TimeSpan & { events: readonly PageEvent[] }): EventTick[] {
  const ticks = new Map<number, EventTick & { weight: number }>();
  for (const { atMilliseconds, kind, text } of [...span.events].reverse()) {
    if (atMilliseconds < span.sinceMilliseconds || atMilliseconds > span.nowMilliseconds) continue;
    const place = Math.round((fractionOf(atMilliseconds, span) * 100) / PLACE_PERCENT) * PLACE_PERCENT;
    const weight = weights[kind] ?? 0;
    const known = ticks.get(place);
    if (!known || weight >= known.weight) ticks.set(place, { place, kind, text, weight });
  }
  return [...ticks.values()].map(({ place, kind, text }) => ({ place, kind, text }));
}

const PLACE_PERCENT = 2.5;

const weights: Partial<Record<PageEvent['kind'], number>> = {
  failed: 3,
  stuck: 3,
  clusterDown: 3,
  failover: 2,
  slotsMoved: 1,
  operation: 1,
};
