import assert from 'node:assert/strict';
import { planAddNode } from '../../../src/core/plan/planAddNode';
import { planReplaceNode } from '../../../src/core/plan/planReplaceNode';
import type { Plan } from '../../../src/core/plan/types';
import { defaultPlanners } from '../../../src/core/supervisor/planners';
import type { ClusterNode } from '../../../src/core/topology/types';
import { assertNothingLost } from '../../support/failover/shards';
import { startWriter, type Writer } from '../../support/failover/writer';
import { openStoryStage, type StoryStage, type Supervised } from '../../support/supervisor/stage';
import { checkCluster, eventually, sendCommand } from '../../support/testCluster';

const times = 20;

describe('the whole story of a supervised cluster, again and again', () => {
  let stage: StoryStage;
  let supervised: Supervised;
  let writer: Writer | undefined;

  before(async () => {
    stage = await openStoryStage();
    supervised = await stage.supervise({
      graceSeconds: 3,
      coolDownSeconds: 1,
      actsPerHour: 1000,
      failBacksPerTenMinutes: 1000,
      // The node that was replaced is emptied and so gets another id: its ban keeps nobody waiting.
      planners: {
        ...defaultPlanners,
        replace: (topology, request) => planReplaceNode(topology, { ...request, forgetWaitMilliseconds: 500 }),
      },
    });
  });
  afterEach(async () => {
    await writer?.stop();
    writer = undefined;
  });
  after(() => stage.close());

  for (let time = 1; time <= times; time++)
    it(`loses no acknowledged write in fail-back, replace and balance, time ${time} of ${times}`, async () => {
      await supervised.until(({ kind }) => kind === 'healthy', 'all is well at the start');
      const { master, replica } = await stage.firstShard();
      assert(replica);

      await killUntilGrace(master);
      await stage.servers.servers.start(master.port);
      await supervised.until(
        state => state.kind === 'acting' && state.act.kind === 'failBack',
        'it begins to give the role back',
      );
      await supervised.until(({ kind }) => kind === 'healthy', 'the role was given back', 40_000);
      await endWriting(master.port);
      assert.equal((await stage.firstShard()).master.id, master.id, 'the roles are as before');

      await killUntilGrace(master);
      await supervised.until(
        state => state.kind === 'acting' && state.act.kind === 'replace',
        'it begins to replace the node',
      );
      await supervised.until(({ kind }) => kind === 'healthy', 'the node was replaced', 40_000);
      const { topology, master: newMaster } = await stage.firstShard();
      await endWriting(newMaster.port);
      assert(!topology.nodes.some(({ id }) => id === master.id), 'nobody lists the dead node');
      const masters = topology.nodes.filter(({ role, slots }) => role === 'master' && !slots.isEmpty);
      assert.equal(new Set(masters.map(({ hostLabel }) => hostLabel)).size, 3, 'no host holds two masters');
      await checkCluster(stage.servers, newMaster.port);
      await returnAsSpare(master);
    }).timeout(120_000);

  /** Ends with a writer that began after the election: what that loses is the engine's. */
  async function killUntilGrace({ port, id }: ClusterNode): Promise<void> {
    await sendCommand(port, ['FLUSHALL']);
    await stage.servers.servers.kill(port);
    await supervised.until(state => state.kind === 'grace' && state.subject.id === id, 'the grace began');
    writer = startWriter(stage.servers.ports);
    await writer.more(20);
  }

  async function endWriting(masterPort: number): Promise<void> {
    await writer!.more(20);
    const ledger = await writer!.stop();
    await assertNothingLost(masterPort, ledger);
  }

  async function returnAsSpare({ id, port, address }: ClusterNode): Promise<void> {
    const { supervisor } = supervised;
    const before = supervisor.events.at(-1);
    await stage.servers.servers.start(port);
    await eventually(() => supervisor.events.slice(supervisor.events.indexOf(before!) + 1).some(isReturn), {
      what: 'the return of the node is told',
    });
    let plan: Plan | undefined;
    // It introduces itself again and again, so that it seems to be a member for a moment (Valkey 8.1 and newer).
    await eventually(
      async () => {
        plan = planAddNode(await stage.client.observe(), { node: id, as: 'spare' });
        return true;
      },
      { what: `${address} can be emptied` },
    );
    await stage.client.run(plan!).finished;
    await eventually(() => !supervisor.remember().tombstones.some(tombstone => tombstone.id === id), {
      what: `${address} may be a spare again`,
    });
  }
});

function isReturn({ kind }: { kind: string }): boolean {
  return kind === 'returnedAfterReplacement';
}
