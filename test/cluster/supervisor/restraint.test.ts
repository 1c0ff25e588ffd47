import assert from 'node:assert/strict';
import { roleOf } from '../../support/failover/shards';
import { openNetwork, type Network } from '../../support/supervisor/network';
import { openStoryStage, type StoryStage } from '../../support/supervisor/stage';

describe('a supervisor that must not act', () => {
  let stage: StoryStage;
  let network: Network | undefined;

  before(async () => (stage = await openStoryStage({ spares: 1 })));
  afterEach(async () => {
    await stage.endSupervision();
    await network?.close();
    network = undefined;
  });
  after(() => stage.close());

  it('concludes nothing from a network cut, whatever happens behind it, and looks anew after it', async () => {
    const { servers } = stage;
    network = await openNetwork(servers.ports);
    const supervised = await stage.supervise({ graceSeconds: 1, addressMap: network.addressMap });
    await supervised.until(({ kind }) => kind === 'healthy', 'the supervisor calls the cluster healthy');
    network.cut();
    await supervised.until(
      state => state.kind === 'blocked' && state.code === 'majorityVisible',
      'it cannot see a majority',
    );
    const { master, replica } = await stage.firstShard();
    await servers.servers.kill(master.port);
    const { supervisor } = supervised;
    const start = Date.now();
    await supervised.until(() => Date.now() - start > 3000, 'more than the grace has passed');
    assert(supervisor.state.kind === 'blocked', 'it is still blind');
    await servers.servers.start(master.port);
    await stage.settle();
    network.mend();
    await supervised.until(({ kind }) => kind === 'observing', 'it looks anew');
    await supervised.until(({ kind }) => kind === 'healthy', 'all is well');
    assert.deepEqual(await stage.journal.history(), [], 'nothing was done');
    assert.equal(await roleOf(replica!.port), 'master', 'what happened behind the cut stays as it is');
  });

  it('asks before it acts, and does what is approved', async () => {
    const { servers } = stage;
    const { master, replica } = await stage.firstShard();
    const supervised = await stage.supervise({ mode: 'ask', coolDownSeconds: 0 });
    await supervised.until(({ kind }) => kind === 'healthy', 'the supervisor calls the cluster healthy');
    await servers.servers.kill(master.port);
    await supervised.until(({ kind }) => kind === 'grace', 'the grace began');
    await servers.servers.start(master.port);
    await supervised.until(({ kind }) => kind === 'asking', 'it proposes to give the role back');
    assert.equal(await roleOf(replica!.port), 'master', 'nothing was done yet');
    assert.equal(supervised.supervisor.approve(), true);
    await supervised.until(({ kind }) => kind === 'acting', 'it does so');
    await supervised.until(({ kind }) => kind === 'healthy', 'all is well');
    assert.equal(await roleOf(master.port), 'master');
  });

  it('stands back for another one of the same cluster, and takes over when that ends', async () => {
    const first = await stage.supervise();
    const second = await stage.supervise();
    assert.equal(first.supervisor.otherSupervisor, undefined);
    assert.equal(second.supervisor.otherSupervisor?.processId, process.pid);
    assert(second.supervisor.state.kind === 'blocked');
    await first.close();
    await second.until(({ kind }) => kind === 'healthy', 'the second one has taken over');
  });

  it('only tells a majority that is lost what a person can do', async () => {
    const { servers } = stage;
    const supervised = await stage.supervise({ graceSeconds: 0 });
    await supervised.until(({ kind }) => kind === 'healthy', 'the supervisor calls the cluster healthy');
    const { topology } = await stage.firstShard();
    const masters = topology.nodes.filter(({ role, slots }) => role === 'master' && !slots.isEmpty).slice(0, 2);
    for (const { port } of masters) await servers.servers.pause(port);
    try {
      await supervised.until(
        state => state.kind === 'blocked' && state.code === 'majorityVisible',
        'it cannot see a majority',
      );
      const { state } = supervised.supervisor;
      assert.match(state.kind === 'blocked' ? state.remedy : '', /If the masters are really down, start them/);
    } finally {
      for (const { port } of masters) await servers.servers.resume(port);
    }
  });
});
