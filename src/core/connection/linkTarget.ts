import type { Tunnel } from './tunnel/types';
import type { TlsOptions } from './types';

/** One server as it is dialled. */
export interface LinkTarget {
  /** As the cluster names it. */
  node: string;
  host: string;
  port: number;
  /** A unix socket to dial instead of the two above; TLS is not spoken there. */
  socketPath?: string;
  /** `host:port`, or that path. */
  dialled: string;
  username?: string;
  password?: string;
  tls?: TlsOptions;
  /** The way to it; directly without one. */
  tunnel?: Tunnel;
  /** What a certificate must be for. */
  certificateName: string;
  /** For TCP, TLS and signing in together. */
  connectTimeoutMilliseconds: number;
}
