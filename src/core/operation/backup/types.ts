import type { ReceiveOptions } from '../../connection/receiveRdb';
import type { NodeConnection } from '../../connection/types';
import type { NodeRef, PlanWarning } from '../../plan/types';
import type { Topology } from '../../topology/types';
import type { Journal, LockClaim, OperationLock } from '../types';

/** The nodes of a backup. */
export interface BackupNodes {
  node: (address: string) => NodeConnection;
  receiveRdb: (address: string, write: (bytes: Buffer) => Promise<void>, options: ReceiveOptions) => Promise<number>;
  observe: (options?: { signal?: AbortSignal }) => Promise<Topology>;
  /** Takes nodes for one operation, in the journal too where there is one. Rejects like `Journal.lock`. */
  lock: (claim: LockClaim, journal?: Journal) => Promise<OperationLock>;
}

export interface BackupOptions {
  /** Where the files go; made when it is not there, refused when it is not empty but for what an interrupted backup left. */
  directory: string;
  /** Where its nodes are locked, so that no operation of another process moves slots meanwhile. */
  journal?: Journal;
  /** Shards whose data is fetched at once; default 1: each fetch forks a server. */
  parallel?: number;
  /** Fetch from masters even where a replica has all they have; default false. */
  fromMasters?: boolean;
  /** Go on without shards of which no node answers, and without uncovered slots; default false. */
  partial?: boolean;
  signal?: AbortSignal;
  onProgress?: (progress: BackupProgress) => void;
}

export interface BackupProgress {
  /** A whole sentence. */
  message: string;
  /** 0 to 1, by the memory the shards use. */
  fraction: number;
}

/** One RDB file. */
export interface ShardBackup {
  /** Its name in the directory: `shard-0.rdb`, by the first slot. */
  file: string;
  bytes: number;
  sha256: string;
  /** The servers may write none (`rdbchecksum no`). */
  hasChecksum: boolean;
  /** `REDIS` or `VALKEY`, with the version of the format: `REDIS 11`. */
  format: string;
  /** `0-5460` */
  slots: string;
  master: NodeRef;
  /** The node the data is from, and how far behind its master it was, in bytes of replication. */
  source: NodeRef & { role: 'master' | 'replica'; lagBytes: number; version: string };
  /** In database 0, at the moment the file is of; absent where the file does not tell at its beginning. */
  keys?: number;
  /** Just before, as INFO tells, by database. */
  keysBefore: Readonly<Record<string, number>>;
  replicationOffset: number;
  /** ISO 8601: the data is of a moment between the two. */
  startedAt: string;
  endedAt: string;
}

/** `manifest.json`: what is needed to make a cluster of the files again. Without secrets, and without users. */
export interface BackupManifest {
  formatVersion: 1;
  createdAt: string;
  endedAt: string;
  /**
   * Slots of which there is no file, and slots whose keys may be in two files or in none, for they changed their owner or were
   * on the way to another one meanwhile; `''` when all is as it should be.
   */
  missingSlots: string;
  movedSlots: string;
  shards: ShardBackup[];
  nodes: BackupNode[];
  /** Libraries of functions; their code is in the RDB files. */
  functions: string[];
  warnings: string[];
}

export interface BackupNode extends NodeRef {
  role: 'master' | 'replica';
  /** Of a replica. */
  masterId?: string;
  slots: string;
  configEpoch: number;
  hostLabel: string;
  version?: string;
  /** Settings a new cluster should have as well; of masters that answered. */
  settings?: Record<string, string>;
}

export interface BackupReport {
  directory: string;
  manifest: BackupManifest;
}

/** What a backup would do, for a person to decide. */
export interface BackupPrediction {
  shards: { slots: string; master: NodeRef; source: NodeRef; role: 'master' | 'replica'; usedMemoryBytes: number }[];
  warnings: PlanWarning[];
}
