import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal, type Journal, type NodeHolder } from '../../../src/core/index';
import { Emitter } from '../../../src/extension/sessions/emitter';
import { OperationsElsewhere } from '../../../src/extension/sessions/operationsElsewhere';
import type { WatchableStore } from '../../../src/extension/sessions/sessionStore';
import type { ClusterSession } from '../../../src/extension/sessions/types';
import { startChild, type Child } from '../../support/childProcess';
import { eventually } from '../../support/testCluster';
import { silentLog } from './fakes';
import { nodeId, sampleTopology, threeShards } from './sampleCluster';

describe('Operations of other windows', () => {
  let directory: string;
  let journal: Journal;
  let child: Child | undefined;
  const opened: OperationsElsewhere[] = [];
  const report = (error: unknown): never => assert.fail(String(error));

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rcm-elsewhere-'));
    journal = await openJournal(directory);
  });
  afterEach(async () => {
    for (const each of opened.splice(0)) each.dispose();
    await child?.kill();
    await rm(directory, { recursive: true, force: true });
  });

  /** A store of two clusters; what the sessions were told last. */
  function open() {
    const told: Record<string, NodeHolder | undefined> = {};
    const watchedChanged = new Emitter<void>(report);
    const session = (id: string, nodes: ClusterSession['topology']): ClusterSession =>
      ({
        definition: { id },
        topology: nodes,
        noteElsewhere: (holder: NodeHolder | undefined) => (told[id] = holder),
      }) as unknown as ClusterSession;
    const store = {
      sessions: [session('shop', sampleTopology(threeShards)), session('unseen', undefined)],
      onDidChange: new Emitter<undefined>(report).event,
      onDidChangeWatched: watchedChanged.event,
      watched: true,
    };
    const ended: string[] = [];
    const elsewhere = new OperationsElsewhere(
      store as unknown as WatchableStore,
      () => Promise.resolve(journal),
      silentLog(),
    );
    opened.push(elsewhere);
    elsewhere.onDidEnd(id => ended.push(id));
    const watch = (watched: boolean): void => {
      store.watched = watched;
      watchedChanged.fire();
    };
    return { told, ended, watch };
  }

  async function hold(): Promise<Child> {
    const contender = join(__dirname, '../operation/lockContender.ts');
    child = startChild(contender, ['hold', join(directory, 'locks'), 'theirs', nodeId(7001)]);
    await child.line('held');
    return child;
  }

  it('are told to the cluster they change, until their window has ended, however it ended', async () => {
    const window = await hold();
    const { told, ended } = open();
    await eventually(() => told.shop !== undefined, { what: 'the cluster hears of it' });
    assert.equal(told.shop?.title, 'Operation theirs');
    assert.equal(told.shop?.processId, window.process.pid);
    assert.equal(told.unseen, undefined);
    await window.kill();
    await eventually(() => told.shop === undefined, { what: 'the cluster hears of its end' });
    assert.deepEqual(ended, ['theirs']);
  });

  it('are none of this window', async () => {
    await hold();
    await journal.lock({ operationId: 'ours', title: 'Ours', nodeIds: [nodeId(7000)] });
    const { told } = open();
    await eventually(() => told.shop !== undefined, { what: 'the cluster hears of the other one' });
    assert.equal(told.shop?.operationId, 'theirs');
  });

  it('are asked for only while somebody watches', async () => {
    const [idle, busy] = [open(), open()];
    idle.watch(false);
    const window = await hold();
    await eventually(() => busy.told.shop !== undefined, { what: 'who watches hears of it' });
    idle.watch(true);
    await eventually(() => idle.told.shop !== undefined, { what: 'who watches again hears of it' });
    idle.watch(false);
    assert.equal(idle.told.shop, undefined);
    await window.kill();
    await eventually(() => busy.ended.length > 0, { what: 'who watches hears of its end' });
    assert.deepEqual(idle.ended, []);
  });
});
