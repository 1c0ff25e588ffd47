import assert from 'node:assert/strict';
import { planReplaceNode } from '../../../src/core/plan/planReplaceNode';
import { defaultPlanners } from '../../../src/core/supervisor/planners';
import type { Planners } from '../../../src/core/supervisor/types';
import { roleOf } from '../../support/failover/shards';
import { openStoryStage, type StoryStage } from '../../support/supervisor/stage';
import { checkCluster, eventually, sendCommand } from '../../support/testCluster';

describe('a supervisor in trouble', () => {
  let stage: StoryStage;

  beforeEach(async () => (stage = await openStoryStage({ spares: 1 })));
  afterEach(() => stage.close());

  const planners: Planners = {
    ...defaultPlanners,
    replace: (topology, request) => planReplaceNode(topology, { ...request, forgetWaitMilliseconds: 3000 }),
  };
  const quick = { graceSeconds: 1, coolDownSeconds: 1, planners };

  it('replaces a master that stands still, and leaves it out when it goes on after the others have forgotten it', async () => {
    const { servers } = stage;
    const { master } = await stage.firstShard();
    const others = servers.ports.filter(port => port !== master.port);
    const supervised = await stage.supervise(quick);
    const { supervisor } = supervised;
    await supervised.until(({ kind }) => kind === 'healthy', 'all is well');
    await servers.servers.pause(master.port);
    await eventually(async () => !(await nodesOf(others[0]!)).includes(master.id), {
      timeoutMilliseconds: 30_000,
      what: 'the others have forgotten it',
    });
    assert.equal(supervisor.state.kind, 'acting', 'the replace still watches that it stays forgotten');
    await servers.servers.resume(master.port);
    await supervised.until(({ kind }) => kind === 'acting', 'it is being replaced');
    await supervised.until(({ kind }) => kind === 'healthy', 'all is well again', 40_000);
    const returns = supervisor.events.filter(({ kind }) => kind === 'returnedAfterReplacement');
    assert.match(returns.at(-1)?.text ?? '', /answers again after it was replaced/);
    // It introduces itself again and again, and is forgotten each time (Valkey 8.1 and newer).
    for (const port of others)
      await eventually(async () => !(await nodesOf(port)).includes(master.id), { what: `${port} has forgotten it` });
    await checkCluster(servers, others[0]);
  });

  it('does not replace a node that goes on before the others have forgotten it', async () => {
    const { servers } = stage;
    const { master } = await stage.firstShard();
    const spare = servers.ports.at(-1)!;
    const supervised = await stage.supervise(quick);
    await supervised.until(({ kind }) => kind === 'healthy', 'all is well');
    await servers.servers.pause(master.port);
    await eventually(async () => (await nodesOf(spare)).trim().includes('\n'), {
      timeoutMilliseconds: 30_000,
      what: 'the spare has met the others',
    });
    await servers.servers.resume(master.port);
    const { supervisor } = supervised;
    await eventually(() => supervisor.events.some(({ kind }) => kind === 'actFailed'), {
      timeoutMilliseconds: 30_000,
      what: 'the replace has ended',
    });
    await supervised.until(({ kind }) => kind === 'acting', 'it was to be replaced');
    await supervised.until(({ kind }) => kind === 'healthy', 'all is well again');
    assert.match(supervisor.events.find(({ kind }) => kind === 'actFailed')!.text, /answers again/);
    assert.deepEqual(supervisor.remember().tombstones, []);
    assert.equal(await roleOf(master.port), 'replica');
    assert.equal((await nodesOf(spare)).trim().split('\n').length, 1, 'the spare stands by as before');
    assert.deepEqual(await stage.journal.unfinished(), []);
    await checkCluster(servers);
  });

  it('says why it stopped when the spare dies while it joins, and goes on when it is back and that is acknowledged', async () => {
    const { servers } = stage;
    const { master } = await stage.firstShard();
    const spare = servers.ports.at(-1)!;
    const supervised = await stage.supervise(quick);
    const { supervisor } = supervised;
    await supervised.until(({ kind }) => kind === 'healthy', 'all is well');
    const stopListening = supervisor.onChange(() => {
      if (!supervisor.events.some(({ kind }) => kind === 'actStarted')) return;
      stopListening();
      process.kill(servers.servers.servers.find(({ port }) => port === spare)!.pid!, 'SIGKILL');
    });
    await servers.servers.kill(master.port);
    await supervised.until(
      state => state.kind === 'blocked' && !GUARDS_IN_PASSING.has(state.code),
      'it stopped',
      60_000,
    );
    const { state } = supervisor;
    assert(state.kind === 'blocked');
    assert.match(state.reason, new RegExp(`:${spare}`));
    assert.notEqual(state.remedy, '');
    assert.deepEqual(supervisor.remember().tombstones, [], 'the dead node is still a member');

    await servers.servers.start(spare);
    for (const operation of await stage.journal.unfinished())
      await stage.journal.rollBack(stage.client, operation.id).finished;
    supervisor.acknowledge();
    await supervised.until(
      current => current.kind === 'acting' && current.act.kind === 'replace',
      'it tries again',
      30_000,
    );
  });

  it('never promotes anybody for a shard that lost both its nodes', async () => {
    const { servers } = stage;
    const { master, replica } = await stage.firstShard();
    const supervised = await stage.supervise(quick);
    await supervised.until(({ kind }) => kind === 'healthy', 'all is well');
    await Promise.all([master, replica!].map(({ port }) => servers.servers.kill(port)));
    await supervised.until(
      state => state.kind === 'blocked' && state.code === 'clusterCovered',
      'it tells of the slots',
    );
    const { state } = supervised.supervisor;
    assert(state.kind === 'blocked');
    assert.match(state.reason, /slots 0-5460/);
    assert.match(state.remedy, /never done unattended/);
    assert.deepEqual(await stage.journal.history(), []);
    await Promise.all([master, replica!].map(({ port }) => servers.servers.start(port)));
    await supervised.until(({ kind }) => kind === 'healthy', 'all is well again', 40_000);
    assert.equal(await roleOf(master.port), 'master');
  });
});

const GUARDS_IN_PASSING = new Set(['majorityVisible', 'clusterCovered', 'rolesUnchangedByOthers']);

async function nodesOf(port: number): Promise<string> {
  return String(await sendCommand(port, ['CLUSTER', 'NODES']));
}
