import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { commands, extensions } from 'vscode';
import { leaveFound } from './found';

/** Of one start of VS Code. */
export interface Activation {
  milliseconds: number;
  /** Of the code that was loaded for it. */
  bytes: number;
}

/** Called by the extension host. */
export async function run(): Promise<void> {
  const extension = extensions.getExtension('redis-cluster-manager.redis-cluster-manager');
  if (!extension) throw new Error('the extension is not installed in this window');
  // A window that has just opened keeps the host waiting; after a few answers it is done with itself.
  for (let answers = 0; answers < 10; answers++) await commands.getCommands(true);
  if (extension.isActive) throw new Error('the extension was active before it was measured');
  const began = performance.now();
  await extension.activate();
  const milliseconds = performance.now() - began;
  const loaded = Object.keys(createRequire(__filename).cache);
  const bytes = loaded
    .filter(file => file.startsWith(`${extension.extensionPath}/dist/`))
    .reduce((sum, file) => sum + statSync(file).size, 0);
  const found: Activation = { milliseconds, bytes };
  leaveFound(found);
}
