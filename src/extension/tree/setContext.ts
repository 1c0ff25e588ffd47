import * as vscode from 'vscode';

/** The context keys menus and welcome texts go by. */
export interface ContextKeys {
  'redisCluster.groupBy': 'shard' | 'host';
  'redisCluster.hasClusters': boolean;
  /** There are clusters, and all of them offer no change. */
  'redisCluster.onlyReadOnly': boolean;
  /** One whose servers were started from here. */
  'redisCluster.hasLocalCluster': boolean;
  /** One whose servers were not. */
  'redisCluster.hasOwnCluster': boolean;
  /** A local cluster was asked for, and there was no server binary. */
  'redisCluster.serverMissing': boolean;
}

const values = new Map<string, unknown>();

/** Only on change: each call is a message to the main window. */
export async function setContext<Key extends keyof ContextKeys>(key: Key, value: ContextKeys[Key]): Promise<void> {
  if (values.get(key) === value) return;
  values.set(key, value);
  await vscode.commands.executeCommand('setContext', key, value);
}
