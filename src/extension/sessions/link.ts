import {
  connect,
  Monitor,
  type ClusterClient,
  type Operation,
  type Plan,
  type SshOptions,
  type Supervisor,
  type TimelineEvent,
  type Topology,
} from '../../core/index';
import type { Event } from 'vscode';
import type { Log } from '../log';
import type { SettingValues } from '../settings/parseSettings';
import { readSsh } from './readSsh';
import { readTls } from './readTls';
import type { ShardsByNode } from './shardMemory';
import type { ClusterDefinition } from './types';

/** The settings a session goes by. */
export type SessionSettings = Pick<
  SettingValues,
  'refreshIntervalSeconds' | 'busyRefreshIntervalSeconds' | 'connectTimeoutSeconds' | 'commandTimeoutSeconds'
>;

export interface SessionParts {
  settings: SessionSettings;
  log: Log;
  readPassword: () => Thenable<string | undefined>;
  /** Of the client key, where that is encrypted. */
  readKeyPassphrase: () => Thenable<string | undefined>;
  /** Of the jump host; see SessionStore. */
  readSshSecret: () => Thenable<string | undefined>;
  /** Whether a person vouches for a jump host that is not known yet. */
  confirmHostKey: NonNullable<SshOptions['confirmHostKey']>;
  /** Where the nodes were last seen, from before a reload of the window. */
  recallShards: () => ShardsByNode;
  noteShards: (topology: Topology) => void;
  /** What happened to the cluster, from before a reload of the window. */
  recallEvents: () => TimelineEvent[];
  noteEvents: (events: readonly TimelineEvent[]) => void;
  supervisors: Supervisors;
}

/** Who makes the supervisors of sessions. */
export interface Supervisors {
  /** Fires after a mode or a limit changed. */
  readonly onDidChange: Event<void>;
  /** Starts to supervise through a link; `follow` gets each operation it begins. Undefined where nobody is to supervise. */
  open(
    definition: ClusterDefinition,
    link: Link,
    follow: (operation: Operation) => void,
  ): Promise<Supervisor | undefined>;
  /** Gives a running supervisor the mode and limits of now. False when it is to be ended instead. */
  configure(definition: ClusterDefinition, supervisor: Supervisor): boolean;
  /** Hears of every operation that begins on a cluster: a node that it takes out of use is not brought back unattended. */
  noteOperation(definition: ClusterDefinition, plan: Plan): void;
}

/** A client with its monitor, which looks at nothing before it is told to. */
export interface Link {
  client: ClusterClient;
  monitor: Monitor;
}

/** Dials nothing yet. Throws a ClusterError for what of the definition cannot be used: a file, an address. */
export async function openLink(definition: ClusterDefinition, parts: SessionParts): Promise<Link> {
  const { nodes, spares = [], username, addressMap, hosts } = definition;
  const { settings, log, readPassword, readKeyPassphrase, readSshSecret, confirmHostKey, recallShards } = parts;
  const password = await readPassword();
  if (password !== undefined) log.addSecret(password);
  const passphrase = definition.tls?.keyFile === undefined ? undefined : await readKeyPassphrase();
  if (passphrase !== undefined) log.addSecret(passphrase);
  const tls = definition.tls && (await readTls(definition.tls, passphrase));
  const sshSecret = definition.ssh && (await readSshSecret());
  if (sshSecret !== undefined) log.addSecret(sshSecret);
  const ssh = definition.ssh && (await readSsh(definition.ssh, sshSecret, confirmHostKey));
  const client = connect({
    nodes: [...new Set([...nodes, ...spares])],
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(tls && { tls }),
    ...(ssh && { ssh }),
    ...(addressMap && { addressMap }),
    ...(hosts && { hosts }),
    rememberedShards: recallShards(),
    connectTimeoutMilliseconds: settings.connectTimeoutSeconds * 1000,
    commandTimeoutMilliseconds: settings.commandTimeoutSeconds * 1000,
  });
  const monitor = new Monitor(client, {
    intervalMilliseconds: settings.refreshIntervalSeconds * 1000,
    busyIntervalMilliseconds: settings.busyRefreshIntervalSeconds * 1000,
  });
  return { client, monitor };
}

export function closeLink({ client, monitor }: Link, log: Log): void {
  monitor.dispose();
  client.close().catch((error: unknown) => log.warn('cluster', `A connection did not close: ${String(error)}`));
}
