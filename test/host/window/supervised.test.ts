import assert from 'node:assert/strict';
import { findFreePortRange } from '../../support/freePorts';
import { countRoles, labelsOf } from '../../support/treeLabels';
import { openWorkbench, until, type Workbench } from '../../support/vscodeHost';

// The servers ban a forgotten node for a minute, and the operation watches that it stays forgotten.
const replaceTimeoutMilliseconds = 150_000;

describe('The whole story unattended: fail, come back, fail again, be replaced, return', function () {
  // Each stage stands on the one before.
  this.bail(true);
  this.timeout(300_000);

  let workbench: Workbench;
  let master: string;
  let replica: string;
  const isWell = (): Promise<void> => workbench.treeRow(/^Supervisor, act · All is well/).waitFor();
  const addressIn = (label: string): string =>
    /127\.0\.0\.1:\d+/.exec(label)?.[0] ?? assert.fail(`no address: ${label}`);

  before(async () => {
    const basePort = await findFreePortRange(8);
    workbench = await openWorkbench({
      name: 'supervised',
      settings: { 'redisCluster.local.basePort': basePort, 'redisCluster.supervisor.coolDownSeconds': 1 },
    });
    await workbench.openView();
    await workbench.clickWelcomeButton('Start a Local Cluster');
    await workbench.acceptModal('Create');
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot('failed');
  });
  after(() => workbench?.close());

  it('a new local cluster is supervised, and says so', async () => {
    await workbench.treeRow(/^master .*, ok, .*slots 0-5460/).waitFor();
    await isWell();
    await workbench.screenshot('1-supervised');
  });

  it('a master that is killed is suspect, then failed, and its replica takes over', async () => {
    master = addressIn((await labelsOf(workbench.treeRow(/^master .*, ok, .*slots 0-5460/)))[0] ?? '');
    await workbench.contextMenu(workbench.treeRow(`master ${master}`), 'Kill Node');
    await workbench.treeRow(new RegExp(`${master}, failed`)).waitFor();
    const [successor = ''] = await until(
      'a new master',
      () => labelsOf(workbench.treeRow(/^master .*, ok, .*slots 0-5460/)),
      ([label]) => label !== undefined && !label.includes(master),
    );
    replica = addressIn(successor);
    await workbench.screenshot('2-failed-over');
  });

  it('back within the grace it gets its role back', async () => {
    await workbench.contextMenu(workbench.treeRow(new RegExp(`${master}, failed`)), 'Start Node');
    await workbench.treeRow(new RegExp(`^master ${master}, ok, .*slots 0-5460`)).waitFor();
    await workbench.treeRow(new RegExp(`^replica ${replica}, ok`)).waitFor();
    await isWell();
    await workbench.screenshot('3-role-back');
  });

  it('killed again and not back after the grace, a spare takes its place, and no host holds two masters', async () => {
    await workbench.contextMenu(workbench.treeRow(`master ${master}`), 'Kill Node');
    await workbench.treeRow(/^Supervisor, act · .* failed; it has until/).waitFor();
    await workbench.screenshot('4-grace');
    await workbench.treeRow(/^Operation Replace /).waitFor();
    await workbench.screenshot('5-replacing');
    await until(
      'eight nodes without the dead one',
      () => labelsOf(workbench.treeRow(/^(master|replica|spare) 127\.0\.0\.1:\d+, ok/)),
      labels => countRoles(labels) === '3 masters, 3 replicas, 1 spares',
      replaceTimeoutMilliseconds,
    );
    // The dead server still does not answer, which is not the cluster's trouble any more.
    await workbench.treeRow(/^Supervisor, act · 1 problem, not one/).waitFor({ timeout: replaceTimeoutMilliseconds });
    assert.equal(await workbench.treeRow(/^warning: If host/).count(), 0);
    await workbench.screenshot('6-replaced');
  });

  it('started again it is not let back in, and "Add as Spare" makes it stand by', async () => {
    const row = workbench.treeRow(new RegExp(`^[a-z ]+ ${master}, `));
    await workbench.contextMenu(row, 'Start Node');
    await workbench.treeRow(new RegExp(`^[a-z ]+ ${master}, .*forgotten`)).waitFor();
    await workbench.screenshot('7-returned');
    await workbench.contextMenu(row, 'Add as Spare…');
    await workbench.acceptModal('Add as Spare');
    await workbench.treeRow(new RegExp(`^spare ${master}, ok`)).waitFor();
    await workbench.screenshot('8-spare-again');
  });
});
