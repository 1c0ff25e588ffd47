/**
 * The first picture of the README: a window of VS Code with the packaged extension, its tree and the topology of a local
 * cluster in which a master was killed a moment ago.
 */
import { join } from 'node:path';
import { run } from '../../scripts/setup/run.mjs';
import { openWorkbench } from '../support/vscodeHost';

const root = join(__dirname, '../..');
/** Ports that people know, where they are free. */
const basePort = 7000;

void (async () => {
  const { status, output } = await run('npm', ['run', 'package'], { timeoutSeconds: 120 });
  if (status !== 0) throw new Error(output);
  const workbench = await openWorkbench({
    name: 'pictures',
    packaged: join(root, 'dist/redis-cluster-manager.vsix'),
    settings: {
      'redisCluster.local.basePort': basePort,
      'redisCluster.supervisor.mode': 'observe',
      'workbench.colorTheme': 'Default Dark Modern',
    },
    viewport: { width: 1400, height: 860 },
  });
  try {
    await workbench.openView();
    await workbench.clickWelcomeButton('Start a Local Cluster');
    await workbench.acceptModal('Create');
    const master = workbench.treeRow(/^master .*, ok, .*slots 0-5460/);
    await master.waitFor();
    const page = workbench.webviewFrame();
    await page.locator('.node').first().waitFor();
    await workbench.contextMenu(master, 'Kill Node');
    await workbench.treeRow(/^former master .*, failed/).waitFor();
    await workbench.treeRow(/^master .*, ok, .*slots 0-5460/).waitFor();
    await page.locator('.node[data-state="failed"]').waitFor();
    await workbench.page.screenshot({ path: join(root, 'docs/images/topology.png') });
  } finally {
    await workbench.close();
  }
})();
