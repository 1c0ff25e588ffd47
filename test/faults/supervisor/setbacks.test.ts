import assert from 'node:assert/strict';
import type { PlanStep } from '../../../src/core/plan/types';
import type { ClusterNode } from '../../../src/core/topology/types';
import { assertNothingLost, roleOf } from '../../support/failover/shards';
import { startWriter } from '../../support/failover/writer';
import { nodeAt } from '../../support/members';
import { openStoryStage, type StoryStage, type Supervised } from '../../support/supervisor/stage';
import { checkCluster, eventually, sendCommand } from '../../support/testCluster';

const quick = { graceSeconds: 2, coolDownSeconds: 1, balanceRoles: false };

describe('a supervised replace during which the new master dies', function () {
  this.timeout(180_000);
  let stage: StoryStage;

  beforeEach(async () => (stage = await openStoryStage({ spareHosts: ['host-4', 'host-5'] })));
  afterEach(() => stage.close());

  /** Kills the master, writes to the new one, and kills that as soon as a step of the replace begins. */
  async function loseBoth(step: PlanStep['kind'], prepare?: (newMaster: ClusterNode) => Promise<unknown>) {
    const { servers } = stage;
    const { master, replica } = await stage.firstShard();
    assert(replica);
    const { pid } = servers.servers.servers.find(({ port }) => port === replica.port)!;
    let isKilled = false;
    const supervised = await stage.supervise({
      ...quick,
      onStep: ({ kind }) => {
        if (kind === step && !isKilled) isKilled = process.kill(pid!, 'SIGKILL');
      },
    });
    await supervised.until(({ kind }) => kind === 'healthy', 'all is well');
    await servers.servers.kill(master.port);
    await supervised.until(({ kind }) => kind === 'grace', 'the grace began');
    await prepare?.(replica);
    const writer = startWriter(servers.ports.slice(0, 6));
    await writer.more(50);
    const ledger = await writer.stop();
    await eventually(() => isKilled, { timeoutMilliseconds: 30_000, what: `the step ${step} began` });
    return { supervised, master, replica, ledger };
  }

  it('while the spare still copies ends with the reason; when that master is back it is done after all, and nothing is lost', async () => {
    const { servers } = stage;
    const { supervised, master, replica, ledger } = await loseBoth('awaitSync', ({ port }) =>
      // Microseconds for each key: the copy takes longer than the death.
      sendCommand(port, ['CONFIG', 'SET', 'rdb-key-save-delay', 100_000]),
    );
    const { supervisor } = supervised;
    await eventually(() => supervisor.events.some(({ kind }) => kind === 'actFailed'), {
      timeoutMilliseconds: 60_000,
      what: 'the act has ended',
    });
    const { text } = supervisor.events.find(({ kind }) => kind === 'actFailed')!;
    assert.match(text, new RegExp(`It could not replace ${master.address} by .*${replica.address}`));
    assert.match(text, /is empty again and stands by/);
    assert.deepEqual(await stage.journal.unfinished(), []);
    await supervised.until(({ kind }) => kind === 'blocked', 'it does nothing');
    assert.equal((await stage.journal.history()).length, 1, 'it has not tried again');

    await servers.servers.start(replica.port);
    await supervised.until(
      state => state.kind === 'acting' && state.act.kind === 'replace',
      'it tries again when the shard is served',
      40_000,
    );
    await supervised.until(({ kind }) => kind === 'healthy', 'all is well again', 40_000);
    await assertReplaced(master);
    await assertNothingLost((await stage.firstShard()).master.port, ledger);
  });

  it('when the spare has its data is completed; the spare is elected, and the next spare takes the place of the master', async () => {
    const { supervised, master, replica, ledger } = await loseBoth('forget');
    await supervised.until(
      state => state.kind === 'acting' && state.act.kind === 'replace' && state.act.subject.id === replica.id,
      'the new master is replaced, too',
      60_000,
    );
    await supervised.until(({ kind }) => kind === 'healthy', 'all is well again', 40_000);
    await assertReplaced(master);
    await assertReplaced(replica);
    const { supervisor } = supervised;
    assert.equal(supervisor.events.filter(({ kind }) => kind === 'actStarted').length, 2);
    const now = await stage.firstShard();
    assert.deepEqual([now.master.hostLabel, now.replica?.hostLabel].sort(), ['host-4', 'host-5']);
    await assertNothingLost(now.master.port, ledger);
  });

  async function assertReplaced({ id }: ClusterNode): Promise<void> {
    const { topology, master, replica } = await stage.firstShard();
    assert(!topology.nodes.some(node => node.id === id), 'nobody lists it');
    assert(replica);
    assert.equal(await roleOf(replica.port), 'replica');
    assert.equal(topology.clusterState, 'ok');
    await checkCluster(stage.servers, master.port);
  }
});

describe('a supervised replace by spares with wrong passwords', () => {
  const password = 'a good one';
  let stage: StoryStage;
  let supervised: Supervised;

  before(async () => (stage = await openStoryStage({ spares: 3, password })));
  after(() => stage.close());

  it('says what is wrong with each and tries none twice; a spare that fits is taken as soon as there is one', async () => {
    const { servers } = stage;
    const [locked, stranger, fit] = servers.ports.slice(6) as [number, number, number];
    await sendCommand(locked, ['CONFIG', 'SET', 'requirepass', 'another one'], password);
    await sendCommand(stranger, ['CONFIG', 'SET', 'masterauth', 'another one'], password);
    const { master } = await stage.firstShard();
    supervised = await stage.supervise({ ...quick, spares: [locked, stranger].map(port => `127.0.0.1:${port}`) });
    const { supervisor } = supervised;
    await supervised.until(({ kind }) => kind === 'healthy', 'all is well');
    await servers.servers.kill(master.port);
    await supervised.until(
      state => state.kind === 'blocked' && state.code === 'spareAvailable' && state.reason.includes('in vain'),
      'it has no spare left',
      40_000,
    );
    const { state } = supervisor;
    assert(state.kind === 'blocked');
    assert.match(state.reason, new RegExp(`127.0.0.1:${locked} gives no usable answer \\(.*password`));
    assert.match(state.reason, new RegExp(`127.0.0.1:${stranger} was tried in vain \\(.*has a masterauth`));
    assert.doesNotMatch(JSON.stringify([supervisor.events, supervisor.guards]), /another one|a good one/);
    const failure = supervisor.events.find(({ kind }) => kind === 'actFailed')!;
    assert.match(failure.text, /no replica could sign in with it.*Nothing was changed/);
    assert.deepEqual(await stage.journal.unfinished(), []);

    supervisor.configure({ spares: [] });
    await supervised.until(({ kind }) => kind === 'acting', 'the third spare is taken', 20_000);
    await supervised.until(({ kind }) => kind === 'healthy', 'all is well again', 40_000);
    const topology = await supervised.client.observe();
    assert.equal(nodeAt(topology, fit).role, 'replica');
    assert.equal(supervisor.events.filter(({ kind }) => kind === 'actFailed').length, 1, 'each was tried once');
    assert.equal((await stage.journal.history()).length, 2);
    await checkCluster(servers, fit);
  });
});
