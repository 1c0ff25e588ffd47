import assert from 'node:assert/strict';
import { changed, modelCluster, nodeId, type ModelNode } from '../../topology/modelCluster';
import { serverInfo } from '../../topology/modelCluster';
import { WatchedTimeline, type LookOptions } from './lookAtTimeline';

const [master, replica, sibling] = [nodeId(1), nodeId(4), nodeId(7)];
/** Masters 1 to 3, replicas 4 to 9: 4 and 7 follow 1. */
const nodes = modelCluster(3, 2);
const dead = { silent: [master] };

function flagged(flag: 'fail?' | 'fail', by: readonly number[] = [2, 3, 4, 5, 6, 7, 8, 9]): LookOptions {
  const seen = changed(nodes, master, { flags: [flag] });
  return { ...dead, viewpoints: Object.fromEntries(by.map(number => [nodeId(number), { nodes: seen }])) };
}

/** 4 leads the shard of 1; what 1 is then depends. */
function takenOver(former: Partial<ModelNode>): ModelNode[] {
  const won = changed(nodes, replica, { role: 'master', slots: '0-5461', epoch: 10 });
  const led = won.map(node => {
    const { masterId, ...rest } = node;
    return node.id === replica ? rest : { ...rest, ...(masterId !== undefined && { masterId }) };
  });
  return changed(led, master, { slots: '', ...former });
}

describe('The timeline, failovers', () => {
  it('tells an automatic failover as one event with every stage and its time, its cause and how long it took', () => {
    const watched = new WatchedTimeline();
    watched.look(nodes);
    watched.look(nodes, dead);
    watched.look(nodes, flagged('fail?', [2]));
    watched.look(nodes, flagged('fail?', [2, 5, 6]));
    watched.look(nodes, flagged('fail'));
    watched.look(nodes, flagged('fail'));
    watched.look(takenOver({ flags: ['fail'] }), dead);
    const [event, ...rest] = watched.timeline.latest();
    assert.deepEqual(rest, []);
    assert.equal(event!.text, '10.0.0.3:7004 took over slots 0-5461 from 10.0.0.0:7001 after 2.5 s, automatically.');
    assert.equal(event!.kind, 'failover');
    assert.equal(event!.cause, 'automatic');
    assert.equal(event!.durationMilliseconds, 2500);
    assert.deepEqual(event!.nodeIds, [replica, master]);
    assert.deepEqual(watched.stages(event!), [
      '0 unreachable: 10.0.0.0:7001 does not answer here; no node of the cluster misses it yet.',
      '500 suspect: 10.0.0.0:7001 is suspect: 3 of 8 nodes miss it.',
      '1500 failed: 10.0.0.0:7001 failed: 8 of 8 nodes agree.',
      '1500 failingOver: Failing over: 10.0.0.3:7004 and 10.0.0.6:7007 can take over slots 0-5461.',
      '2500 newMaster: 10.0.0.3:7004 is the new master of slots 0-5461, config epoch 10.',
    ]);
  });

  it('shows each stage while it lasts as what is known so far', () => {
    const watched = new WatchedTimeline();
    watched.look(nodes);
    const kinds: (string | undefined)[] = [];
    for (const options of [dead, flagged('fail?'), flagged('fail')]) {
      watched.look(nodes, options);
      kinds.push(watched.timeline.latest()[0]?.kind);
    }
    assert.deepEqual(kinds, ['unreachable', 'suspect', 'failingOver']);
    assert.equal(watched.timeline.latest().length, 1, 'it stays one event');
    assert.match(watched.timeline.latest()[0]!.text, /^10\.0\.0\.0:7001 failed\. Failing over: /);
  });

  it('says so when a failed master has nobody to take over', () => {
    const lone = modelCluster(3);
    const seen = changed(lone, master, { flags: ['fail'] });
    const viewpoints = { [nodeId(2)]: { nodes: seen }, [nodeId(3)]: { nodes: seen } };
    const watched = new WatchedTimeline();
    watched.look(lone);
    watched.look(lone, { ...dead, viewpoints });
    assert.equal(
      watched.texts()[0],
      'stuck: 10.0.0.0:7001 failed. No replica can take over: nobody serves slots 0-5461.',
    );
  });

  it('tells a graceful failover as one by hand, without a duration, with who follows now', () => {
    const watched = new WatchedTimeline();
    watched.look(nodes);
    watched.look(takenOver({ role: 'slave', masterId: replica }));
    watched.look(changed(takenOver({ role: 'slave', masterId: replica }), sibling, { masterId: replica }));
    const [event, ...rest] = watched.timeline.latest();
    assert.deepEqual(rest, []);
    assert.equal(event!.cause, 'byHand');
    assert.equal(event!.durationMilliseconds, undefined);
    assert.equal(event!.text, '10.0.0.3:7004 took over slots 0-5461 from 10.0.0.0:7001, by hand.');
    assert.deepEqual(watched.stages(event!).slice(1), [
      '0 follows: 10.0.0.0:7001 became a replica of 10.0.0.3:7004.',
      '500 follows: 10.0.0.6:7007 now replicates 10.0.0.3:7004 instead of 10.0.0.0:7001.',
    ]);
  });

  it('names the operation of ours that did it, and no other that happens to run', () => {
    const title = 'Fail over to 10.0.0.3:7004';
    for (const [promotes, expected] of [
      [[replica], title],
      [[sibling], undefined],
    ] as const) {
      const watched = new WatchedTimeline();
      watched.look(nodes);
      watched.look(takenOver({ role: 'slave', masterId: replica }), { operation: { title, promotes } });
      const [event] = watched.timeline.latest();
      assert.equal(event!.cause, 'byHand');
      assert.equal(event!.operationTitle, expected);
      assert.equal(event!.text.endsWith(`by the operation "${title}".`), expected !== undefined);
    }
  });

  it('calls a forced failover of ours by hand although the master was dead, and times it', () => {
    const watched = new WatchedTimeline();
    watched.look(nodes);
    watched.look(nodes, flagged('fail'));
    const operation = { title: 'Force it', promotes: [replica] };
    watched.look(takenOver({ flags: ['fail'] }), { ...dead, operation });
    const [event] = watched.timeline.latest();
    assert.deepEqual([event!.cause, event!.operationTitle, event!.durationMilliseconds], ['byHand', 'Force it', 500]);
  });

  it('knows a master that died and came back between two looks by its process', () => {
    const watched = new WatchedTimeline();
    watched.look(nodes);
    const viewpoints = { [master]: { info: serverInfo({ role: 'replica', masterLink: 'up', processId: 2 }) } };
    watched.look(takenOver({ role: 'slave', masterId: replica }), { viewpoints });
    assert.equal(watched.timeline.latest()[0]?.cause, 'automatic');
  });

  it('tells the return of the old master apart, with how long it was away', () => {
    const watched = new WatchedTimeline();
    watched.look(nodes);
    watched.look(nodes, flagged('fail'));
    watched.look(takenOver({ flags: ['fail'] }), dead);
    watched.look(takenOver({ role: 'slave', masterId: replica }), { afterMilliseconds: 3000 });
    assert.deepEqual(watched.texts(), [
      'recovered: 10.0.0.0:7001 is back as a replica of 10.0.0.3:7004, after 3.5 s.',
      'failover: 10.0.0.3:7004 took over slots 0-5461 from 10.0.0.0:7001 after 0.5 s, automatically.',
    ]);
    assert.equal(watched.timeline.latest()[0]?.durationMilliseconds, 3500);
  });

  it('claims no times for what was found after a pause', () => {
    const watched = new WatchedTimeline();
    watched.look(nodes);
    watched.look(takenOver({ flags: ['fail'] }), { ...dead, afterMilliseconds: 600_000, afterPause: true });
    const [event] = watched.timeline.latest();
    assert.equal(event!.afterPause, true);
    assert.equal(event!.durationMilliseconds, undefined);
    assert.equal(event!.cause, 'automatic');
  });

  it('finds what happened while the connection was made anew, without claiming when', () => {
    const watched = new WatchedTimeline();
    watched.look(nodes);
    watched.startAnew();
    watched.look(takenOver({ role: 'slave', masterId: replica }));
    const [event, ...rest] = watched.timeline.latest();
    assert.deepEqual(rest, []);
    assert.deepEqual([event!.kind, event!.afterPause], ['failover', true]);
  });

  it('tells what a failed node was when the watch began, and the failover that follows, without a duration', () => {
    const watched = new WatchedTimeline();
    watched.look(nodes, flagged('fail'));
    assert.equal(watched.timeline.latest()[0]?.afterPause, true);
    watched.look(takenOver({ flags: ['fail'] }), dead);
    const [event, ...rest] = watched.timeline.latest();
    assert.equal(rest.length, 0);
    assert.deepEqual([event!.kind, event!.cause, event!.durationMilliseconds], ['failover', 'automatic', undefined]);
  });
});
