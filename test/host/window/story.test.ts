import assert from 'node:assert/strict';
import { join } from 'node:path';
import { findFreePortRange } from '../../support/freePorts';
import { goThroughViews } from '../../support/topologyViews';
import { countRoles, labelsOf } from '../../support/treeLabels';
import { openWorkbench, until, type Workbench } from '../../support/vscodeHost';
import { processesIn } from '../../../scripts/vscode/processesIn.mjs';

describe('The whole story by hand: create, watch, kill, heal, stop', function () {
  // Each stage stands on the one before.
  this.bail(true);

  let workbench: Workbench;
  let killed: string;
  let shardSlots: string;
  // They work in folders of the extension's storage.
  const servers = (): number[] => processesIn(join(workbench.directory, 'server'));

  before(async () => {
    const basePort = await findFreePortRange(8);
    workbench = await openWorkbench({
      name: 'story',
      settings: { 'redisCluster.local.basePort': basePort, 'redisCluster.supervisor.mode': 'off' },
    });
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot('failed');
  });
  after(() => workbench?.close());

  it('"Start a Local Cluster" shows the plan, node by node, before it creates anything', async () => {
    await workbench.openView();
    await workbench.screenshot('1-welcome');
    await workbench.clickWelcomeButton('Start a Local Cluster');
    await workbench.page.locator('.monaco-dialog-box').waitFor();
    await workbench.screenshot('2-plan');
    const plan = await workbench.acceptModal('Create');
    for (const slots of ['0-5460', '5461-10922', '10923-16383']) assert.ok(plan.includes(slots), plan);
  });

  it('the tree then holds three shards of a master and a replica each, and two spares', async () => {
    await until(
      'three shards',
      () => labelsOf(workbench.treeRow(/^Shard \d/)),
      labels => labels.length === 3,
      60_000,
    );
    await until(
      'all nodes ok',
      () => labelsOf(workbench.treeRow(/^(master|replica|spare) 127\.0\.0\.1:\d+, ok/)),
      labels => countRoles(labels) === '3 masters, 3 replicas, 2 spares',
      60_000,
    );
  });

  it('the status bar and the row of the cluster say how many shards there are', async () => {
    await until(
      'the status',
      () => workbench.statusBarText(),
      text => text === '3 shards',
    );
    await workbench.treeRow(/^Cluster Local Cluster, 3 shards/).waitFor();
    await workbench.screenshot('3-created');
  });

  it('the topology names every node with its role, slots, state and host', async () => {
    await workbench.runCommand('Redis Cluster: Show Topology');
    const nodes = workbench.webviewFrame().getByRole('treeitem', { name: /^127\.0\.0\.1:\d+, / });
    const labels = await until(
      'eight nodes in the graph',
      () => labelsOf(nodes),
      found => found.length === 8,
    );
    assert.equal(labels.filter(label => /, master of shard [123], slots \d+-\d+, ok, host /.test(label)).length, 3);
    assert.equal(labels.filter(label => /, replica of shard [123], ok, host /.test(label)).length, 3);
    assert.equal(labels.filter(label => /, spare, host /.test(label)).length, 2);
    await workbench.screenshot('4-topology');
  });

  it('each view of the topology shows the same cluster, chosen by its button or its number', async () => {
    await goThroughViews(workbench.webviewFrame(), { cluster: 'Local Cluster', nodes: 8, masters: 3 });
  });

  it('a spare carried to a shard by keys in the graph opens the plan, and nothing happens when it is left', async () => {
    const frame = workbench.webviewFrame();
    const spares = frame.getByRole('treeitem', { name: /^127\.0\.0\.1:\d+, spare, / });
    const [spare] = /^[\d.:]+/.exec((await labelsOf(spares))[0] ?? '') ?? [];
    await spares.first().press('m');
    await frame
      .getByRole('strong')
      .filter({ hasText: /^Moving 127/ })
      .waitFor();
    await spares.first().press('ArrowRight');
    await spares.first().press('Enter');
    await workbench.page.locator('.monaco-dialog-box').waitFor();
    await workbench.screenshot('4-carried');
    const plan = await workbench.acceptModal('Cancel');
    assert.ok(spare !== undefined && plan.includes(spare), plan);
    assert.equal((await labelsOf(spares)).length, 2);
  });

  it('a node of the graph tells from its menu all of itself, who is connected to it and what was slow', async () => {
    const master = workbench.webviewFrame().getByRole('treeitem', { name: /^127.*, master of shard 1, / });
    for (const [item, title] of [
      ['Show Node Details', /^Details of 127/],
      ['Show Slow Commands', /^Slow commands of 127/],
      ['Show Clients', /^Clients of 127/],
    ] as const) {
      await workbench.contextMenu(master, item);
      await workbench.page.getByRole('tab', { name: title }).waitFor();
      await workbench.screenshot(`4-${item}`);
      await workbench.runCommand('Redis Cluster: Show Topology');
    }
  });

  it('a reload of the window keeps what happened', async () => {
    await workbench.reload();
    await workbench.openView();
    await workbench.treeRow(/^[1-9]\d* events?/).click();
    await workbench.treeRow(/^Create a cluster .*: completed\./).waitFor();
    await workbench.screenshot('4-reloaded');
    await workbench.treeRow(/^[1-9]\d* events?/).click();
    await workbench.runCommand('Redis Cluster: Show Topology');
  });

  it('a master killed from its context menu is shown as failed and its replica as the new master', async () => {
    const [label] = await labelsOf(workbench.treeRow(/^master .*, ok, .*slots 0-5460/));
    killed = /127\.0\.0\.1:\d+/.exec(label ?? '')?.[0] ?? assert.fail(`no such master: ${label}`);
    shardSlots = '0-5460';
    await workbench.contextMenu(workbench.treeRow(`master ${killed}`), 'Kill Node');
    await workbench.treeRow(new RegExp(`${killed}, failed`)).waitFor();
    await workbench.screenshot('5-failed');
    const successors = await until(
      'a new master',
      () => labelsOf(workbench.treeRow(new RegExp(`^master .*, ok, .*slots ${shardSlots}`))),
      labels => labels.length === 1,
    );
    assert.ok(!successors[0]?.includes(killed));
    await workbench.screenshot('6-failed-over');
  });

  it('the graph shows the same, and the status bar what is down', async () => {
    const frame = workbench.webviewFrame();
    // In a browser, VS Code keeps a page's state every five seconds only: the view may be an earlier one after a reload.
    await frame.getByRole('button', { name: 'Graph', exact: true }).click();
    await frame.getByRole('treeitem', { name: new RegExp(`^${killed}, former master.*failed`) }).waitFor();
    await frame
      .getByRole('treeitem', { name: new RegExp(`^127.*, master of shard 1, slots ${shardSlots}, ok`) })
      .waitFor();
    await until(
      'the status',
      () => workbench.statusBarText(),
      text => /^1 (node|replica) down$/.test(text),
    );
  });

  it('the killed node, started again from its menu, comes back as a replica, and two masters on one host are warned of', async () => {
    await workbench.contextMenu(workbench.treeRow(new RegExp(`${killed}, failed`)), 'Start Node');
    await workbench.treeRow(new RegExp(`^replica ${killed}, ok, replica of`)).waitFor();
    await workbench.treeRow(/^warning: If host host-\d dies: no majority is left/).waitFor();
    await until(
      'the status',
      () => workbench.statusBarText(),
      text => text === '1 problem',
    );
    await workbench.screenshot('7-healed');
  });

  it('by hand it gets its role back: "Fail Over" shows its plan first, on the topology if asked to, and runs it from there', async () => {
    await workbench.contextMenu(workbench.treeRow(`replica ${killed}`), 'Fail Over…');
    await workbench.page.locator('.monaco-dialog-box').waitFor();
    await workbench.screenshot('8-failover-plan');
    await workbench.acceptModal('Show on the Topology');
    const frame = workbench.webviewFrame();
    const after = frame.getByRole('treeitem', { name: new RegExp(`^${killed}, master of shard 1,.* was replica of`) });
    await after.waitFor();
    await workbench.screenshot('8-failover-previewed');
    await workbench.treeRow(new RegExp(`^replica ${killed}, ok`)).waitFor();
    await frame.getByRole('button', { name: 'Fail Over…' }).click();
    const plan = await workbench.acceptModal('Fail Over');
    assert.ok(plan.includes(killed), plan);
    await workbench.treeRow(new RegExp(`^master ${killed}, ok, .*slots ${shardSlots}`)).waitFor();
    await until(
      'the status',
      () => workbench.statusBarText(),
      text => text === '3 shards',
    );
    await workbench.screenshot('9-role-back');
    // And how it was before.
    const before = frame.getByRole('treeitem', { name: new RegExp(`^${killed}, replica .*, now master`) });
    await until(
      'the roles of before',
      async () => {
        await frame.getByRole('slider', { name: 'Time' }).press('ArrowLeft');
        return before.count();
      },
      count => count === 1,
    );
    await frame.getByRole('heading', { name: /^As it was at / }).waitFor();
    await workbench.screenshot('9-as-it-was');
    await frame.getByRole('button', { name: 'Back to now' }).click();
    await frame.getByRole('treeitem', { name: new RegExp(`^${killed}, master`) }).waitFor();
  });

  it('"Drain" shows before and after, and leaves a master without slots', async () => {
    const row = workbench.treeRow(new RegExp(`^master ${killed}, ok`));
    await workbench.contextMenu(row, 'Drain…');
    await workbench.page.locator('.monaco-dialog-box').waitFor();
    await workbench.screenshot('10-drain-plan');
    const plan = await workbench.acceptModal('Drain');
    assert.ok(plan.includes(`${killed}`) && plan.includes('5,461'), plan);
    await workbench.treeRow(new RegExp(`^master ${killed}, ok, .*master without slots`)).waitFor();
    await workbench.treeRow(/^warning: The cluster has 2 masters with slots/).waitFor();
    await workbench.screenshot('11-drained');
  });

  it('"Rebalance" by slots gives it its share again, by weights if there are some', async () => {
    await workbench.runCommand('Redis Cluster: Rebalance…');
    await workbench.pick(/^Slots/);
    await workbench.pick(/^Weights…/);
    const question = workbench.page.locator('.quick-input-widget').filter({ hasText: 'A weight for each master' });
    await question.waitFor();
    await workbench.screenshot('12-weights');
    // The masters that have slots are filled in.
    assert.match(await question.getByRole('textbox').inputValue(), /^127\S+=1, 127\S+=1$/);
    await workbench.page.keyboard.press('Enter');
    await workbench.page.getByPlaceholder('What shall the masters have by these weights?').waitFor();
    await workbench.pick(/^Slots/);
    await workbench.pick(/^Give the empty master/);
    await workbench.page.locator('.monaco-dialog-box').waitFor();
    await workbench.screenshot('12-balance-plan');
    await workbench.acceptModal('Balance');
    await until(
      'three shards',
      () => workbench.statusBarText(),
      text => text === '3 shards',
      60_000,
    );
    await workbench.screenshot('13-balanced');
  });

  it('"Check" finds nothing wrong then, and says so first', async () => {
    await workbench.runCommand('Redis Cluster: Check Cluster');
    await workbench.pick(/^Check, with stray keys/);
    await workbench.page.getByText('Nothing is wrong.').first().waitFor();
    await workbench.screenshot('14-check');
  });

  it('stopping the local cluster from its menu leaves no server running', async () => {
    assert.equal(servers().length, 8);
    await workbench.contextMenu(workbench.treeRow(/^Cluster Local Cluster/), 'Stop Local Cluster');
    await workbench.acceptModal('Stop');
    await until(
      'the servers',
      async () => servers().length,
      count => count === 0,
    );
    await until(
      'the status',
      () => workbench.statusBarText(),
      text => text === 'stopped',
    );
    await workbench.treeRow(/^Cluster Local Cluster, stopped/).waitFor();
    await workbench.screenshot('10-stopped');
  });
});
