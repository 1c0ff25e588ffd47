import type { ReceiveOptions } from '../../connection/receiveRdb';
import type { NodeConnection } from '../../connection/types';
import type { NodeRef, PlanWarning } from '../../plan/types';
import type { Topology } from '../../topology/types';

/** The nodes of a backup. */
export interface BackupNodes {
  node: (address: string) => NodeConnection;
  receiveRdb: (address: string, write: (bytes: Buffer) => Promise<void>, options: ReceiveOptions) => Promise<number>;
  observe: (options?: { signal?: AbortSignal }) => Promise<Topology>;
}

export interface BackupOptions {
  /** Where the files go; made when it is not there, refused when it is not empty. */
  directory: string;
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
   * Slots that were served when it began and of which there is no file, or which changed their shard meanwhile; `''` when
   * all is as it should be.
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
