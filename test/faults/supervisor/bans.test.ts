import assert from 'node:assert/strict';
import { linesOf } from '../../support/members';
import { openStoryStage, type StoryStage } from '../../support/supervisor/stage';
import { checkCluster, eventually, sendCommand } from '../../support/testCluster';

describe('a replaced node that a member still lists after the ban', () => {
  let stage: StoryStage;
  let banSeconds: number;

  before(async () => {
    stage = await openStoryStage({ spares: 1 });
    banSeconds = await shortenBan(stage.servers.ports);
  });
  after(() => stage.close());

  it('is made to be forgotten by all once more, and after the next ban it is told that it stays forgotten', async function () {
    this.timeout(240_000);
    const { servers } = stage;
    const { topology, master } = await stage.firstShard();
    // Down from before the forgetting until the ban of the others is over: it alone never hears of it.
    const away = topology.nodes.find(({ role, masterId }) => role === 'replica' && masterId !== master.id)!;
    const { pid } = servers.servers.servers.find(({ port }) => port === away.port)!;
    const supervised = await stage.supervise({
      graceSeconds: 1,
      coolDownSeconds: 1,
      balanceRoles: false,
      onStep: ({ kind, ...step }) => {
        if (kind !== 'forget' || isAway || !('node' in step)) return;
        isAway = process.kill(pid!, 'SIGKILL');
      },
    });
    let isAway = false;
    const { supervisor } = supervised;
    await supervised.until(({ kind }) => kind === 'healthy', 'all is well');
    await servers.servers.kill(master.port);
    await supervised.until(state => state.kind === 'acting' && state.act.kind === 'replace', 'it is replaced', 30_000);
    supervisor.configure({ graceSeconds: 600 });
    await eventually(() => supervisor.remember().tombstones[0]?.bannedUntilMilliseconds !== undefined, {
      timeoutMilliseconds: 60_000,
      what: 'the replace is through',
    });
    assert(isAway);
    const bannedUntil = supervisor.remember().tombstones[0]!.bannedUntilMilliseconds!;
    await eventually(() => Date.now() > bannedUntil, {
      timeoutMilliseconds: (banSeconds + 10) * 1000,
      what: 'the ban is over',
    });
    assert.notEqual(supervisor.state.kind, 'blocked', 'the waiting held nothing up');
    await servers.servers.start(away.port);
    await shortenBan([away.port]);
    await supervised.until(state => state.kind === 'acting' && state.act.kind === 'forget', 'it acts', 30_000);
    await supervised.until(({ kind }) => kind === 'healthy', 'all is well again', 30_000);
    const others = servers.ports.filter(port => port !== master.port);
    for (const port of others)
      assert(!(await linesOf(port)).some(line => line.startsWith(master.id)), `${port} has forgotten it`);
    await eventually(() => supervisor.events.some(({ kind }) => kind === 'stayedForgotten'), {
      timeoutMilliseconds: (banSeconds + 20) * 1000,
      what: 'it is told that it stays forgotten',
    });
    assert.equal(supervisor.remember().tombstones[0]?.bannedUntilMilliseconds, undefined);
    assert.deepEqual(
      (await stage.journal.history()).map(({ plan, state }) => `${plan?.kind} ${state}`),
      ['removeNode completed', 'replaceNode completed'],
    );
    await checkCluster(servers, others[0]);
  });
});

/** Valkey 8.0 and newer let it be chosen; resolves with its length. */
async function shortenBan(ports: readonly number[]): Promise<number> {
  for (const port of ports) {
    try {
      await sendCommand(port, ['CONFIG', 'SET', 'cluster-blacklist-ttl', 4]);
    } catch (error) {
      assert.match((error as Error).message, /Unknown option/);
      return 60;
    }
  }
  return 4;
}
