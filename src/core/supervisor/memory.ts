import type { NodeRef, Plan } from '../plan/types';
import type { Failure, PastAct, Remembered, Subject, SupervisorAct, Tombstone } from './types';

/** One instant on both clocks, milliseconds: `monotonic` decides, `wall` (since 1970) is shown and outlives a reload. */
export interface Moment {
  monotonic: number;
  wall: number;
}

/** A member that the cluster agreed to have failed, until that is over. */
export interface Trouble {
  subject: Subject;
  /** It served slots when it failed. */
  wasMaster: boolean;
  /** It is to be master again when it is back in time; not so for a stand-in of another master in trouble. */
  getsRoleBack: boolean;
  shardId: string;
  failedAt: Moment;
  graceUntil: Moment;
  /** A look after the grace showed it still silent. */
  graceOver: boolean;
  /** Since when it answers again. */
  answeredAt?: Moment;
  /** Since it answers, the others took back that it failed. */
  cleared?: true;
}

export interface UnfitSpare extends NodeRef {
  /** Whole sentences. */
  why: string;
}

/** Everything the supervisor knows besides what it sees now; changed only by pure functions. */
export interface Memory {
  /** Looks still to come before it may act. */
  looksToGo: number;
  /** Since when no majority could be seen. */
  blindSince?: Moment;
  troubles: Readonly<Record<string, Trouble>>;
  /** Node id -> the last look at which something was wrong with it. */
  doubts: Readonly<Record<string, Moment>>;
  tombstones: readonly Tombstone[];
  /** Id of a replaced node -> when it is to be looked at whether it stayed forgotten; absent when that was done. */
  bans: Readonly<Record<string, Moment>>;
  /** Spares that could not take a place, until a person has seen to it. */
  unfitSpares: readonly UnfitSpare[];
  /** Replaced nodes that answer now, and that was told. */
  returned: readonly string[];
  acts: readonly PastAct[];
  coolDownUntil?: Moment;
  /** Somebody changed something, or an operation was at work: nothing is done until then. `text`: a whole sentence. */
  standBack?: { until: Moment; text: string };
  flapping?: Subject;
  /** What an act left undone; a person has to see to it. */
  failure?: Failure;
  /** An act that could not begin; it is tried again. */
  refusal?: { key: string; since: Moment; triedAt: Moment; code: string; reason: string; remedy: string };
  proposal?: { key: string; act: SupervisorAct; plan: Plan };
  running?: { act: SupervisorAct; operationId: string; since: Moment };
  verifying?: { act: SupervisorAct; since: Moment };
  /** Changes of roles until then are the echo of an act of its own. */
  echoUntil?: Moment;
  /** Since when the roles are to be balanced, after a replace. */
  balanceDue?: Moment;
  /** Keys of acts a person declined. */
  declined: readonly string[];
  /** Keys of acts it said it would do. */
  said: readonly string[];
}

/** So many looks before it may act, at the start and after a pause. */
const FRESH_LOOKS = 3;

/** The memory of a supervisor that starts now, with what an earlier one left. */
export function recall(remembered: Remembered | undefined, now: Moment): Memory {
  const coolDownUntil = inAtMostADay(remembered?.coolDownUntilMilliseconds ?? 0, now);
  return {
    looksToGo: FRESH_LOOKS,
    troubles: {},
    doubts: {},
    tombstones: (remembered?.tombstones ?? []).map(tombstone => without(tombstone, 'bannedUntilMilliseconds')),
    bans: Object.fromEntries(
      (remembered?.tombstones ?? []).flatMap(({ id, bannedUntilMilliseconds }) =>
        bannedUntilMilliseconds === undefined ? [] : [[id, inAtMostADay(bannedUntilMilliseconds, now)]],
      ),
    ),
    unfitSpares: [],
    returned: remembered?.returned ?? [],
    acts: remembered?.acts ?? [],
    ...(hasCome(coolDownUntil, now) ? {} : { coolDownUntil }),
    ...(remembered?.failure && { failure: remembered.failure }),
    ...(remembered?.flapping && { flapping: remembered.flapping }),
    declined: [],
    said: [],
  };
}

/** What has to outlive this supervisor. */
export function remember(memory: Memory): Remembered {
  const { tombstones, bans, acts, coolDownUntil, failure, flapping, returned } = memory;
  return {
    tombstones: tombstones.map(tombstone => {
      const ban = bans[tombstone.id];
      return ban ? { ...tombstone, bannedUntilMilliseconds: ban.wall } : tombstone;
    }),
    // One that runs when the window goes counts as well.
    acts: [...acts, ...pastActs(memory)],
    ...(failure && { failure }),
    ...(flapping && { flapping }),
    ...(returned.length > 0 && { returned }),
    ...(coolDownUntil ? { coolDownUntilMilliseconds: coolDownUntil.wall } : {}),
  };
}

/** A day at most: the clock may have been set back since. */
function inAtMostADay(wallMilliseconds: number, now: Moment): Moment {
  return later(now, Math.min(wallMilliseconds - now.wall, 86_400_000));
}

/** What runs, as it counts for the limits: balancing the roles is part of the replace before it. */
export function pastActs({ running }: Pick<Memory, 'running'>): PastAct[] {
  if (!running || running.act.kind === 'balanceRoles') return [];
  const { kind, subject } = running.act;
  return [{ kind, nodeId: subject.id, atMilliseconds: running.since.wall }];
}

/** Begins anew: what was seen may be old, so no timer that leads to an act survives. What holds it back stays. */
export function startAfresh(memory: Memory): Memory {
  return { ...without(memory, 'blindSince', 'proposal', 'refusal'), looksToGo: FRESH_LOOKS, troubles: {}, doubts: {} };
}

/** The same without these optional properties. */
export function without<T extends object, K extends OptionalKeys<T>>(value: T, ...keys: K[]): T {
  const rest = { ...value };
  for (const key of keys) delete rest[key];
  return rest;
}

type OptionalKeys<T> = { [K in keyof T]-?: object extends Pick<T, K> ? K : never }[keyof T];

export function later({ monotonic, wall }: Moment, milliseconds: number): Moment {
  return { monotonic: monotonic + milliseconds, wall: wall + milliseconds };
}

export function hasCome(moment: Moment, now: Moment): boolean {
  return now.monotonic >= moment.monotonic;
}

export function elapsed(since: Moment, now: Moment): number {
  return now.monotonic - since.monotonic;
}

/** Names a case: the same act about the same failure has the same key. */
export function keyOf(act: SupervisorAct, { troubles, balanceDue, bans }: Memory): string {
  if (act.kind === 'balanceRoles') return `balanceRoles ${balanceDue?.wall ?? 0}`;
  if (act.kind === 'forget') return `forget ${act.subject.id} ${bans[act.subject.id]?.wall ?? 0}`;
  return `${act.kind} ${act.subject.id} ${troubles[act.subject.id]?.failedAt.wall ?? 0}`;
}
