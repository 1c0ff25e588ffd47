import { SlotSet } from '../../../src/core/topology/slotSet';
import type { OpenSlot } from '../../../src/core/topology/types';

/** A node as it is; what the others say of it is in `standing`. */
export interface FakeNode {
  index: number;
  /** 40 hex digits. */
  id: string;
  host: string;
  port: number;
  hostLabel: string;
  role: 'master' | 'replica';
  masterId?: string;
  /** Who took over while it was down: it follows that node when it is back. */
  successorId?: string;
  slots: SlotSet;
  openSlots: OpenSlot[];
  epoch: number;
  /** `frozen`: it takes what it is sent and answers nothing, as a stopped process does; `down`: nobody listens at its address. */
  process: 'up' | 'frozen' | 'down';
  /** It refuses all questions, as a server does that reads its data from disk. */
  isLoading?: boolean;
  /** What the cluster says of it. */
  standing: 'ok' | 'suspect' | 'failed' | 'handshake';
  /** A node outside knows only itself, and nobody knows it. */
  inCluster: boolean;
  /** Replicas only. */
  link: 'up' | 'syncing' | 'down';
  /** 0 for the larger side of a partition, 1 for the other. */
  side: 0 | 1;
}

export interface ModelOptions {
  /** All of them: masters, replicas, spares, outsiders. */
  nodes: number;
  /** Default 1. */
  replicasPerMaster?: number;
  /** Default: one for every ten nodes, at least three. */
  hosts?: number;
  /** Empty masters in the cluster; default 0. */
  spares?: number;
  /** Empty servers outside; default 0. */
  outside?: number;
  /** Default 1; the same seed gives the same ids, figures and choices. */
  seed?: number;
}

/** Where a node listens. */
export type Place = (hostIndex: number, indexOnHost: number) => { host: string; port: number };

/** Masters first, then replicas, each on another host than its master, then spares, then those outside. */
export function makeNodes(options: ModelOptions, placeOf: Place): FakeNode[] {
  const { nodes: count, replicasPerMaster = 1, spares = 0, outside = 0, seed = 1 } = options;
  const hosts = options.hosts ?? Math.max(3, Math.ceil(count / 10));
  const members = count - spares - outside;
  const masters = Math.floor(members / (1 + replicasPerMaster));
  if (masters < 1) throw new Error(`${count} nodes are too few for one master with ${replicasPerMaster} replicas.`);
  const random = seededRandom(seed);
  const ids = Array.from({ length: count }, () => hexDigits(40, random));
  const taken = new Map<number, number>();
  return ids.map((id, index): FakeNode => {
    const hasSlots = index < masters;
    const isReplica = !hasSlots && index < members;
    const shard = index % masters;
    const turn = Math.floor(index / masters);
    const hostIndex = (shard + turn) % hosts;
    const indexOnHost = taken.get(hostIndex) ?? 0;
    taken.set(hostIndex, indexOnHost + 1);
    return {
      index,
      id,
      ...placeOf(hostIndex, indexOnHost),
      hostLabel: `host-${hostIndex + 1}`,
      role: isReplica ? 'replica' : 'master',
      ...(isReplica && { masterId: ids[shard]! }),
      slots: hasSlots ? slotsOf(shard, masters) : SlotSet.empty,
      openSlots: [],
      epoch: hasSlots ? index + 1 : 0,
      process: 'up',
      standing: 'ok',
      inCluster: index < count - outside,
      link: 'up',
      side: 0,
    };
  });
}

/** 0 up to 1, the same sequence for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

function hexDigits(count: number, random: () => number): string {
  return Array.from({ length: count }, () => Math.floor(random() * 16).toString(16)).join('');
}

function slotsOf(shard: number, masters: number): SlotSet {
  const start = Math.ceil((16384 * shard) / masters);
  return SlotSet.fromRanges([{ start, end: Math.ceil((16384 * (shard + 1)) / masters) - 1 }]);
}
