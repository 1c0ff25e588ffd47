import type { Duplex } from 'node:stream';
import type { Address } from '../../topology/address';

/** A jump host, and how it is signed in to: by key, then by agent, then by password, as far as these are given. Texts, not paths. */
export interface SshOptions {
  /** Without brackets. */
  host: string;
  /** Default 22. */
  port?: number;
  /** Default: the user this process runs as. */
  username?: string;
  /** A private key as its file holds it. */
  key?: string;
  /** Of the key, where that is encrypted. */
  passphrase?: string;
  /** Default: when there is neither key nor password. */
  useAgent?: boolean;
  /** Where the agent listens. Default: `SSH_AUTH_SOCK`, on Windows the agent of OpenSSH. */
  agentSocket?: string;
  password?: string;
  /** How often it is asked whether it is there; one that says nothing for three times is gone. Default 2000. */
  keepaliveMilliseconds?: number;
  /** As OpenSSH writes them; a key that is confirmed goes into the first. Default: `~/.ssh/known_hosts`, `/etc/ssh/ssh_known_hosts`. */
  knownHostsFiles?: readonly string[];
  /** Asked about a jump host that no file knows, for two minutes at most; without it such a one is refused. */
  confirmHostKey?: (host: UnknownHost) => Promise<boolean>;
}

/** A jump host nobody has vouched for yet. */
export interface UnknownHost {
  /** `bastion:22` */
  address: string;
  /** `ssh-ed25519` */
  keyType: string;
  /** `SHA256:...`, as `ssh-keygen -lf` shows it. */
  fingerprint: string;
  /** Where the key goes when it is confirmed. */
  file: string;
}

/** A way to a server; of `net.Socket` what is used here. `connect` tells when it is open. */
export interface Stream extends Duplex {
  readonly connecting: boolean;
  setTimeout(milliseconds: number, silent?: () => void): this;
}

/** One SSH connection to a jump host, opened on first use and again after it was lost, and the ways through it. */
export interface Tunnel {
  /** `bastion:22` */
  readonly name: string;
  /**
   * Opens the SSH connection unless it is open. Rejects with a ConnectionError about the jump host, or the signal's reason.
   * Bounded: 20 s, and two minutes for a person who is asked about its key.
   */
  open(signal?: AbortSignal): Promise<void>;
  /** How the jump host was signed in to; undefined while it is not. */
  readonly signedInBy: string | undefined;
  /** A way to an address as the jump host reaches it. Whatever goes wrong with it is a ConnectionError. */
  dial(address: Address): Stream;
  /** Ends the connection and every way through it. */
  close(): void;
}
