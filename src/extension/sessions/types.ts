import type { Event } from 'vscode';
import type {
  CheckReport,
  ClusterClient,
  FigureTrends,
  Health,
  LocalServers,
  NodeHolder,
  Operation,
  Supervisor,
  Timeline,
  Topology,
} from '../../core/index';
import type { ClusterColor } from '../../shared/clusterColors';

/** A cluster the user told us about. Never holds a secret: passwords and keys are in SecretStorage under the id. */
export interface ClusterDefinition {
  /** Stable; derived once from the name and a random part. */
  id: string;
  name: string;
  /** `host:port` of at least one node. */
  nodes: string[];
  username?: string;
  tls?: {
    caFile?: string;
    certificateFile?: string;
    keyFile?: string;
    serverName?: string;
    /** `host:port` -> the name its certificate is for. */
    serverNames?: Record<string, string>;
    skipVerification?: boolean;
  };
  /** All nodes are reached through this jump host. */
  ssh?: {
    host: string;
    port?: number;
    username?: string;
    keyFile?: string;
    useAgent?: boolean;
  };
  /** Announced `host:port` -> dialled `host:port`. */
  addressMap?: Record<string, string>;
  /** `host:port` -> label of the failure domain. */
  hosts?: Record<string, string>;
  /** `host:port` of nodes that stand by for this cluster, best first; they are looked at like its nodes. */
  spares?: string[];
  /** Offers no change at all. */
  readOnly?: boolean;
  /** Whatever changes it wants its name typed. Shown wherever the cluster is. */
  production?: boolean;
  /** Of its mark; absent for one in production: red. */
  color?: ClusterColor;
  /** Servers on this machine that this extension started. */
  local?: { directory: string };
}

/** Why a cluster shows no topology yet, or shows an old one: a row in the tree with a way out. */
export interface SessionFailure {
  message: string;
  remedy?: string;
}

/** One cluster while VS Code is open: its client, what was last seen, what runs. */
export interface ClusterSession {
  readonly definition: ClusterDefinition;
  readonly topology: Topology | undefined;
  readonly health: Health | undefined;
  /** What the last check found; of it, what no look shows stays in sight until the next one. */
  readonly lastCheck: CheckReport | undefined;
  readonly failure: SessionFailure | undefined;
  /** The operation that runs now, started from this window. */
  readonly operation: Operation | undefined;
  /** What another window does to its nodes now, an operation or a backup. */
  readonly operationElsewhere: NodeHolder | undefined;
  /** Only for a local cluster whose servers were started or found again. */
  readonly localServers: LocalServers | undefined;
  /** What happened while it was looked at. Notes may be added; whoever adds one tells nobody: the next look shows it. */
  readonly timeline: Timeline;
  /** How the figures of the nodes went on over the last minute. */
  readonly figures: FigureTrends;
  /** Absent where nobody supervises, and before the cluster was first looked at. */
  readonly supervisor: Supervisor | undefined;
  /** Fires after any of the above changed. */
  readonly onDidChange: Event<void>;
  /** The client, opened on first use with the secrets of this cluster. */
  client(): Promise<ClusterClient>;
  /** Looks now and resolves when what was seen is in `topology`. */
  lookNow(): Promise<void>;
  /** Makes the session show and poll faster for an operation until it has settled. */
  follow(operation: Operation): void;
  /** Says what another window does to its nodes now; when that has ended, a look shows what it made. */
  noteElsewhere(holder: NodeHolder | undefined): void;
  /** Shows what a check found beside what is looked at. */
  keepCheck(report: CheckReport): void;
  attachLocalServers(servers: LocalServers | undefined): void;
}

/** What a cluster is reached with and no settings may hold. */
export interface ClusterSecrets {
  password?: string | undefined;
  /** Of the client key. */
  keyPassphrase?: string | undefined;
  /** Of the jump host: the passphrase of its key file, or without one the password there. */
  sshSecret?: string | undefined;
}

/** All clusters. Polling runs only while somebody watches. */
export interface SessionStore {
  readonly sessions: readonly ClusterSession[];
  /** Fires with the session that changed, or undefined when the list did. */
  readonly onDidChange: Event<ClusterSession | undefined>;
  get(clusterId: string): ClusterSession | undefined;
  /** Saves its secrets, then the definition (settings, or the extension's own state for a local cluster). */
  add(definition: ClusterDefinition, secrets: ClusterSecrets): Promise<ClusterSession>;
  /** Writes another definition in the place of one with the same id; the session connects anew. */
  update(definition: ClusterDefinition): Promise<ClusterSession>;
  /** Forgets definition and secrets; the cluster itself is left as it is. */
  remove(clusterId: string): Promise<void>;
  password(clusterId: string): Thenable<string | undefined>;
  /** Keeps another password, or none; the session connects anew with it. */
  setPassword(clusterId: string, password: string | undefined): Promise<void>;
  keyPassphrase(clusterId: string): Thenable<string | undefined>;
  /** Keeps the passphrase of the client key, or none; the session connects anew with it. */
  setKeyPassphrase(clusterId: string, passphrase: string | undefined): Promise<void>;
  /** Of the jump host: the passphrase of its key file, or without one the password there. */
  sshSecret(clusterId: string): Thenable<string | undefined>;
  /** Keeps another one, or none; the session connects anew with it. */
  setSshSecret(clusterId: string, secret: string | undefined): Promise<void>;
  /** Keeps polling going until disposed; `reason` is for the log: `tree`, `topology`, `operation`. */
  watch(reason: string): { dispose(): void };
}
