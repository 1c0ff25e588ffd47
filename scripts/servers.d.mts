export interface FetchedServer {
  /** `Valkey 8.0.1` */
  name: string;
  version: string;
  /** Paths of the programs. */
  server: string;
  cli: string;
}

export function fetchServers(say?: (line: string) => void): Promise<FetchedServer[]>;
