import type { Flavour, NodeRole } from '../../topology/types';
import type { NodeRef } from '../types';

/** What `client.inspectImportSource` found. Plain data, without secrets. */
export interface ImportFacts {
  /** Of the topology that was seen beside it. */
  stateId: string;
  source: ImportSource;
  /** The masters with slots that answered. */
  targets: readonly ImportTarget[];
}

export interface ImportSource {
  /** `host:port` */
  address: string;
  flavour: Flavour;
  version: string;
  role: NodeRole;
  /** Replicas only. */
  masterLink?: 'up' | 'down';
  clusterEnabled: boolean;
  /** It is a node of the cluster the keys shall go to. */
  isMember: boolean;
  loading: boolean;
  /** RDB version of its DUMPs; absent where it does not say. */
  payloadVersion?: number;
  usedMemoryBytes: number;
  /** 0: no limit. */
  maxMemoryBytes: number;
  /** `noeviction`, `allkeys-lru`, ...; absent where it does not say. */
  evictionPolicy?: string;
  /** Those that hold keys. */
  databases: readonly { database: number; keys: number; expiring: number }[];
  /** Above 8 MB, the largest first, among those that were looked at. */
  bigKeys: readonly BigSourceKey[];
  /** Keys whose size was looked at, picked by chance. */
  sampledKeys: number;
  /** Modules it has loaded; their types can be read by a server with the same ones only. */
  modules: readonly string[];
}

export interface BigSourceKey {
  database: number;
  /** Readable. */
  name: string;
  /** Estimated, in memory. */
  bytes: number;
}

export interface ImportTarget extends NodeRef {
  payloadVersion?: number;
  /** How many databases it has: 1, but for Valkey 9 with `cluster-databases`. */
  databases: number;
  evictionPolicy?: string;
  modules: readonly string[];
  /** By how much its clock is ahead of the source's; times to live are moments, not durations. */
  clockAheadMilliseconds: number;
}
