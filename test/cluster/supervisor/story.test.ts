import assert from 'node:assert/strict';
import { planReplaceNode } from '../../../src/core/plan/planReplaceNode';
import { defaultPlanners } from '../../../src/core/supervisor/planners';
import { assertNothingLost, roleOf } from '../../support/failover/shards';
import { startWriter, type Writer } from '../../support/failover/writer';
import { openStoryStage, type StoryStage } from '../../support/supervisor/stage';
import { checkCluster, eventually, sendCommand } from '../../support/testCluster';

describe('a supervised cluster', () => {
  let stage: StoryStage;
  let writer: Writer | undefined;

  before(async () => (stage = await openStoryStage()));
  afterEach(async () => {
    await writer?.stop();
    await stage.endSupervision();
  });
  after(() => stage.close());

  it('gives a master its role back that returns within the grace, and loses no acknowledged write by it', async () => {
    const { servers } = stage;
    const { master, replica } = await stage.firstShard();
    // A server may take a while to start.
    const supervised = await stage.supervise({ graceSeconds: 60, coolDownSeconds: 1 });
    await supervised.until(({ kind }) => kind === 'healthy', 'the supervisor calls the cluster healthy');

    await servers.servers.kill(master.port);
    await supervised.until(({ kind }) => kind === 'grace', 'the grace began');
    assert.equal(await roleOf(replica!.port), 'master', 'the engine has promoted the replica');
    // What an election itself loses is the engine's; from here on every write counts.
    writer = startWriter(servers.ports.slice(0, 6));
    await writer.more(50);
    await servers.servers.start(master.port);
    const states = await supervised.until(({ kind }) => kind === 'coolDown', 'the supervisor has given the role back');
    assert.deepEqual(
      states.filter(kind => kind !== 'verifying'),
      ['grace', 'returned', 'acting', 'coolDown'],
    );
    await writer.more(50);
    const ledger = await writer.stop();

    assert.equal(await roleOf(master.port), 'master');
    assert.equal(await roleOf(replica!.port), 'replica');
    await assertNothingLost(master.port, ledger);
    const { topology } = await stage.firstShard();
    assert.deepEqual(topology.disagreements, []);
    await checkCluster(servers, replica!.port);
    const told = supervised.supervisor.events.filter(({ kind }) => kind.startsWith('act')).map(({ kind }) => kind);
    assert.deepEqual(told, ['actStarted', 'actCompleted']);
    const [operation] = await stage.journal.history();
    assert.equal(operation?.plan?.kind, 'failover');
    assert.equal(supervised.supervisor.events.find(({ kind }) => kind === 'actCompleted')?.operationId, operation.id);
  });

  it('replaces a master that does not return, balances the roles, and does not let it back in when it is started later', async () => {
    const { servers } = stage;
    const { master, replica } = await stage.firstShard();
    const supervised = await stage.supervise({
      graceSeconds: 1,
      coolDownSeconds: 1,
      // The ban of the servers lasts a minute: the tests of the planner wait it out.
      planners: {
        ...defaultPlanners,
        replace: (topology, request) => planReplaceNode(topology, { ...request, forgetWaitMilliseconds: 500 }),
      },
    });
    await supervised.until(({ kind }) => kind === 'healthy', 'the supervisor calls the cluster healthy');
    await servers.servers.kill(master.port);
    await supervised.until(
      state => state.kind === 'acting' && state.act.kind === 'replace' && state.act.subject.id === master.id,
      'the replace has begun',
    );
    await supervised.until(({ kind }) => kind === 'healthy', 'all is well again', 40_000);

    const { topology, master: newMaster, replica: newReplica } = await stage.firstShard();
    assert(!topology.nodes.some(({ id }) => id === master.id), 'nobody lists the dead node');
    const newcomer = newMaster.id === replica!.id ? newReplica : newMaster;
    assert.equal(newcomer?.hostLabel, 'host-4', 'a spare has joined the shard');
    await checkCluster(servers, replica!.port);
    const kinds = (await stage.journal.history()).map(({ plan, state }) => `${plan?.kind} ${state}`);
    assert.equal(
      kinds.find(kind => kind.startsWith('replaceNode')),
      'replaceNode completed',
    );
    const masters = topology.nodes.filter(({ role, slots }) => role === 'master' && !slots.isEmpty);
    assert.equal(new Set(masters.map(({ hostLabel }) => hostLabel)).size, 3, 'no host holds two masters');

    await servers.servers.start(master.port);
    await eventually(() => supervised.supervisor.events.some(({ kind }) => kind === 'returnedAfterReplacement'), {
      what: 'the return is told',
    });
    assert.deepEqual(
      supervised.supervisor.remember().tombstones.map(({ id }) => id),
      [master.id],
    );
    for (const { port } of topology.nodes.filter(({ inCluster, reachable }) => inCluster && reachable))
      // It introduces itself again and again, and is forgotten each time (Valkey 8.1 and newer).
      await eventually(async () => !String(await sendCommand(port, ['CLUSTER', 'NODES'])).includes(master.id), {
        what: `${port} has forgotten it`,
      });
  });
});
