import { vscodeWindow, vscodeWorkspace } from '../../../support/vscodeWords';
import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { CommandDependencies } from '../../../../src/extension/commands/dependencies';
import { exportClusters } from '../../../../src/extension/commands/exchangeClusters';
import { emptyState } from '../sampleCluster';

describe('Export Clusters', () => {
  for (const [where, folders, folder] of [
    ['home without a folder', undefined, homedir()],
    ['the first folder of the window', [{ uri: { fsPath: '/work' } }, { uri: { fsPath: '/other' } }], '/work'],
  ] as const)
    it(`suggests a file in ${where}`, async () => {
      const suggested: unknown[] = [];
      vscodeWorkspace.workspaceFolders = folders;
      vscodeWindow.showSaveDialog = async ({ defaultUri }: { defaultUri: { fsPath: string } }) =>
        void suggested.push(defaultUri.fsPath);
      const store = { sessions: [emptyState()] };
      assert.equal(await exportClusters({ store } as unknown as CommandDependencies, { clusterIds: ['sample'] }), 0);
      assert.deepEqual(suggested, [join(folder, 'redis-clusters.json')]);
    });
});
