import assert from 'node:assert/strict';
import { Timeline } from '../../../../src/core/monitor/timeline/timeline';
import type { TimelineEvent } from '../../../../src/core/monitor/timeline/types';
import { changed, looksAt, loneNode, modelCluster, nodeId, serverInfo, viewOf } from '../../topology/modelCluster';
import { topologyOf } from '../fakes';
import { WatchedTimeline, type LookOptions } from './lookAtTimeline';

/** Masters 1 to 3, replicas 4 to 6. */
const nodes = modelCluster(3, 1);
const replica = nodeId(4);

function suspected(id: string, by = [2]): LookOptions {
  const seen = changed(nodes, id, { flags: ['fail?'] });
  return { viewpoints: Object.fromEntries(by.map(number => [nodeId(number), { nodes: seen }])) };
}

describe('The timeline, nodes in trouble', () => {
  it('is empty while nothing happens', () => {
    const watched = new WatchedTimeline();
    for (let look = 0; look < 5; look++) watched.look(nodes);
    assert.deepEqual(watched.texts(), []);
  });

  it('tells a replica that was suspect for a moment as one event, with how long', () => {
    const watched = new WatchedTimeline();
    watched.look(nodes);
    watched.look(nodes, suspected(replica));
    watched.look(nodes, suspected(replica));
    watched.look(nodes);
    const [event, ...rest] = watched.timeline.latest();
    assert.deepEqual(rest, []);
    assert.equal(event!.text, '10.0.0.3:7004 is ok again; it was suspect for 1.0 s.');
    assert.equal(event!.durationMilliseconds, 1000);
    assert.deepEqual(watched.stages(event!), [
      '0 suspect: 10.0.0.3:7004 is suspect: 1 of 5 nodes miss it.',
      '1000 recovered: 10.0.0.3:7004 is ok again.',
    ]);
  });

  it('counts a flap instead of repeating it, until it has been quiet for a minute', () => {
    const watched = new WatchedTimeline();
    watched.look(nodes);
    for (let times = 0; times < 3; times++) {
      watched.look(nodes, suspected(replica));
      watched.look(nodes);
    }
    assert.deepEqual(watched.texts(), ['recovered: 10.0.0.3:7004 is ok again; it was suspect 3 times, 1.5 s in all.']);
    watched.look(nodes, { ...suspected(replica), afterMilliseconds: 61_000 });
    assert.deepEqual(
      watched.timeline.latest().map(({ kind }) => kind),
      ['suspect', 'recovered'],
    );
  });

  it('keeps how a long flap began and what came last of its stages', () => {
    const watched = new WatchedTimeline();
    watched.look(nodes);
    for (let times = 0; times < 40; times++) {
      watched.look(nodes, suspected(replica));
      watched.look(nodes);
    }
    const [event] = watched.timeline.latest();
    assert.equal(event!.stages.length, 24);
    assert.equal(event!.stages[0]!.atMilliseconds, event!.sinceMilliseconds);
    assert.equal(event!.stages.at(-1)!.atMilliseconds, watched.now);
  });

  it('says that a node which is still called failed answers again', () => {
    const seen = changed(nodes, replica, { flags: ['fail'] });
    const viewpoints = Object.fromEntries([1, 2, 3].map(number => [nodeId(number), { nodes: seen }]));
    const watched = new WatchedTimeline();
    watched.look(nodes);
    watched.look(nodes, { silent: [replica], viewpoints });
    watched.look(nodes, { viewpoints });
    watched.look(nodes);
    assert.deepEqual(
      watched.timeline.latest()[0]!.stages.map(({ kind }) => kind),
      ['failed', 'answers', 'recovered'],
    );
  });

  it('tells three and more nodes that go together as one, each of them in its stages', () => {
    const watched = new WatchedTimeline();
    watched.look(nodes);
    watched.look(nodes, { silent: [4, 5, 6].map(nodeId) });
    const [event, ...rest] = watched.timeline.latest();
    assert.deepEqual(rest, []);
    assert.equal(event!.text, '3 nodes do not answer here: 10.0.0.3:7004, 10.0.0.4:7005 and 10.0.0.5:7006.');
    assert.equal(event!.stages.length, 3);
    assert.deepEqual(event!.nodeIds, [4, 5, 6].map(nodeId));
  });

  it('says once that nobody answers, and of no node that it is in trouble: it may be us', () => {
    const watched = new WatchedTimeline();
    watched.look(nodes);
    watched.look(nodes, { silent: nodes.map(({ id }) => id) });
    watched.look(nodes, { silent: nodes.map(({ id }) => id) });
    assert.deepEqual(watched.texts(), [
      'silence: No node answers here: nothing is known of the cluster until one does.',
    ]);
    watched.look(nodes);
    assert.deepEqual(watched.texts(), ['clusterUp: Nodes answer again after 1.0 s.']);
  });

  it('does not take the nodes that a first answer names for nodes that joined', () => {
    const watched = new WatchedTimeline();
    watched.lookAt([{ failure: { address: '10.0.0.0:7001', code: 'timedOut', message: 'It was silent.' } }]);
    watched.look(nodes);
    assert.deepEqual(
      watched.timeline.latest().map(({ kind }) => kind),
      ['clusterUp'],
    );
  });
});

describe('The timeline, members and slots', () => {
  it('tells who joins, who leaves and who comes to stand by', () => {
    const watched = new WatchedTimeline();
    watched.look(nodes);
    watched.look([...nodes.slice(0, 5)]);
    watched.look(nodes);
    const lone = loneNode(9);
    watched.lookAt([...looksAt(nodes), { view: viewOf([lone], lone.id) }]);
    assert.deepEqual(watched.texts(), [
      'appeared: 10.9.0.9:7500 appeared: it is empty and stands by.',
      'joined: 10.0.0.5:7006 joined the cluster as a replica of 10.0.0.2:7003.',
      'left: 10.0.0.5:7006 is gone: no node lists it any more.',
    ]);
  });

  it('tells the birth of a cluster in a few lines', () => {
    const watched = new WatchedTimeline();
    const birth = modelCluster(3);
    watched.lookAt(birth.map(node => ({ view: viewOf([{ ...node, slots: '' }], node.id, { state: 'fail' }) })));
    watched.look(birth, {
      viewpoints: Object.fromEntries(birth.map(({ id }) => [id, { state: 'fail' as const }])),
    });
    watched.look(birth);
    assert.deepEqual(watched.texts().sort(), [
      'clusterUp: There is a cluster now.',
      'joined: 3 nodes joined the cluster: 10.0.0.0:7001, 10.0.0.1:7002 and 10.0.0.2:7003.',
      'slotsMoved: 16,384 slots got an owner: 10.0.0.0:7001 +5,462, 10.0.0.1:7002 +5,461, 10.0.0.2:7003 +5,461.',
    ]);
  });

  it('adds slots that move a few at a time up to one event, and its epoch goes with it', () => {
    const watched = new WatchedTimeline();
    watched.look(nodes);
    for (const end of [5450, 5440, 5430])
      watched.look(
        changed(changed(nodes, nodeId(1), { slots: `0-${end}` }), nodeId(2), { slots: `${end + 1}-10922`, epoch: 8 }),
      );
    assert.deepEqual(watched.texts(), ['slotsMoved: 31 slots moved from 10.0.0.0:7001 to 10.0.0.1:7002.']);
    const [event] = watched.timeline.latest();
    assert.equal(event!.atMilliseconds, watched.now);
    assert.equal(event!.sinceMilliseconds, watched.now - 1000);
  });

  it('tells a config epoch that changed by itself', () => {
    const watched = new WatchedTimeline();
    watched.look(nodes);
    watched.look(changed(nodes, nodeId(2), { epoch: 7 }));
    assert.deepEqual(watched.texts(), ['epochChanged: The config epoch of 10.0.0.1:7002 changed from 2 to 7.']);
  });

  it('tells a replica that moves and an address that changes', () => {
    const watched = new WatchedTimeline();
    watched.look(nodes);
    watched.look(changed(nodes, replica, { masterId: nodeId(2) }));
    watched.look(changed(changed(nodes, replica, { masterId: nodeId(2) }), nodeId(6), { host: '10.7.7.7' }));
    assert.deepEqual(watched.texts(), [
      'addressChanged: Node 00000006 moved from 10.0.0.5:7006 to 10.7.7.7:7006.',
      'masterChanged: 10.0.0.3:7004 now replicates 10.0.0.1:7002 instead of 10.0.0.0:7001.',
    ]);
  });
});

describe('The timeline, what begins and ends', () => {
  const linkDown = { [replica]: { info: serverInfo({ role: 'replica', masterLink: 'down' }) } };

  it('tells a lost link to a living master, and how long it was down', () => {
    const watched = new WatchedTimeline();
    watched.look(nodes);
    for (let look = 0; look < 6; look++) watched.look(nodes, { viewpoints: linkDown });
    assert.deepEqual(watched.texts(), ['linkDown: The link of 10.0.0.3:7004 to its master 10.0.0.0:7001 is down.']);
    watched.look(nodes);
    assert.deepEqual(watched.texts(), [
      'linkUp: The link of 10.0.0.3:7004 to its master 10.0.0.0:7001 is up again after 3.0 s.',
    ]);
  });

  it('does not tell the link to a master that is dead itself', () => {
    const watched = new WatchedTimeline();
    watched.look(nodes);
    for (let look = 0; look < 6; look++) watched.look(nodes, { silent: [nodeId(1)], viewpoints: linkDown });
    assert.deepEqual(
      watched.timeline.latest().map(({ kind }) => kind),
      ['unreachable'],
    );
  });

  it('tells once how long the cluster was down', () => {
    const down = { viewpoints: { [nodeId(2)]: { state: 'fail' as const } } };
    const watched = new WatchedTimeline();
    watched.look(nodes);
    watched.look(nodes, down);
    watched.look(nodes, down);
    assert.deepEqual(watched.texts(), ['clusterDown: The cluster state is fail: some or all commands are refused.']);
    watched.look(nodes);
    assert.deepEqual(watched.texts(), ['clusterUp: The cluster state is ok again after 1.0 s.']);
  });

  it('tells views that differ only when they have not agreed after five seconds', () => {
    const split = { viewpoints: { [nodeId(2)]: { nodes: changed(nodes, replica, { masterId: nodeId(2) }) } } };
    const watched = new WatchedTimeline();
    watched.look(nodes);
    watched.look(nodes, split);
    watched.look(nodes);
    assert.deepEqual(watched.texts(), []);
    watched.look(nodes, split);
    watched.look(nodes, { ...split, afterMilliseconds: 5000 });
    assert.deepEqual(
      watched.timeline.latest().map(({ kind }) => kind),
      ['disagreement'],
    );
    watched.look(nodes);
    assert.match(watched.texts()[0]!, /^agreement: The nodes agree again after 5\.5 s\.$/);
  });
});

describe('The timeline, after a reload', () => {
  const failed = { nodes: changed(nodes, replica, { flags: ['fail'] }) };
  const agreed: LookOptions = {
    silent: [replica],
    viewpoints: Object.fromEntries([1, 2, 3, 5, 6].map(number => [nodeId(number), failed])),
  };

  function reload({ timeline }: WatchedTimeline): WatchedTimeline {
    const earlier = structuredClone(timeline.remember());
    return new WatchedTimeline(new Timeline({ earlier }));
  }

  it('goes on with a failure that goes on, and with its end', () => {
    const before = new WatchedTimeline();
    before.look(nodes);
    before.look(nodes, agreed);
    const after = reload(before);
    assert.deepEqual(after.timeline.latest(), before.timeline.latest());
    after.look(nodes, agreed);
    assert.deepEqual(after.timeline.latest(), before.timeline.latest(), 'it is no news');
    after.look(nodes);
    const [event, ...rest] = after.timeline.latest();
    assert.deepEqual(rest, []);
    assert.equal(event!.text, '10.0.0.3:7004 is ok again.', 'for how long was not seen');
    assert.deepEqual(
      event!.stages.map(({ kind }) => kind),
      ['failed', 'recovered'],
    );
  });

  it('tells the end of what ended meanwhile, and what came back later as something of its own', () => {
    const before = new WatchedTimeline();
    before.look(nodes);
    before.look(nodes, agreed);
    const after = reload(before);
    after.look(nodes);
    assert.deepEqual(after.texts(), ['recovered: 10.0.0.3:7004 is ok again.']);
    const later = reload(after);
    later.look(nodes);
    later.look(nodes, agreed);
    assert.deepEqual(
      later.timeline.latest().map(({ kind }) => kind),
      ['failed', 'recovered'],
    );
  });

  it('does not tell again that a master failed whose replica took over', () => {
    const master = nodeId(1);
    const before = new WatchedTimeline();
    before.look(nodes);
    const down = changed(nodes, master, { flags: ['fail'] });
    before.look(down, { silent: [master] });
    const elected = changed(changed(down, master, { slots: '' }), replica, {
      role: 'master',
      slots: '0-5461',
      epoch: 9,
      masterId: '-',
    });
    before.look(elected, { silent: [master] });
    const after = reload(before);
    after.look(elected, { silent: [master], afterMilliseconds: 10_000 });
    assert.deepEqual(after.texts(), before.texts());
    const back = changed(elected, master, { flags: [], role: 'slave', masterId: replica });
    after.look(back);
    assert.deepEqual(after.texts()[0], 'recovered: 10.0.0.0:7001 is back as a replica of 10.0.0.3:7004.');
  });

  it('goes on with a cluster that is down', () => {
    const failing = { viewpoints: Object.fromEntries(nodes.map(({ id }) => [id, { state: 'fail' as const }])) };
    const before = new WatchedTimeline();
    before.look(nodes);
    before.look(nodes, failing);
    const after = reload(before);
    after.look(nodes, failing);
    assert.deepEqual(after.timeline.latest(), before.timeline.latest());
    after.look(nodes);
    assert.deepEqual(after.texts(), ['clusterUp: The cluster state is ok again.']);
  });
});

describe('The timeline, notes from outside', () => {
  const at = Date.UTC(2030, 0, 1);

  it('takes them in by their time, and the same one twice in a row once', () => {
    const timeline = new Timeline();
    timeline.note({ atMilliseconds: at + 2, kind: 'supervisor', text: 'It waits.', nodeId: replica });
    timeline.note({ atMilliseconds: at + 3, kind: 'supervisor', text: 'It waits.', nodeId: replica });
    timeline.note({ atMilliseconds: at, kind: 'operation', text: 'It began.' });
    assert.deepEqual(
      timeline.latest().map(({ atMilliseconds, kind, nodeIds }) => [atMilliseconds - at, kind, nodeIds]),
      [
        [2, 'supervisor', [replica]],
        [0, 'operation', []],
      ],
    );
  });

  it('makes those of one story the stages of one event', () => {
    const timeline = new Timeline();
    const note = (text: string, later: number): void =>
      timeline.note({ atMilliseconds: at + later, kind: 'operation', text, story: 'o1' });
    note('Fail over to 7003: started.', 0);
    timeline.note({ atMilliseconds: at + 1, kind: 'supervisor', text: 'It stands back.' });
    note('Fail over to 7003: completed.', 5);
    const [event] = timeline.latest();
    assert.equal(timeline.latest().length, 2);
    assert.equal(event!.text, 'Fail over to 7003: completed.');
    assert.deepEqual(
      event!.stages.map(({ text }) => text),
      ['Fail over to 7003: started.', 'Fail over to 7003: completed.'],
    );
  });
});

describe('The timeline, bounds', () => {
  it('keeps the newest events, and an event that goes on counts as new', () => {
    const watched = new WatchedTimeline(new Timeline({ eventsKept: 3 }));
    watched.look(nodes);
    watched.look(nodes, suspected(replica));
    for (const epoch of [10, 11, 12, 13]) {
      const now = changed(nodes, nodeId(2), { epoch });
      watched.look(now, { viewpoints: { [nodeId(2)]: { nodes: changed(now, replica, { flags: ['fail?'] }) } } });
    }
    assert.equal(watched.timeline.latest().length, 3);
    watched.look(changed(nodes, nodeId(2), { epoch: 13 }));
    assert.equal(watched.timeline.latest()[0]?.kind, 'recovered');
    assert.equal(watched.timeline.latest(1).length, 1);
    assert.equal(watched.timeline.latest().length, 3);
  });

  it('gives an event the same id for as long as it goes on', () => {
    const watched = new WatchedTimeline();
    watched.look(nodes);
    const ids = new Set<string | undefined>();
    for (const options of [suspected(replica), suspected(replica, [2, 3]), {}]) {
      watched.look(nodes, options);
      ids.add(watched.timeline.latest()[0]?.id);
    }
    assert.equal(ids.size, 1);
  });

  it('holds an hour of a thousand nodes in one entry per change', () => {
    const timeline = new Timeline();
    const well = Array.from({ length: 1024 }, () => 'ok' as const);
    const one = topologyOf(well);
    const flapping = {
      ...one,
      nodes: one.nodes.map((node, at) => (at === 7 ? { ...node, status: 'suspect' as const } : node)),
    };
    const health = { status: 'ok' as const, problems: [] };
    for (let look = 0; look < 1800; look++) {
      const topology = {
        ...(look % 2 === 0 ? one : flapping),
        observedAtMilliseconds: one.observedAtMilliseconds + look * 2000,
      };
      const previous = look === 0 ? undefined : one;
      timeline.accept({ topology, previous, events: [], health, afterPause: false, askedAll: true });
    }
    const entries = one.nodes.map(({ id }) => timeline.strip(id).length);
    assert.equal(entries[7], 60);
    assert.ok(entries.every((count, at) => at === 7 || count === 1));
    assert.equal(timeline.latest().length, 1);
  });
});

describe('The strip of a node', () => {
  const states = ({ timeline, now }: WatchedTimeline, id: string): [number, string][] =>
    timeline.strip(id).map(({ atMilliseconds, state }) => [atMilliseconds - now, state]);

  it('has one entry per change of state, links and loading included', () => {
    const watched = new WatchedTimeline();
    watched.look(nodes);
    watched.look(nodes);
    watched.look(nodes, suspected(replica));
    watched.look(nodes, { viewpoints: { [replica]: { info: serverInfo({ role: 'replica', masterLink: 'down' }) } } });
    watched.look(nodes);
    assert.deepEqual(states(watched, replica), [
      [-2000, 'ok'],
      [-1000, 'suspect'],
      [-500, 'linkDown'],
      [0, 'ok'],
    ]);
    assert.deepEqual(states(watched, nodeId(1)), [[-2000, 'ok']]);
  });

  it('has a gap where nobody looked', () => {
    const watched = new WatchedTimeline();
    watched.look(nodes);
    watched.look(nodes);
    watched.look(nodes, { afterMilliseconds: 600_000, afterPause: true });
    watched.look(nodes, { afterPause: true });
    assert.deepEqual(states(watched, replica), [
      [-601_000, 'ok'],
      [-600_500, 'unknown'],
      [-500, 'ok'],
    ]);
  });

  it('is forgotten with its node', () => {
    const watched = new WatchedTimeline();
    watched.look(nodes);
    watched.look(nodes.slice(0, 5));
    assert.deepEqual(watched.timeline.strip(nodeId(6)), []);
  });
});

// Whoever keeps an event across a look must not see it change.
describe('An event that was handed out', () => {
  it('stays as it was', () => {
    const watched = new WatchedTimeline();
    watched.look(nodes);
    watched.look(nodes, suspected(replica));
    const [before] = watched.timeline.latest() as [TimelineEvent];
    const copy = structuredClone(before);
    watched.look(nodes);
    assert.deepEqual(before, copy);
  });
});
