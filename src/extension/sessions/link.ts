import { connect, Monitor, type ClusterClient } from '../../core/index';
import type { Log } from '../log';
import type { SettingValues } from '../settings/parseSettings';
import { readTls } from './readTls';
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
}

/** A client with its monitor, which looks at nothing before it is told to. */
export interface Link {
  client: ClusterClient;
  monitor: Monitor;
}

/** Dials nothing yet. Throws a ClusterError for what of the definition cannot be used: a file, an address. */
export async function openLink(definition: ClusterDefinition, parts: SessionParts): Promise<Link> {
  const { nodes, username, addressMap, hosts } = definition;
  const { settings, log, readPassword } = parts;
  const password = await readPassword();
  if (password !== undefined) log.addSecret(password);
  const tls = definition.tls && (await readTls(definition.tls));
  const client = connect({
    nodes,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(tls && { tls }),
    ...(addressMap && { addressMap }),
    ...(hosts && { hosts }),
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
