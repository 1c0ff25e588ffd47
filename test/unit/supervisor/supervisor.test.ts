import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Monitor } from '../../../src/core/monitor/monitor';
import { openJournal } from '../../../src/core/operation/journal';
import { LockedError, OperationError, StalePlanError } from '../../../src/core/operation/operationError';
import { PlanError } from '../../../src/core/plan/planError';
import { Supervisor } from '../../../src/core/supervisor/supervisor';
import type { SupervisorOptions } from '../../../src/core/supervisor/types';
import type { Topology } from '../../../src/core/topology/types';
import { eventually } from '../../support/testCluster';
import { FakeClock, FakeObserver, settle } from '../monitor/fakes';
import { loneNode } from '../topology/modelCluster';
import { FakeClient, fakePlanners } from './fakeClient';
import { aM, aS, ModelStage, spare2 } from './stage';

describe('the supervisor as its owner sees it', () => {
  let stage: ModelStage;
  let clock: FakeClock;
  let observer: FakeObserver;
  let client: FakeClient;
  let calls: string[];
  let supervisor: Supervisor;
  let monitor: Monitor;

  beforeEach(() => {
    stage = new ModelStage();
    clock = new FakeClock();
    stage.look();
    observer = new FakeObserver(clock, stage.topology!);
    client = new FakeClient();
    calls = [];
  });
  afterEach(async () => {
    await supervisor.dispose();
    monitor.dispose();
    assert.equal(clock.timers, 0, 'no timer is left');
    assert.equal(observer.listeners, 0);
  });

  async function open(options: SupervisorOptions = {}): Promise<void> {
    monitor = new Monitor(observer, { clock, random: () => 0.5 });
    supervisor = new Supervisor(client, monitor, { clock, planners: fakePlanners(calls), mode: 'act', ...options });
    monitor.start();
    await settle();
    await supervisor.start();
  }

  /** What the model says now is what the next look sees; so much time passes. */
  async function see(seconds: number): Promise<void> {
    stage.now = { monotonic: clock.monotonic(), wall: clock.wall() };
    stage.look();
    observer.next = stage.topology!;
    await clock.pass(seconds * 1000);
    await settle();
  }

  async function failOver(): Promise<void> {
    await see(3);
    stage.kill(aM);
    await see(1);
    stage.promote(aS, aM);
    await see(1);
    assert.equal(supervisor.state.kind, 'grace');
  }

  /** A-M is back in time. */
  async function comeBack(): Promise<void> {
    await failOver();
    stage.bringBack(aM, aS);
    await see(1.5);
  }

  /** The spare has taken the place of A-M. */
  function joinSpare(): void {
    stage.spares = stage.spares.filter(({ id }) => id !== spare2);
    stage.nodes = stage.nodes.filter(({ id }) => id !== aM);
    stage.nodes = [...stage.nodes, { ...loneNode(102), role: 'slave', masterId: aS }];
  }

  const kinds = (): string[] => supervisor.events.filter(({ kind }) => kind !== 'stateChanged').map(({ kind }) => kind);

  it('is off before it is started, and after it is stopped', async () => {
    await open();
    assert.equal(supervisor.state.kind, 'observing');
    supervisor.stop();
    assert.deepEqual(supervisor.state, { kind: 'off' });
    await see(10);
    assert.deepEqual(supervisor.state, { kind: 'off' });
    await supervisor.start();
    assert.equal(supervisor.state.kind, 'observing', 'it looks anew');
  });

  it('gives a role back by a plan made from measured facts, and tells each step of it once', async () => {
    await open();
    await comeBack();
    assert.deepEqual(calls, ['failBack 1 1000']);
    assert.deepEqual(supervisor.state, {
      kind: 'acting',
      act: { kind: 'failBack', subject: { id: aM, address: '10.0.0.1:7001', slots: '0-5460' } },
      operationId: 'operation-1',
    });
    client.runs[0]!.begin();
    client.runs[0]!.begin();
    stage
      .change(aM, { role: 'master', slots: '0-5460', epoch: 30 })
      .change(aS, { role: 'slave', slots: '', masterId: aM });
    client.runs[0]!.complete(['A note.']);
    await see(1);
    assert.equal(supervisor.state.kind, 'coolDown');
    assert.deepEqual(kinds(), ['actStarted', 'actCompleted']);
    const completed = supervisor.events.find(({ kind }) => kind === 'actCompleted');
    assert.match(completed!.text, /^Done in 1\.5 s: give 10\.0\.0\.1:7001 its role back .* A note\.$/);
    assert.equal(completed!.operationId, 'operation-1');
    await see(61);
    assert.equal(supervisor.state.kind, 'healthy');
  });

  it('replaces and then balances in one go, and says what has to outlive it', async () => {
    await open();
    await failOver();
    await see(6);
    assert.deepEqual(calls, ['replace 1 102']);
    joinSpare();
    client.runs[0]!.complete();
    await see(1);
    assert.deepEqual(calls, ['replace 1 102', 'balanceRoles']);
    client.runs[1]!.complete();
    await see(1);
    assert.equal(supervisor.state.kind, 'coolDown');
    const remembered = supervisor.remember();
    assert.deepEqual(JSON.parse(JSON.stringify(remembered)), remembered);
    assert.deepEqual(
      remembered.acts.map(({ kind, nodeId }) => [kind, nodeId]),
      [['replace', aM]],
    );
    assert.equal(remembered.tombstones[0]?.id, aM);
  });

  it('goes on after a reload with the cool-down, the limits and the tombstones of the one before', async () => {
    const wall = clock.wall();
    const acts = [1, 2, 3].map(() => ({ kind: 'replace' as const, nodeId: 'x', atMilliseconds: wall - 1000 }));
    const remembered = { tombstones: [], acts, coolDownUntilMilliseconds: wall + 20_000 };
    await open({ remembered });
    await see(3);
    assert.deepEqual(supervisor.state, { kind: 'coolDown', untilMilliseconds: wall + 20_000 });
    await see(20);
    assert.equal(supervisor.state.kind, 'healthy');
    assert.equal(supervisor.guards.find(({ code }) => code === 'actsPerHour')?.passed, false);
  });

  it('does not balance what is balanced already', async () => {
    const planners = fakePlanners(calls);
    planners.balanceRoles = () => {
      throw new PlanError('alreadyBalanced', 'They are.');
    };
    await open({ planners });
    await failOver();
    await see(6);
    joinSpare();
    client.runs[0]!.complete();
    await see(2);
    assert.equal(supervisor.state.kind, 'coolDown');
    assert.equal(client.runs.length, 1);
  });

  it('plans without the node that was replaced, also when that answers and still follows its old shard', async () => {
    const planners = fakePlanners(calls);
    const { balanceRoles } = planners;
    const planned: Topology[] = [];
    planners.balanceRoles = (topology, measured) => {
      planned.push(topology);
      return balanceRoles(topology, measured);
    };
    await open({ planners });
    await failOver();
    await see(6);
    const [replaced] = stage.nodes.filter(({ id }) => id === aM);
    joinSpare();
    const others = stage.nodes;
    stage.nodes = [...others, { ...replaced!, flags: [], role: 'slave', masterId: aS }];
    stage.silent.clear();
    stage.viewpoints = Object.fromEntries(others.map(({ id }) => [id, { nodes: others }]));
    client.runs[0]!.complete();
    await see(1);
    assert(stage.topology!.nodes.some(({ id }) => id === aM));
    assert.equal(planned.length, 1);
    assert(!planned[0]!.nodes.some(({ id }) => id === aM));
    assert(!planned[0]!.shards.some(({ replicaIds }) => replicaIds.includes(aM)));
    assert.equal(client.runs[1]!.plan.stateId, stage.topology!.stateId);
  });

  it('asks in mode ask, does it by the plan shown when that is approved, and asks for nothing twice', async () => {
    await open({ mode: 'ask' });
    await comeBack();
    await see(10);
    assert(supervisor.state.kind === 'asking');
    assert.deepEqual(kinds(), ['actProposed']);
    assert.deepEqual(calls, ['failBack 1 1000']);
    const { plan } = supervisor.state;
    assert.equal(supervisor.approve(), true);
    await see(0.1);
    assert.equal(client.runs[0]!.plan, plan);
    assert.equal(supervisor.approve(), false, 'nothing is proposed any more');
  });

  it('plans anew when the nodes changed between the proposal and the approval', async () => {
    await open({ mode: 'ask' });
    await comeBack();
    assert.equal(supervisor.state.kind, 'asking');
    stage.spares = [...stage.spares, loneNode(103)];
    await see(2.5);
    assert.equal(supervisor.approve(), true);
    await see(0.5);
    assert.deepEqual(
      client.runs.map(({ plan }) => plan.stateId),
      [stage.topology!.stateId],
    );
    assert.equal(calls.length, 2);
  });

  it('plans by looks at all nodes alone', async () => {
    const planners = fakePlanners(calls);
    const { replace } = planners;
    const planned: Topology[] = [];
    planners.replace = (topology, request) => {
      planned.push(topology);
      return replace(topology, request);
    };
    await open({ planners, mode: 'ask' });
    await failOver();
    // The others may come first, whenever the monitor looks by itself.
    for (let look = 0; look < 70; look++) {
      observer.whole = { ...stage.topology!, stateId: `whole ${look}` };
      await clock.pass(100);
    }
    assert(planned.length > 0);
    for (const { stateId } of planned) assert.match(stateId, /^whole/);
  });

  it('does not do what a look at some nodes still wants, but one at all of them no more', async () => {
    await open({ mode: 'ask' });
    await failOver();
    await see(6);
    assert.equal(supervisor.state.kind, 'asking');
    stage.bringBack(aM, aS);
    stage.look();
    observer.whole = stage.topology!;
    assert.equal(supervisor.approve(), true);
    await clock.pass(1000);
    assert.deepEqual(
      client.runs.filter(({ plan }) => plan.title.startsWith('replace')),
      [],
    );
    assert.notEqual(supervisor.state.kind, 'asking');
  });

  it('needs no second approval when the plan shown turns out to be stale', async () => {
    await open({ mode: 'ask' });
    await comeBack();
    supervisor.approve();
    await see(0.5);
    client.runs[0]!.fail(new StalePlanError(['A node joined.']));
    await see(2.5);
    assert.equal(client.runs.length, 2);
    client.runs[1]!.complete();
  });

  it('withdraws a proposal that is no longer wanted', async () => {
    await open({ mode: 'ask' });
    await comeBack();
    stage.kill(aM);
    await see(2.5);
    assert.equal(supervisor.state.kind, 'grace');
    assert.equal(supervisor.approve(), false);
  });

  it('does not do what was declined', async () => {
    await open({ mode: 'ask' });
    await failOver();
    await see(6);
    assert.equal(supervisor.decline(), true);
    await see(5);
    assert(supervisor.state.kind === 'blocked' && supervisor.state.code === 'declined');
    assert.deepEqual(kinds(), ['actProposed', 'actDeclined']);
    assert.equal(supervisor.decline(), false);
    supervisor.acknowledge();
    await see(1);
    assert(supervisor.state.kind === 'blocked', 'the limits are another matter');
    supervisor.askAgain();
    await see(3);
    assert.equal(supervisor.state.kind, 'asking');
  });

  it('does what it proposed when the mode becomes act, and nothing any more when it becomes observe', async () => {
    await open({ mode: 'ask' });
    await failOver();
    await see(6);
    supervisor.setMode('observe');
    await see(1);
    assert(supervisor.state.kind === 'blocked' && supervisor.state.code === 'notPaused');
    assert.deepEqual(kinds(), ['actProposed', 'wouldAct']);
    supervisor.setMode('act');
    await see(1);
    assert.equal(client.runs.length, 1);
  });

  it('waits, with the reason, for what passes after a failover, and tries again', async () => {
    const planners = fakePlanners(calls);
    const { failBack } = planners;
    let isSettled = false;
    planners.failBack = (topology, request) => {
      if (!isSettled) throw new PlanError('rolesUnsettled', 'Not all nodes know yet.', { remedy: 'Wait.' });
      return failBack(topology, request);
    };
    await open({ planners });
    await comeBack();
    assert(supervisor.state.kind === 'returned');
    assert.equal(supervisor.state.waitsFor, 'this is over: Not all nodes know yet. Nothing was changed.');
    const before = supervisor.events.length;
    await see(50);
    assert.equal(supervisor.events.length, before, 'no line for each try');
    await see(20);
    assert.deepEqual(supervisor.state, {
      kind: 'blocked',
      code: 'rolesUnsettled',
      reason: 'Not all nodes know yet. Nothing was changed.',
      remedy: 'Wait.',
    });
    isSettled = true;
    await see(2);
    assert.equal(supervisor.state.kind, 'acting');
  });

  it('tries again when the nodes changed since the plan, or another operation held them', async () => {
    await open();
    await comeBack();
    client.runs[0]!.fail(new StalePlanError(['A node joined.']));
    await see(0.5);
    assert.match(supervisor.state.kind === 'returned' ? supervisor.state.waitsFor : '', /A node joined/);
    await see(1);
    client.runs[1]!.fail(new LockedError(undefined));
    await see(2);
    assert.equal(client.runs.length, 3);
    assert.deepEqual(kinds(), [], 'none of them was an act');
  });

  it('tries again when nothing could be measured', async () => {
    client.measuring = new Error('No answer');
    await open();
    await comeBack();
    assert.match(supervisor.state.kind === 'returned' ? supervisor.state.waitsFor : '', /No answer\./);
    client.measuring = undefined;
    await see(2);
    assert.equal(client.runs.length, 1);
  });

  it('blocks with the reason and the remedy when an operation fails, until that is acknowledged', async () => {
    await open();
    await failOver();
    await see(6);
    client.runs[0]!.begin();
    client.runs[0]!.fail(
      new OperationError('syncTimedOut', 'The copy took too long.', { now: 'Put back.', remedy: 'Look at the log.' }),
    );
    await see(1);
    assert.deepEqual(supervisor.state, {
      kind: 'blocked',
      code: 'syncTimedOut',
      reason: 'The copy took too long. Put back.',
      remedy: 'Look at the log.',
    });
    assert.deepEqual(kinds(), ['actStarted', 'actFailed']);
    await see(600);
    assert.equal(client.runs.length, 1);
    supervisor.acknowledge();
    await see(6);
    assert.equal(client.runs.length, 2);
  });

  it('blocks when somebody cancels its operation', async () => {
    await open();
    await failOver();
    await see(6);
    client.runs[0]!.cancel();
    await see(1);
    assert(supervisor.state.kind === 'blocked' && supervisor.state.code === 'cancelled');
    assert.match(supervisor.state.reason, /Somebody cancelled it to replace/);
  });

  it('starts nothing once it was stopped, also while a plan is being made', async () => {
    let measured: (() => void) | undefined;
    client.measureFailover = () =>
      new Promise(resolve => (measured = () => resolve({ nodeTimeoutMilliseconds: 1000 })));
    await open();
    await comeBack();
    assert(measured);
    supervisor.stop();
    measured();
    await settle();
    assert.equal(client.runs.length, 0);
  });

  it('keeps what became of an operation that ends after it was stopped', async () => {
    await open();
    await failOver();
    await see(6);
    supervisor.stop();
    client.runs[0]!.complete();
    await settle();
    assert.deepEqual(
      supervisor.remember().tombstones.map(({ id }) => id),
      [aM],
    );
    assert.deepEqual(supervisor.state, { kind: 'off' });
  });

  it('says why it sees nothing when looks fail, and looks anew when they do not', async () => {
    await open();
    await see(3);
    observer.next = new Error('The way is blocked');
    await clock.pass(20_000);
    assert(supervisor.state.kind === 'blocked' && supervisor.state.code === 'majorityVisible');
    assert.match(supervisor.state.reason, /The way is blocked\./);
    await see(15);
    assert.equal(supervisor.state.kind, 'healthy');
  });

  it('acts on nothing it was to do before the machine slept', async () => {
    await open();
    await failOver();
    await see(3);
    clock.sleep(3_600_000);
    await see(2.5);
    assert.notEqual(supervisor.state.kind, 'acting');
    assert.deepEqual(calls, []);
    assert(supervisor.state.kind === 'observing' || supervisor.state.kind === 'grace');
    await see(8);
    assert.deepEqual(calls, ['replace 1 102'], 'still dead after a grace of its own');
  });

  it('takes only numbers that make sense as settings', async () => {
    await open({ graceSeconds: NaN, coolDownSeconds: -1, actsPerHour: 7 });
    supervisor.configure({ graceSeconds: 9, actsPerHour: Infinity });
    const { graceSeconds, coolDownSeconds, actsPerHour } = supervisor.settings;
    assert.deepEqual(
      { graceSeconds, coolDownSeconds, actsPerHour },
      { graceSeconds: 9, coolDownSeconds: 60, actsPerHour: 7 },
    );
  });

  it('keeps going when a listener throws', async () => {
    await open();
    const warned = new Promise<Error>(resolve => process.once('warning', resolve));
    let heard = 0;
    const stop = supervisor.onChange(() => {
      throw new Error('A defect of the listener');
    });
    supervisor.onChange(() => heard++);
    await see(3);
    assert.match((await warned).message, /A defect of the listener/);
    stop();
    assert(heard > 0);
    assert.equal(supervisor.state.kind, 'healthy');
  });

  describe('with a journal', () => {
    let directory: string;
    beforeEach(async () => (directory = await mkdtemp(join(tmpdir(), 'rcm-supervisor-'))));
    afterEach(() => rm(directory, { recursive: true, force: true }));

    it('is one of its kind: a second one says who supervises, and takes over when that has ended', async () => {
      const journal = await openJournal(directory);
      await open({ journal });
      const otherMonitor = new Monitor(observer, { clock });
      const other = new Supervisor(client, otherMonitor, { clock, journal: await openJournal(directory) });
      try {
        assert.equal(supervisor.otherSupervisor, undefined);
        await other.start();
        assert(other.state.kind === 'blocked' && other.state.code === 'oneSupervisor');
        assert.match(other.state.reason, /supervised by this window, since \d\d:\d\d:\d\d\.$/);
        assert.equal(other.otherSupervisor?.processId, process.pid);
        await supervisor.dispose();
        await eventually(
          async () => {
            await clock.pass(1000);
            return other.otherSupervisor === undefined && other.state.kind !== 'blocked';
          },
          { what: 'the second one has taken over' },
        );
      } finally {
        await other.dispose();
        otherMonitor.dispose();
      }
    });

    it('goes on with what the one before did, when it takes over', async () => {
      await open({ journal: await openJournal(directory) });
      const otherMonitor = new Monitor(observer, { clock });
      const atMilliseconds = clock.wall();
      const replacedBy = { id: spare2, address: '10.0.0.2:1' };
      const did = {
        tombstones: [{ id: 'gone', address: '10.0.0.1:1', replacedBy, atMilliseconds }],
        acts: [{ kind: 'replace' as const, nodeId: 'gone', atMilliseconds }],
        coolDownUntilMilliseconds: atMilliseconds + 3_600_000,
      };
      const journal = await openJournal(directory);
      const other = new Supervisor(client, otherMonitor, { clock, journal, recall: () => did });
      try {
        await other.start();
        assert.deepEqual(other.remember().acts, [], 'nothing of that is its own');
        await supervisor.dispose();
        await eventually(
          async () => {
            await clock.pass(1000);
            return other.otherSupervisor === undefined;
          },
          { what: 'the second one has taken over' },
        );
        const { tombstones, acts, coolDownUntilMilliseconds } = other.remember();
        assert.deepEqual({ tombstones, acts, coolDownUntilMilliseconds }, did);
        assert.equal(other.guards.find(({ code }) => code === 'coolDown')?.passed, false);
      } finally {
        await other.dispose();
        otherMonitor.dispose();
      }
    });

    it('leaves its lease to another one of its window that it stands back for, says so, and takes it again', async () => {
      await open({ journal: await openJournal(directory) });
      const other = new Supervisor(client, monitor, { clock, journal: await openJournal(directory) });
      try {
        supervisor.configure({ standsBackFor: 'Shop' });
        await eventually(() => supervisor.state.kind === 'blocked', { what: 'it stands back' });
        const { state } = supervisor;
        assert(state.kind === 'blocked' && state.code === 'oneSupervisor');
        assert.equal(state.reason, 'This cluster is supervised by this window as Shop.');
        await other.start();
        assert.notEqual(other.state.kind, 'blocked');
      } finally {
        await other.dispose();
      }
      supervisor.configure({ standsBackFor: '' });
      await eventually(() => supervisor.state.kind !== 'blocked', { what: 'it supervises again' });
    });

    it('takes its lease again when somebody deleted it', async () => {
      await open({ journal: await openJournal(directory) });
      await rm(join(directory, 'supervisors'), { recursive: true });
      supervisor.acknowledge();
      await eventually(
        async () => {
          const second = await openJournal(directory);
          const other = new Supervisor(client, monitor, { clock, journal: second });
          await other.start();
          const { code } = other.state.kind === 'blocked' ? other.state : { code: '' };
          await other.dispose();
          return code === 'oneSupervisor';
        },
        { what: 'the lease is held again' },
      );
    });

    it('stands back while an operation of somebody else holds the nodes', async () => {
      const journal = await openJournal(directory);
      await open({ journal });
      const lock = await journal.lock({ operationId: 'theirs', title: 'Reshard', nodeIds: [aM] });
      supervisor.acknowledge();
      const guard = () => supervisor.guards.find(({ code }) => code === 'noOperationRunning');
      await eventually(() => guard()?.passed === false, { what: 'it sees the operation' });
      assert.match(guard()!.text, /^"Reshard" runs on these nodes in this window, since \d\d:\d\d:\d\d\.$/);
      await lock.release();
      supervisor.acknowledge();
      await eventually(() => guard()?.passed === true, { what: 'it sees that the operation has ended' });
    });
  });
});
