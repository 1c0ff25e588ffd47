import type { Topology } from '../topology/types';
import type { SshOptions, Tunnel } from './tunnel/types';

/** TLS as the user set it; PEM texts, not paths. */
export interface TlsOptions {
  ca?: string;
  certificate?: string;
  key?: string;
  passphrase?: string;
  /** Verified against the certificate instead of the dialled host. */
  serverName?: string;
  /** The same for single nodes, by their `host:port`, given, announced or dialled. */
  serverNames?: Readonly<Record<string, string>>;
  /** Explicit opt-in; shows as a warning wherever the cluster is shown. */
  skipVerification?: boolean;
}

export interface ConnectOptions {
  /** `host:port`, `[ipv6]:port`; any mix of nodes, in one cluster or in none yet. */
  nodes: readonly string[];
  username?: string;
  password?: string;
  tls?: TlsOptions;
  /** All nodes are dialled through this jump host. */
  ssh?: SshOptions;
  /** Announced `host:port` -> `host:port` to dial, or the whole path of a unix socket: without TLS, and not with `ssh`. */
  addressMap?: Readonly<Record<string, string>>;
  /** `host:port` -> label of the failure domain. */
  hosts?: Readonly<Record<string, string>>;
  /** Node id -> id of the shard it was last seen in, from an earlier process: tells where a node that failed since belongs. */
  rememberedShards?: Readonly<Record<string, string>>;
  /** Default 2000. */
  connectTimeoutMilliseconds?: number;
  /** Default 2000. */
  commandTimeoutMilliseconds?: number;
}

/** How a client was opened; every connection of it goes through the tunnel, if there is one. */
export type OpenedOptions = ConnectOptions & { readonly tunnel?: Tunnel };

/** A reply as ioredis gives it with RESP2. */
export type Reply = string | number | null | Reply[];

/** The same with every text as its bytes, `OK` too. */
export type BufferReply = Buffer | number | null | BufferReply[];

export type CommandWords = readonly [string, ...(string | number | Buffer)[]];

export interface CommandOptions {
  signal?: AbortSignal;
  /** Instead of the connection's command timeout. */
  timeoutMilliseconds?: number;
}

/**
 * One server, one lazily opened connection. Every failure is a ConnectionError or a ServerReplyError naming the node; an
 * aborted call rejects with the reason of its signal.
 */
export interface NodeConnection {
  /** As the cluster names it. */
  readonly address: string;
  command(words: CommandWords, options?: CommandOptions): Promise<Reply>;
  /** Binary-safe bulk reply. */
  commandBuffer(words: CommandWords, options?: CommandOptions): Promise<Buffer>;
  /** Sent in one go; one result per command, an Error in place of a reply the server refused. Throws when the link fails. */
  pipeline(commands: readonly CommandWords[], options?: CommandOptions): Promise<(Reply | Error)[]>;
  /** `pipeline` for keys and values, which can be any bytes. */
  pipelineBuffers(commands: readonly CommandWords[], options?: CommandOptions): Promise<(BufferReply | Error)[]>;
  /**
   * The bytes of a list as the server sent it (RESP2), for one of thousands of words of which few matter: to decode them takes
   * longer than to ask. Rejects with `unexpectedReply` when there is nothing.
   */
  commandUndecoded(words: CommandWords, options?: CommandOptions): Promise<Buffer>;
  /** Called when an open connection closes without being asked to. Returns how to stop listening. */
  onClosed(listener: () => void): () => void;
  close(): void;
}

/** What a server can do, asked from itself (COMMAND INFO), never guessed from a version. */
export interface ServerCapabilities {
  clusterShards: boolean;
  functions: boolean;
  slotStats: boolean;
  /** Redis 8.4 and newer: CLUSTER MIGRATION. */
  clusterMigration: boolean;
  /** Valkey 9 and newer: CLUSTER MIGRATESLOTS. */
  clusterMigrateSlots: boolean;
}

export interface ObserveOptions {
  signal?: AbortSignal;
  /**
   * For repeated looks: a node that failed lately is not dialled again until its back-off (with jitter, at most 5 s)
   * has run out; its last failure is reported meanwhile. From 101 nodes on three of them, in turn, are asked for the whole
   * cluster and a tenth for their figures. When one says something new, some more are asked, and those whom it is about; the
   * others are shown as saying what most of these say, until each was asked in one of the looks that follow. A node that hangs
   * up is seen at once, one that only falls silent when the cluster says so, or after ten looks at the latest;
   * a slot that was opened before its first neighbour has moved may take until its node is asked for the cluster. Without it
   * every node is asked afresh.
   */
  backOff?: boolean;
}

/** What can be watched: a client, or anything that looks like one. */
export interface Observer {
  observe(options?: ObserveOptions): Promise<Topology>;
  /** Called with the address when an open connection closes by itself: something happened there, look at once. */
  onConnectionClosed(listener: (address: string) => void): () => void;
}
