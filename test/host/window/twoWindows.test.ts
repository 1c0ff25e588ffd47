import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { Locator } from 'playwright-core';
import { openJournal } from '../../../src/core/index';
import { holdersIn, journalDirectory, reloadInTheMiddle, settleLeft, showOperations } from '../../support/leftBehind';
import { assertFilled, fillCluster } from '../../support/slots/fill';
import { openSlots } from '../../support/slots/openSlots';
import { openStoryStage, type StoryStage } from '../../support/supervisor/stage';
import { checkCluster, killAtOnce } from '../../support/testCluster';
import { labelsOf } from '../../support/treeLabels';
import { openWorkbench, until, type Workbench, type WorkbenchWindow } from '../../support/vscodeHost';

const keys = 2000;

describe('Two windows on one cluster: what one does the other sees, and what one leaves the other takes up', function () {
  // Each stage stands on the one before.
  this.bail(true);

  let stage: StoryStage;
  let workbench: Workbench;
  let second: WorkbenchWindow;
  let members: number[];

  before(async () => {
    stage = await openStoryStage({ spares: 1 });
    members = stage.servers.ports.slice(0, 6);
    await fillCluster(members, keys);
    workbench = await openWorkbench({
      name: 'two-windows',
      settings: {
        'redisCluster.clusters': [
          {
            id: 'shop',
            name: 'Shop',
            nodes: stage.servers.nodes.slice(0, 6),
            spares: stage.servers.nodes.slice(6),
            hosts: stage.servers.servers.hosts,
          },
        ],
        'redisCluster.refreshIntervalSeconds': 0.5,
        'redisCluster.supervisor.mode': 'act',
        'redisCluster.supervisor.coolDownSeconds': 1,
        // Slow enough to be met in the middle.
        'redisCluster.migration.latencyMilliseconds': 0.3,
      },
    });
    await workbench.openView();
    await workbench.treeRow(/^Supervisor, act · All is well/).waitFor();
    second = await workbench.openAnother();
    await second.openView();
  });
  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    await workbench.screenshot('failed-first');
    await second?.screenshot('failed-second');
  });
  after(async () => {
    await workbench?.close();
    await stage?.close();
  });

  const holders = (folder: 'locks' | 'supervisors'): number[] => holdersIn(workbench, folder);

  /** A move of slots that is paused in the middle. */
  async function movePaused(window: WorkbenchWindow, slots: string): Promise<void> {
    await beginMove(window, slots);
    await window.runCommand('Redis Cluster: Pause Operation');
    await until('it is paused', window.statusBarText, text => /paused/.test(text));
  }

  it('one of them supervises; the other says who does', async () => {
    await second.treeRow(/^Supervisor, act · .*supervised by another window, since/).waitFor();
    assert.equal(holders('supervisors').length, 1);
  });

  it('what is chosen in one of them holds for both', async () => {
    const [supervisor] = holders('supervisors');
    await workbench.runCommand('Redis Cluster: Supervise Cluster…');
    await workbench.pick(/^Off/);
    for (const window of [workbench, second]) await window.treeRow(/^Supervisor, /).waitFor({ state: 'detached' });
    assert.deepEqual(holders('supervisors'), []);
    await workbench.runCommand('Redis Cluster: Supervise Cluster…');
    await workbench.pick(/^Act/);
    await second.treeRow(/^Supervisor, act · .*supervised by another window, since/).waitFor();
    assert.deepEqual(holders('supervisors'), [supervisor]);
  });

  it('an operation that is begun in both at the same moment runs once', async () => {
    const { replica } = await stage.firstShard();
    const both = [workbench, second];
    for (const window of both) {
      await window.contextMenu(window.treeRow(new RegExp(`^replica ${replica!.address}, ok`)), 'Fail Over…');
      await window.page.locator('.monaco-dialog-box').waitFor();
    }
    await Promise.all(both.map(window => window.acceptModal('Fail Over')));
    await until(
      'it has become the master',
      async () => (await stage.firstShard()).master.id,
      id => id === replica!.id,
    );
    const journal = await openJournal(journalDirectory(workbench));
    const ended = await until(
      'both have ended',
      async () => (await journal.history()).filter(({ title }) => title.startsWith('Fail over')),
      operations => operations.every(({ state }) => state !== 'running'),
    );
    assert.deepEqual(
      ended.filter(({ state }) => state !== 'failed').map(({ state }) => state),
      ['completed'],
    );
    assert.deepEqual(await journal.unfinished(), []);
    // A long reason why something ended is told in front of all rows.
    const shown: string[] = [];
    const reasons = both.map(({ page }) => page.locator('.monaco-dialog-box'));
    for (const reason of reasons) await reason.page().addLocatorHandler(reason, () => putAway(reason, shown));
    const told = await until(
      'both tell of it, one of its end and one of its refusal',
      () => Promise.all(both.map(eventsIn)),
      ([one = [], other = []]) =>
        [one, other].every(events => events.some(label => label.includes(' took over slots '))) &&
        [': it failed', ': completed'].every(end => [...one, ...other].some(label => label.includes(end))),
    );
    const refused = told.findIndex(events => events.some(label => label.includes(': it failed')));
    const [, why] = /: it failed\. (.{1,40})/.exec(told[refused]!.join('\n'))!;
    for (const reason of reasons) await reason.page().removeLocatorHandler(reason);
    await until(
      'the reason is told',
      async () => {
        for (const reason of reasons) await putAway(reason, shown);
        return [...shown, ...(await both[refused]!.page.locator('.monaco-alert').allTextContents())];
      },
      texts => texts.some(text => text.includes(why!)),
    );
    await checkCluster(stage.servers);
  });

  it('one that stands still keeps its supervision, and concludes nothing when it goes on', async () => {
    const journal = await openJournal(journalDirectory(workbench));
    const before = (await journal.history()).length;
    const known = (await eventsIn(workbench)).map(textOf);
    const isNew = (label: string): boolean => !known.includes(textOf(label));
    const [sleeper] = holders('supervisors');
    const { master, replica } = await stage.firstShard();
    process.kill(sleeper!, 'SIGSTOP');
    try {
      await killAtOnce(stage.servers, master.port);
      await until(
        'it has failed over',
        async () => (await stage.firstShard()).master.id,
        id => id === replica!.id,
      );
      await stage.servers.servers.start(master.port);
      await stage.settle();
      // Less is no standstill to it.
      await delay(7000);
      await second.treeRow(/^Supervisor, act · .*supervised by another window/).waitFor();
      assert.deepEqual(holders('supervisors'), [sleeper]);
    } finally {
      process.kill(sleeper!, 'SIGCONT');
    }
    await until(
      'it sees what happened',
      () => eventsIn(workbench),
      seen => seen.some(isNew),
    );
    await workbench.treeRow(/^Supervisor, act · (All is well|1 problem)/).waitFor();
    const found = (await eventsIn(workbench)).filter(isNew);
    assert.ok(found.length <= 3 && found.every(label => label.endsWith('or earlier')), found.join('\n'));
    assert.equal((await stage.firstShard()).master.id, replica!.id);
    assert.equal((await journal.history()).length, before);
    await isWell(workbench);
  });

  it('an operation of one is shown in the other, which is refused a second one with the reason', async () => {
    await movePaused(workbench, '6000-7999');
    await second.treeRow(/^Operation Move .*, runs in another window · /).waitFor();
    await until('the status', second.statusBarText, text => text === 'an operation in another window');
    await second.runCommand('Redis Cluster: Show Topology');
    const onPage = second.webviewFrame().locator('.operation', { hasText: /^Move / });
    await onPage.getByText(/^Runs in another window since \d\d:\d\d:\d\d$/).waitFor();
    assert.equal(await onPage.getByRole('progressbar').count(), 0);
    await second.screenshot('1-elsewhere');
    await second.runCommand('Redis Cluster: Balance Roles…');
    const refusal = second.page.locator('.monaco-dialog-box, .notification-toast, .monaco-alert').filter({
      hasText: /Another operation works on these nodes: "Move .*", in another window, since \d\d:\d\d:\d\d/,
    });
    await refusal.first().waitFor({ state: 'attached' });
    assert.equal(holders('locks').length, 1);
  });

  it('a window that dies in the middle leaves its operation and its supervision to the other', async () => {
    const [dead] = holders('locks');
    process.kill(dead!, 'SIGKILL');
    await second.treeRow(/^Operation Move /).waitFor({ state: 'detached' });
    await second.webviewFrame().locator('.operation').waitFor({ state: 'hidden' });
    const told = second.page.locator('.monaco-alert', {
      hasText: /did not end and may have left its nodes half changed/,
    });
    await told.first().waitFor({ state: 'attached' });
    await until(
      'the supervision is taken over',
      async () => holders('supervisors'),
      ([pid, ...more]) => pid !== undefined && pid !== dead && more.length === 0,
    );
    await showOperations(second);
    await resumeMove();
    await isWell(second);
  });

  it('reloaded while slots are moved it tells what did not end, and resumes it', async () => {
    await beginMove(second, '9000-10199');
    await reloadInTheMiddle(second);
    await resumeMove();
    assert.equal((await stage.firstShard()).master.slots.has(10_199), true);
    await isWell(second);
  });

  it('reloaded while a node is replaced it tells what did not end, and resumes it', async () => {
    const { master, replica } = await stage.firstShard();
    const spare = stage.servers.ports[6];
    await second.contextMenu(second.treeRow(new RegExp(`^replica ${replica!.address}, ok`)), 'Replace Node…');
    await second.acceptModal('Replace');
    await second.treeRow(/^Operation Replace /).waitFor();
    await reloadInTheMiddle(second);
    const left = second.treeRow(/^Replace .*, Shop · needs attention/);
    await left.waitFor();
    await second.contextMenu(left, 'Resume Operation');
    // It goes on watching for a minute that the node stays forgotten.
    await until(
      'the spare has the place alone',
      async () => (await stage.firstShard()).replica?.port,
      port => port === spare,
    );
    await stage.settle();
    await checkCluster(stage.servers, master.port);
    await assertFilled([master.port], keys);
  });

  function resumeMove(): Promise<void> {
    return settleLeft(workbench, second, { name: /^Move .*, Shop · needs attention/, how: 'Resume Operation' });
  }

  /** What the tree tells of them, latest first. */
  async function eventsIn(window: WorkbenchWindow): Promise<string[]> {
    const row = window.treeRow(/^\d+ events?/);
    const rows = window.treeRow(/\d\d:\d\d:\d\d( or earlier)?$/);
    if ((await row.getAttribute('aria-expanded')) !== 'true') {
      await row.click();
      await rows.first().waitFor();
    }
    return labelsOf(rows);
  }

  async function beginMove(window: WorkbenchWindow, slots: string): Promise<void> {
    const { master } = await stage.firstShard();
    await window.runCommand('Redis Cluster: Move Slots…');
    await window.pick(master.address);
    await window.answer(slots, 'A number moves so many slots');
    await window.acceptModal('Move');
    await until(
      'slots move',
      async () => (await stage.firstShard()).master.slots.count,
      count => count > master.slots.count,
    );
  }

  async function isWell(window: WorkbenchWindow): Promise<void> {
    await until('the status', window.statusBarText, text => /^(3 shards|1 problem)$/.test(text));
    assert.deepEqual(await openSlots(members), []);
    await checkCluster(stage.servers);
    await assertFilled(members, keys);
  }
});

/** Adds to `shown` what it said. */
async function putAway(dialog: Locator, shown: string[]): Promise<void> {
  if (!(await dialog.isVisible())) return;
  shown.push(await dialog.innerText());
  await dialog.page().keyboard.press('Escape');
}

/** Of an event, without its time, in which the day is told from midnight on. */
function textOf(label: string): string {
  return label.replace(/ (\w+ \d+ )?\d\d:\d\d:\d\d( or earlier)?$/, '');
}
