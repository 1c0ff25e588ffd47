import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExtensionContext } from 'vscode';
import { editor } from './standIn/editor';
import { activate } from '../../../src/extension/extension';
import { fakeMemento } from '../../unit/extension/fakes';
import { EventEmitter, Uri } from './standIn/values';

/** The whole extension, running. */
export interface Host {
  /** As if somebody had given a cluster another password, or none. */
  changePassword(clusterId: string, password: string | undefined): Promise<void>;
  /** Ends it, as the editor does when its window is closed. */
  deactivate(): void;
}

/** Activates the extension in the stand-in for an editor. Its files are in a directory of their own until it ends. */
export function startHost(): Host {
  const directory = mkdtempSync(join(process.env.RCM_TEST_DIRECTORY ?? tmpdir(), 'rcm-soak-'));
  const secrets = new Map<string, string>();
  const secretsChanged = new EventEmitter<{ key: string }>();
  const change = async (key: string, value?: string): Promise<void> => {
    if (value === undefined) secrets.delete(key);
    else secrets.set(key, value);
    secretsChanged.fire({ key });
  };
  const subscriptions: { dispose(): unknown }[] = [];
  const context = {
    subscriptions,
    globalState: fakeMemento(),
    workspaceState: fakeMemento(),
    globalStorageUri: Uri.file(directory),
    extensionUri: Uri.file('/extension'),
    secrets: {
      get: (key: string) => Promise.resolve(secrets.get(key)),
      keys: () => Promise.resolve([...secrets.keys()]),
      store: change,
      delete: (key: string) => change(key),
      onDidChange: secretsChanged.event,
    },
  };
  activate(context as unknown as ExtensionContext);
  return {
    changePassword: (clusterId, password) => change(`redisCluster.${clusterId}.password`, password),
    deactivate: () => {
      // As an extension host does: in the order in which they came.
      for (const each of subscriptions.splice(0)) each.dispose();
      for (const page of [...editor.pages]) page.dispose();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
