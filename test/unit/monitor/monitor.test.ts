import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Monitor, type MonitorChange, type MonitorOptions } from '../../../src/core/monitor/monitor';
import { FakeClock, FakeObserver, settle, topologyOf } from './fakes';

const OK = topologyOf(['ok', 'ok', 'ok']);
const ONE_GONE = topologyOf(['ok', 'ok', 'unreachable']);

describe('Monitor', () => {
  let clock: FakeClock;
  let observer: FakeObserver;
  let monitor: Monitor;
  let changes: MonitorChange[];
  let errors: unknown[];

  beforeEach(() => create());
  afterEach(() => monitor.dispose());

  function create(options: MonitorOptions = {}): void {
    clock = new FakeClock();
    observer = new FakeObserver(clock, OK);
    monitor = new Monitor(observer, { clock, random: () => 0.5, ...options });
    changes = [];
    errors = [];
    monitor.onChange(change => changes.push(change));
    monitor.onError(error => errors.push(error));
  }

  describe('while it watches', () => {
    it('looks at once and then every 2 s, and tells every look', async () => {
      monitor.start();
      monitor.start();
      await clock.pass(6000);
      assert.deepEqual(observer.times, [0, 2000, 4000, 6000]);
      assert.equal(changes.length, 4);
      assert.equal(monitor.topology, OK);
      assert.deepEqual(changes[1], {
        topology: OK,
        previous: OK,
        events: [],
        health: monitor.health,
        afterPause: false,
        askedAll: false,
      });
    });

    it('has no events for the first look, and what is different for the next', async () => {
      monitor.start();
      await clock.pass(0);
      observer.next = ONE_GONE;
      await clock.pass(2000);
      assert.deepEqual(changes[0]?.events, []);
      assert.equal(changes[0]?.previous, undefined);
      assert.equal(changes[1]?.previous, OK);
      assert(changes[1].events.length > 0);
      assert.equal(changes[1].afterPause, false);
      assert.deepEqual(
        monitor.history,
        changes[1].events.map(event => ({ atMilliseconds: ONE_GONE.observedAtMilliseconds, event, afterPause: false })),
      );
    });

    it('looks every 0.5 s while something is unsettled, and calms down when it is not', async () => {
      monitor.start();
      await clock.pass(0);
      observer.next = ONE_GONE;
      await clock.pass(3500);
      observer.next = OK;
      await clock.pass(4500);
      assert.deepEqual(observer.times, [0, 2000, 2500, 3000, 3500, 4000, 6000, 8000]);
    });

    it('looks every 0.5 s during an operation, the first time at once', async () => {
      monitor.start();
      await clock.pass(700);
      monitor.setBusy(true);
      monitor.setBusy(true);
      await clock.pass(1300);
      monitor.setBusy(false);
      await clock.pass(2300);
      assert.deepEqual(observer.times, [0, 700, 1200, 1700, 2200, 4200]);
    });

    it('looks at once when a connection closes, and a few times quickly after that', async () => {
      monitor.start();
      await clock.pass(1000);
      observer.closeConnection();
      await clock.pass(8000);
      assert.deepEqual(observer.times, [0, 1000, 1500, 2000, 2500, 3000, 3500, 4000, 6000, 8000]);
    });

    it('looks again at once when a connection closes during a look', async () => {
      observer.byHand = true;
      monitor.start();
      await clock.pass(300);
      observer.closeConnection();
      await clock.pass(0);
      assert.equal(observer.looks.length, 1);
      observer.inFlight[0]?.resolve(OK);
      await clock.pass(100);
      assert.deepEqual(observer.times, [0, 400]);
    });

    it('leaves a gap between looks when a connection closes over and over', async () => {
      monitor.start();
      for (let time = 0; time < 1000; time += 10) {
        await clock.pass(10);
        observer.closeConnection();
      }
      assert(observer.looks.length >= 10 && observer.looks.length <= 11, String(observer.times));
    });

    it('has one look in flight at most, and counts the interval from its end', async () => {
      observer.byHand = true;
      monitor.start();
      await clock.pass(10_000);
      assert.equal(observer.looks.length, 1);
      observer.inFlight[0]?.resolve(OK);
      await clock.pass(1999);
      assert.equal(observer.looks.length, 1);
      await clock.pass(1);
      assert.equal(observer.looks.length, 2);
    });

    it('lets nodes that failed lately rest', async () => {
      monitor.start();
      await clock.pass(2000);
      assert.deepEqual(
        observer.looks.map(({ options }) => options.backOff),
        [true, true],
      );
    });

    it('does nothing after stop, and goes on after start', async () => {
      monitor.start();
      await clock.pass(1000);
      monitor.stop();
      monitor.stop();
      observer.closeConnection();
      monitor.setBusy(true);
      await clock.pass(10_000);
      assert.deepEqual(observer.times, [0]);
      assert.equal(clock.timers, 0);
      monitor.setBusy(false);
      monitor.start();
      await clock.pass(2000);
      assert.deepEqual(observer.times, [0, 11_000, 13_000]);
    });

    it('keeps a bounded history', async () => {
      create({ historyLength: 3 });
      monitor.start();
      for (let look = 0; look < 10; look++) {
        observer.next = look % 2 ? OK : ONE_GONE;
        await clock.pass(2000);
      }
      assert.equal(monitor.history.length, 3);
      assert.deepEqual(
        monitor.history.at(-1)?.event,
        changes.findLast(({ events }) => events.length > 0)?.events.at(-1),
      );
    });

    it('keeps the time each problem was first seen', async () => {
      monitor.start();
      observer.next = ONE_GONE;
      await clock.pass(0);
      const first = monitor.health?.problems[0];
      assert(first);
      observer.next = { ...ONE_GONE, observedAtMilliseconds: ONE_GONE.observedAtMilliseconds + 500 };
      await clock.pass(2000);
      assert(observer.looks.length > 1);
      assert.equal(monitor.health?.problems[0]?.sinceMilliseconds, first.sinceMilliseconds);
    });
  });

  describe('when a look fails', () => {
    it('tells why, keeps the picture, and tries again after a growing pause', async () => {
      monitor.start();
      await clock.pass(0);
      const failure = new Error('nobody answers');
      observer.next = failure;
      await clock.pass(2000 + 2000 + 4000 + 8000);
      assert.deepEqual(observer.times, [0, 2000, 4000, 8000, 16_000]);
      assert.deepEqual(errors, [failure, failure, failure, failure]);
      assert.equal(monitor.lastError, failure);
      assert.equal(monitor.topology, OK);
      observer.next = OK;
      await clock.pass(10_000);
      assert.equal(monitor.lastError, undefined);
      assert.equal(changes.length, 2);
      assert.equal(changes[1]?.afterPause, false);
    });

    it('gives up a look that takes longer than 30 s', async () => {
      observer.byHand = true;
      monitor.start();
      await clock.pass(30_000);
      assert.match(String(errors[0]), /A look at the cluster was given up after 30000 ms/);
      assert.equal(observer.looks[0]?.options.signal?.aborted, true);
      await clock.pass(2000);
      assert.equal(observer.looks.length, 2);
    });

    it('goes on when a listener throws, and tells that as an error', async () => {
      const thrown = new Error('a listener that throws');
      create();
      monitor.dispose();
      observer = new FakeObserver(clock, OK);
      monitor = new Monitor(observer, { clock });
      monitor.onChange(() => {
        throw thrown;
      });
      monitor.onChange(change => changes.push(change));
      monitor.onError(error => errors.push(error));
      monitor.start();
      await clock.pass(2000);
      assert.equal(changes.length, 2);
      assert.deepEqual(errors, [thrown, thrown]);
      assert.equal(monitor.lastError, undefined);
    });

    it('goes on when even a listener for errors throws, and warns', async () => {
      monitor.onError(() => {
        throw new Error('even this one');
      });
      observer.next = new Error('nobody answers');
      const warned = once(process, 'warning');
      monitor.start();
      await clock.pass(2000);
      assert.match(String((await warned)[0]), /even this one/);
      assert.equal(observer.looks.length, 2);
    });
  });

  describe('asked to look now', () => {
    it('looks although it is stopped, asks every node, and does not go on', async () => {
      assert.equal(await monitor.lookNow(), OK);
      assert.equal(observer.looks[0]?.options.backOff, false);
      assert.deepEqual(
        changes.map(({ askedAll }) => askedAll),
        [true],
      );
      await clock.pass(10_000);
      assert.equal(observer.looks.length, 1);
    });

    it('never hands out a picture that was begun before', async () => {
      observer.byHand = true;
      monitor.start();
      await clock.pass(0);
      const pictures = [monitor.lookNow(), monitor.lookNow()];
      observer.inFlight[0]?.resolve(OK);
      await settle();
      assert.equal(observer.looks.length, 2, 'both share the next look');
      observer.inFlight[1]?.resolve(ONE_GONE);
      assert.deepEqual(await Promise.all(pictures), [ONE_GONE, ONE_GONE]);
      await clock.pass(0);
      assert.equal(observer.looks.length, 2);
    });

    it('replaces the look that was due', async () => {
      monitor.start();
      await clock.pass(1500);
      await monitor.lookNow();
      await clock.pass(2000);
      assert.deepEqual(observer.times, [0, 1500, 3500]);
    });

    it('rejects with why the look failed', async () => {
      observer.next = new Error('nobody answers');
      await assert.rejects(monitor.lookNow(), /nobody answers/);
    });
  });

  describe('after a pause', () => {
    it('marks what is different when the machine slept, asks every node, and says so in the history', async () => {
      monitor.start();
      await clock.pass(500);
      clock.sleep(3_600_000);
      observer.next = ONE_GONE;
      await clock.pass(1500);
      assert.equal(changes[1]?.afterPause, true);
      assert(changes[1].events.length > 0);
      assert.equal(observer.looks[1]?.options.backOff, false);
      assert(monitor.history.every(({ afterPause }) => afterPause));
    });

    it('goes on marking until everybody answers again, for three looks at most', async () => {
      monitor.start();
      await clock.pass(500);
      clock.sleep(3_600_000);
      observer.next = ONE_GONE;
      await clock.pass(1500);
      observer.next = OK;
      await clock.pass(500);
      observer.next = ONE_GONE;
      await clock.pass(2000);
      assert.deepEqual(
        changes.map(({ afterPause }) => afterPause),
        [false, true, true, false],
      );

      clock.sleep(3_600_000);
      await clock.pass(2000);
      assert.deepEqual(
        changes.slice(4).map(({ afterPause }) => afterPause),
        [true, true, true, false],
      );
    });

    it('marks when the process stood still for longer than 3 intervals and 5 s, not before', async () => {
      monitor.start();
      await clock.pass(0);
      await clock.standStill(11_000);
      await clock.standStill(11_001);
      assert.deepEqual(
        changes.map(({ afterPause }) => afterPause),
        [false, false, true],
      );
    });

    it('marks when the clock was set back', async () => {
      monitor.start();
      await clock.pass(0);
      clock.sleep(-6000);
      await clock.pass(2000);
      assert.equal(changes[1]?.afterPause, true);
    });

    it('marks the first look when nobody had watched for a while', async () => {
      monitor.start();
      await clock.pass(0);
      monitor.stop();
      await clock.pass(60_000);
      monitor.start();
      await clock.pass(0);
      assert.deepEqual(
        changes.map(({ afterPause }) => afterPause),
        [false, true],
      );
    });

    it('throws away a look during which the machine slept, and its failure, and looks again', async () => {
      observer.byHand = true;
      const asked = monitor.lookNow();
      await settle();
      clock.sleep(60_000);
      observer.inFlight[0]?.resolve(ONE_GONE);
      await settle();
      clock.sleep(60_000);
      observer.inFlight[1]?.reject(new Error('timed out while asleep'));
      await settle();
      observer.inFlight[2]?.resolve(OK);
      assert.equal(await asked, OK);
      assert.deepEqual(
        changes.map(({ topology }) => topology),
        [OK],
      );
      assert.deepEqual(errors, []);
    });
  });

  describe('during a look', () => {
    it('throws it away when the process stood still, and its failure, and looks again', async () => {
      observer.byHand = true;
      const asked = monitor.lookNow();
      await settle();
      await clock.standStill(20_000);
      observer.inFlight[0]?.resolve(ONE_GONE);
      await settle();
      await clock.standStill(40_000);
      await settle();
      observer.inFlight[2]?.resolve(OK);
      assert.equal(await asked, OK);
      assert.deepEqual(
        changes.map(({ topology }) => topology),
        [OK],
      );
      assert.deepEqual(errors, []);
    });

    it('takes it for what it is when it only takes long', async () => {
      observer.byHand = true;
      const asked = monitor.lookNow();
      await clock.pass(20_000);
      observer.inFlight[0]?.resolve(OK);
      assert.equal(await asked, OK);
      assert.equal(observer.looks.length, 1);
    });
  });

  describe('disposed', () => {
    it('ends its look, its timer and its listening, and is asked in vain', async () => {
      observer.byHand = true;
      monitor.start();
      await clock.pass(0);
      const asked = assert.rejects(monitor.lookNow(), { code: 'closed' });
      monitor.dispose();
      monitor.dispose();
      await asked;
      assert.equal(observer.looks[0]?.options.signal?.aborted, true);
      observer.inFlight[0]?.resolve(OK);
      await clock.pass(60_000);
      assert.equal(clock.timers, 0);
      assert.equal(observer.listeners, 0);
      assert.equal(observer.looks.length, 1);
      assert.deepEqual([changes, errors], [[], []]);
      await assert.rejects(monitor.lookNow(), {
        code: 'closed',
        message: 'This monitor was disposed and looks no more.',
      });
      monitor.start();
      await clock.pass(60_000);
      assert.equal(observer.looks.length, 1);
    });

    it('rejects whoever waits for the look that was in flight', async () => {
      observer.byHand = true;
      const asked = monitor.lookNow();
      await settle();
      monitor.dispose();
      await assert.rejects(asked, { code: 'closed' });
    });
  });
});
