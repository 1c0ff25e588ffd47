import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { composeTextFrom, makeFakeDocker, type FakeDocker } from '../../support/fakeDocker';
import { findFreePortRange } from '../../support/freePorts';
import { openWorkbench, until, type Workbench } from '../../support/vscodeHost';

describe('A cluster by Docker, where no server is installed', function () {
  // Each stage stands on the one before.
  this.bail(true);

  const path = process.env.PATH;
  let directory: string;
  let docker: FakeDocker;
  let firstPort: number;
  let workbench: Workbench;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rcm-docker-'));
    docker = await makeFakeDocker(directory);
    firstPort = await findFreePortRange(8);
    workbench = await openWorkbench({
      name: 'docker',
      extension: await extensionWithPorts(firstPort),
      settings: { 'redisCluster.local.serverPath': '/nowhere/redis-server', 'redisCluster.supervisor.mode': 'off' },
      // As when it was started from a terminal: it asks no login shell for another PATH.
      env: { PATH: [docker.folder, path].join(delimiter), VSCODE_CLI: '1' },
    });
    await workbench.openView();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot('failed');
  });
  after(async () => {
    await workbench?.close();
    await docker?.end();
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  });

  it('"Start a Local Cluster" offers it, starts its servers, and makes a cluster of them', async () => {
    await workbench.clickWelcomeButton('Start a Local Cluster');
    assert.match(await workbench.acceptModal('Use Docker'), /\/nowhere\/redis-server does not exist/);
    assert.match(await workbench.acceptModal('Start'), new RegExp(`127\\.0\\.0\\.1:${firstPort} to `));
    await workbench.acceptModal('Create');
    await workbench.treeRow(/^Cluster Docker Cluster, /).waitFor();
    await workbench.treeRow(/^master .*, ok, .*slots 10923-16383/).waitFor();
    // Nothing is removed while its creation runs.
    await until(
      'the creation is over',
      () => workbench.statusBarText(),
      text => text === '3 shards',
    );
    await workbench.screenshot('1-created');
    assert.deepEqual(await docker.calls(), ['ps -a -q', 'up -d --wait']);
  });

  it('"Remove Cluster" removes its servers, too', async () => {
    await workbench.contextMenu(workbench.treeRow(/^Cluster Docker Cluster/), 'Remove Cluster');
    assert.match(await workbench.acceptModal('Stop and Delete'), /Its containers on this machine are removed/);
    await workbench.treeRow(/^Cluster Docker Cluster/).waitFor({ state: 'detached' });
    assert.deepEqual((await docker.calls()).slice(2), ['down --volumes']);
  });

  /** As it is here, but for the ports in its compose file. */
  async function extensionWithPorts(first: number): Promise<string> {
    const folder = join(directory, 'extension');
    await mkdir(folder);
    for (const name of ['dist', 'media', 'docs', 'package.json', 'package.nls.json'])
      await cp(name, join(folder, name), { recursive: true });
    await writeFile(join(folder, 'docker-compose.yml'), await composeTextFrom(first));
    return folder;
  }
});
