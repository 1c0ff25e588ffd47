export interface LocalServerOptions {
  /** How many servers, 1-1000. */
  count: number;
  /** The first of `count` consecutive client ports; default 7000. The bus ports are 10000 higher. */
  basePort?: number;
  /** Instead of `basePort`: one client port per server, 1-22767. */
  ports?: readonly number[];
  /** Absolute; each server gets the folder `<directory>/<port>` for its data, its log and its record. */
  directory: string;
  /** A redis-server or valkey-server; default: searched for. */
  serverPath?: string;
  /** For clients and replication alike. Goes to the server through a pipe: never in a file, an argument list or an error. */
  password?: string;
  /** Further directives, `{ 'maxmemory': '100mb' }`. Secrets and what the local servers decide themselves are refused. */
  settings?: Readonly<Record<string, string>>;
  /** Default true: an append-only file, so that a killed server that is started again has lost no acknowledged write. */
  persistence?: boolean;
  /** `cluster-node-timeout`; default 2000. */
  nodeTimeoutMilliseconds?: number;
  /**
   * One label of the failure domain per server, in the order of the ports. Default: host-1, host-2, host-3, host-1, host-2,
   * host-3, so that the first six servers are two on each of three hosts, and `spare-host` for the rest.
   */
  hosts?: readonly string[];
  /** How long a server may take until it answers, loading what it stored included; default 15000. */
  startTimeoutMilliseconds?: number;
}

export type LocalServerState = 'running' | 'paused' | 'stopped';

/** A server as it was last seen. */
export interface LocalServer {
  readonly port: number;
  /** `127.0.0.1:7000` */
  readonly address: string;
  /** Absent when it is stopped. */
  readonly pid?: number;
  /** Its data, `server.log` and `server.json`. */
  readonly directory: string;
  readonly hostLabel: string;
  readonly state: LocalServerState;
  /** Its id in a cluster, as it stored it when it last started or ended; absent before it stored any. */
  readonly nodeId?: string;
}

/**
 * A set of local servers. Every method that takes a port refuses an unknown one, first makes sure that the process
 * still is the server it started, and throws a LocalServerError when it cannot do what it says.
 */
export interface LocalServers {
  /** Ascending by port. */
  readonly servers: readonly LocalServer[];
  /** `127.0.0.1:7000`, for `connect({ nodes })`. */
  readonly nodes: string[];
  /** Address -> label, for `connect({ hosts })`. */
  readonly hosts: Record<string, string>;
  readonly directory: string;
  /** SIGKILL. A server that is not running stays as it is. */
  kill(port: number): Promise<void>;
  /** SIGSTOP: the connections stay open and nothing answers. */
  pause(port: number): Promise<void>;
  /** SIGCONT. */
  resume(port: number): Promise<void>;
  /** Starts a stopped server again, with the same folder and settings; resolves when it answers. */
  start(port: number): Promise<void>;
  /** SIGTERM, and SIGKILL if it has not ended after 3 s. A server that is not running stays as it is. */
  stop(port: number): Promise<void>;
  /** Looks at the processes now and brings `servers` up to date. */
  refresh(): Promise<void>;
  /** Called when a server has started, ended, been paused or resumed, by whomever. Returns how to stop listening. */
  onDidChange(listener: (server: LocalServer) => void): () => void;
  /** Stops all servers; what they stored stays. */
  close(): Promise<void>;
  /** Leaves the servers running and stops watching them; `reopenLocalServers` finds them again. */
  release(): void;
  /** Removes what the servers stored. Refused while one is running. */
  removeData(): Promise<void>;
}
