import assert from 'node:assert/strict';
import { join } from 'node:path';
import { processesIn } from '../../../scripts/vscode/processesIn.mjs';
import { openJournal, type ClusterClient, type Journal } from '../../../src/core/index';
import { startBareServer, type BareServer } from '../../cluster/connection/bareServer';
import { slot } from '../../support/fix/fixStage';
import { findFreePortRange } from '../../support/freePorts';
import { holdersIn, journalDirectory, reloadInTheMiddle, settleLeft } from '../../support/leftBehind';
import { assertAlone, clientOf, settled, shardOf } from '../../support/members';
import { assertFilled, fillCluster } from '../../support/slots/fill';
import { openSlots } from '../../support/slots/openSlots';
import { openNetwork, type Network } from '../../support/supervisor/network';
import { checkCluster, sendCommand, startTestServers, type TestServers } from '../../support/testCluster';
import { openWorkbench, type Workbench } from '../../support/vscodeHost';

const written = 2000;
const imported = 1000;
const password = 'of the source alone';

/** What begins to move slots, by whichever engine the servers have. */
const move = /\r\n(MIGRATE|MIGRATESLOTS|IMPORT)\r\n/;

describe('A window that is reloaded in the middle: while it asks, nothing was begun; what did not end goes on', function () {
  // Each stage stands on the one before.
  this.bail(true);

  let servers: TestServers;
  let source: BareServer;
  let network: Network;
  let client: ClusterClient;
  let workbench: Workbench;
  let journal: Journal;

  before(async () => {
    servers = await startTestServers({ count: 6 });
    source = await startBareServer({ requirepass: password });
    network = await openNetwork(servers.ports);
    client = clientOf(servers);
    workbench = await openWorkbench({
      name: 'reloads',
      settings: {
        'redisCluster.clusters': [{ id: 'shop', name: 'Shop', nodes: servers.nodes, addressMap: network.addressMap }],
        'redisCluster.refreshIntervalSeconds': 0.5,
        'redisCluster.supervisor.mode': 'off',
        'redisCluster.local.serverCount': 6,
        'redisCluster.local.basePort': await findFreePortRange(6),
        // For longer than a reload takes nobody gives up an answer that is lost.
        'redisCluster.commandTimeoutSeconds': 60,
      },
    });
    journal = await openJournal(journalDirectory(workbench));
    await workbench.openView();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot('failed');
  });
  after(async () => {
    await workbench?.close();
    await network?.close();
    await client?.close();
    await source?.close();
    await servers?.close();
  });

  it('while a box is open: there is no lock, no entry in the journal, and no node that was touched', async () => {
    await askForCreation();
    await workbench.reload();
    await assertNothingBegun();
  });

  it('while it shows the plan of a local cluster: its servers are found again, and go with it', async () => {
    await workbench.runCommand('Redis Cluster: Start a Local Cluster');
    await workbench.page.locator('.monaco-dialog-box').waitFor();
    await workbench.reload();
    await assertNothingBegun();
    assert.equal(localServers().length, 6);
    const row = workbench.treeRow(/^Cluster Local Cluster, no cluster yet/);
    await workbench.contextMenu(row, 'Remove Cluster');
    await workbench.acceptModal('Stop and Delete');
    await row.waitFor({ state: 'detached' });
    assert.deepEqual(localServers(), []);
  });

  it('while a cluster is created: rolled back, its servers are empty again', async () => {
    const before = await settings();
    await interrupt('answer', /\r\nREPLICATE\r\n/, /^Create a cluster/, create);
    assert.notDeepEqual(await settings(), before);
    await settleLeft(workbench, workbench, {
      name: /^Create a cluster .*, Shop · needs attention/,
      how: 'Roll Back Operation',
    });
    assert.deepEqual(await journal.unfinished(), []);
    for (const port of servers.ports) await assertAlone(port);
    assert.deepEqual(await settings(), before);
  });

  it('while a cluster is created: resumed, it is whole', async () => {
    const before = await settings();
    await interrupt('answer', /\r\nMEET\r\n/, /^Create a cluster/, create);
    await resume(/^Create a cluster .*, Shop · needs attention/);
    await isWell(0);
    assert.deepEqual(await settings(), before);
    await fillCluster(servers.ports, written);
  });

  it('while a replica is asked to take over: resumed, it is the master', async () => {
    const { master, replicas } = shardOf(await settled(client, 6));
    await interrupt('command', /\r\nFAILOVER\r\n/, /^Fail over/, async () => {
      await workbench.contextMenu(workbench.treeRow(new RegExp(`^replica ${replicas[0]!.address}, ok`)), 'Fail Over…');
      await workbench.acceptModal('Fail Over');
    });
    await resume(/^Fail over .*, Shop · needs attention/);
    await isWell(written);
    const now = shardOf(await settled(client, 6));
    assert.deepEqual([now.master.id, now.replicas.map(({ id }) => id)], [replicas[0]!.id, [master.id]]);
  });

  it('while keys are imported: resumed, with the password given anew, it has them all', async () => {
    // As the others are, so that they are read back with them.
    const words = Array.from({ length: imported }, (_, index) => {
      const number = String(written + index);
      return [`key:${number}`, number.padEnd(20, '.')];
    });
    await sendCommand(source.port, ['MSET', ...words.flat()], password);
    await interrupt('answer', /\r\nRESTORE\r\n/, /^Import/, async () => {
      await workbench.runCommand('Redis Cluster: Import Keys from a Standalone Server…');
      await workbench.answer(source.address, 'The address of the server outside');
      await signIn();
      await workbench.pick(/^Stop/);
      await workbench.answer('', `Which keys of ${source.address}?`);
      await workbench.acceptModal('Import');
    });
    await resume(/^Import .*, Shop · needs attention/, signIn);
    await isWell(written + imported);
  });

  it('while slots are balanced: resumed, every master has its share', async () => {
    const masters = (await settled(client, 6)).nodes.filter(({ role }) => role === 'master');
    const [one, two, three] = masters.map(({ address }) => address);
    await interrupt('answer', move, /^Balance/, async () => {
      await workbench.runCommand('Redis Cluster: Balance Slots…');
      await workbench.pick(/^Weights…/);
      await workbench.answer(`${one}=1, ${two}=1, ${three}=2`, 'A weight for each master');
      await workbench.page.getByPlaceholder('What shall the masters have by these weights?').waitFor();
      await workbench.pick(/^Slots/);
      await workbench.acceptModal('Balance');
    });
    await resume(/^Balance .*, Shop · needs attention/);
    await isWell(written + imported);
    const { nodes } = await settled(client, 6);
    const shares = masters.map(master => nodes.find(({ id }) => id === master.id)!.slots.count);
    assert.deepEqual(shares, [4096, 4096, 8192]);
  });

  it('while an open slot is fixed, of which both ends hold keys: resumed, they are in one place', async () => {
    const topology = await settled(client, 6);
    const { master: from } = shardOf(topology, slot);
    const to = topology.nodes.find(({ role, id }) => role === 'master' && id !== from.id)!;
    await sendCommand(from.port, ['MSET', '{aga}1', 'one', '{aga}2', 'two']);
    await sendCommand(to.port, ['CLUSTER', 'SETSLOT', slot, 'IMPORTING', from.id]);
    await sendCommand(from.port, ['CLUSTER', 'SETSLOT', slot, 'MIGRATING', to.id]);
    assert.deepEqual(await client.node(to.address).pipeline([['ASKING'], ['SET', '{aga}3', 'three']]), ['OK', 'OK']);
    await workbench.treeRow(/^warning: 1 slot is open/).waitFor();
    await interrupt('answer', /\r\nMIGRATE\r\n/, /^Fix/, async () => {
      await workbench.runCommand('Redis Cluster: Fix…');
      await workbench.pick(/^Finish the Move/);
      await workbench.acceptModal('Fix');
    });
    assert.notDeepEqual(await openSlots(servers.ports), []);
    await resume(/^Fix .*, Shop · needs attention/);
    await isWell(written + imported);
    assert.equal(shardOf(await settled(client, 6), slot).master.id, to.id);
    assert.deepEqual(await sendCommand(to.port, ['MGET', '{aga}1', '{aga}2', '{aga}3']), ['one', 'two', 'three']);
  });

  /** Up to the box that asks for hosts. */
  async function askForCreation(): Promise<void> {
    await workbench.treeRow(/^Cluster Shop, no cluster yet/).waitFor();
    await workbench.runCommand('Redis Cluster: Create a Cluster…');
    await workbench.pick(/^Shop/);
    const box = workbench.page.locator('.quick-input-widget:visible');
    await box
      .getByRole('checkbox', { name: servers.nodes.at(-1)! })
      .first()
      .waitFor();
    await box.getByRole('button', { name: 'OK' }).click();
    await box.filter({ hasText: 'Hosts or zones' }).waitFor();
  }

  async function create(): Promise<void> {
    await askForCreation();
    await workbench.answer('', 'Hosts or zones');
    await workbench.pick(/^1 per master/);
    await workbench.acceptModal('Create');
  }

  async function signIn(): Promise<void> {
    await workbench.pick(/^Plain Connection/);
    await workbench.answer('', 'ACL user');
    await workbench.answer(password, `Password of ${source.address}`);
  }

  /** Holds an operation at a command, which has got through or not, and reloads the window. */
  async function interrupt(
    lost: 'command' | 'answer',
    command: RegExp,
    title: RegExp,
    begin: () => Promise<void>,
  ): Promise<void> {
    const sent = network.lose(lost, command);
    await begin();
    await sent;
    await reloadInTheMiddle(workbench);
    const left = await journal.unfinished();
    assert.equal(left.length, 1);
    assert.match(left[0]!.title, title);
    assert.equal(left[0]!.state, 'interrupted');
  }

  function resume(name: RegExp, answer?: () => Promise<void>): Promise<void> {
    return settleLeft(workbench, workbench, { name, how: 'Resume Operation', ...(answer && { answer }) });
  }

  /** What an operation lowers for its time. */
  function settings(): Promise<unknown[]> {
    const names = ['cluster-node-timeout', 'repl-diskless-sync-delay'];
    return Promise.all(servers.ports.flatMap(port => names.map(name => sendCommand(port, ['CONFIG', 'GET', name]))));
  }

  function localServers(): number[] {
    return processesIn(join(workbench.directory, 'server'));
  }

  async function assertNothingBegun(): Promise<void> {
    await workbench.openView();
    await workbench.treeRow(/^Cluster Shop, no cluster yet/).waitFor();
    assert.deepEqual(await journal.history(), []);
    assert.deepEqual(holdersIn(workbench, 'locks'), []);
    for (const port of servers.ports) await assertAlone(port);
  }

  /** The reference tool is content, so many keys are read back, no slot is open, and nothing waits for anybody. */
  async function isWell(keys: number): Promise<void> {
    await settled(client, 6);
    await checkCluster(servers);
    await assertFilled(servers.ports, keys);
    assert.deepEqual(await openSlots(servers.ports), []);
    assert.deepEqual(await journal.unfinished(), []);
    assert.deepEqual(holdersIn(workbench, 'locks'), []);
  }
});
