import assert from 'node:assert/strict';
import { ClusterConnections } from '../../../src/core/connection/clusterConnections';
import { Monitor } from '../../../src/core/monitor/monitor';
import { Timeline } from '../../../src/core/monitor/timeline/timeline';
import type { TimelineEvent } from '../../../src/core/monitor/timeline/types';
import type { ClusterNode } from '../../../src/core/topology/types';
import {
  createWithRedisCli,
  eventually,
  sendCommand,
  startTestServers,
  type TestServers,
} from '../../support/testCluster';

describe('The timeline of a real cluster', () => {
  let test: TestServers;
  let connections: ClusterConnections;
  let monitor: Monitor;
  let timeline: Timeline;
  const thrown: unknown[] = [];

  before(async () => {
    test = await startTestServers({ count: 6, password: 'secret', persistence: true, hosts: [...'abcdef'] });
    await createWithRedisCli(test, 1);
    connections = new ClusterConnections({ nodes: test.nodes, password: 'secret', hosts: test.servers.hosts });
    // As during an operation: close enough to see every stage.
    monitor = new Monitor(connections, { intervalMilliseconds: 100, busyIntervalMilliseconds: 100 });
    timeline = new Timeline();
    monitor.onChange(change => timeline.accept(change));
    monitor.onError(error => thrown.push(error));
    monitor.start();
    await allWell();
  });
  after(async () => {
    monitor.dispose();
    connections.close();
    await test.close();
  });

  it('tells the death of a master, the failover with cause, duration and every stage, and the return', async () => {
    const { master, replica } = pair();
    // A replica with less patience misses it first: nobody is failed by the word of a replica.
    const other = nodes().find(node => node.role === 'replica' && node.id !== replica.id);
    assert(other);
    await sendCommand(other.port, ['CONFIG', 'SET', 'cluster-node-timeout', 700], 'secret');
    const killedAt = Date.now();
    await test.servers.kill(master.port);
    await eventually(() => failoverTo(replica.id) !== undefined, {
      what: 'the failover is told',
    });
    const event = failoverTo(replica.id)!;
    const toldAt = Date.now();
    assert.equal(event.cause, 'automatic', JSON.stringify(event));
    assert.match(
      event.text,
      new RegExp(`^${replica.address} took over slots .* from ${master.address} after .*, automatically\\.$`),
    );
    const kinds = event.stages.map(({ kind }) => kind);
    // Valkey 9.1 elects so quickly that no look comes between the two.
    const stages = kinds.filter(kind => kind !== 'failingOver' || !electsAtOnce(replica));
    const expected = electsAtOnce(replica)
      ? ['suspect', 'failed', 'newMaster']
      : ['suspect', 'failed', 'failingOver', 'newMaster'];
    assert.deepEqual(stages.slice(-expected.length), expected, kinds.join());
    assert.match(event.stages.find(({ kind }) => kind === 'suspect')!.text, /: [1-5] of 5 nodes miss it\.$/);
    const times = event.stages.map(({ atMilliseconds }) => atMilliseconds);
    assert.deepEqual(
      times,
      [...times].sort((one, later) => one - later),
    );
    assert.equal(event.durationMilliseconds, times.at(-1)! - times[0]!);
    assert(event.durationMilliseconds <= toldAt - killedAt, `${event.durationMilliseconds} of ${toldAt - killedAt}`);
    assert.equal(timeline.strip(master.id).at(-1)?.state, 'failed');

    await test.servers.start(master.port);
    await eventually(() => latest('recovered')?.nodeIds[0] === master.id, {
      what: 'its return is told',
    });
    assert.match(latest('recovered')!.text, new RegExp(`is back as a replica of ${replica.address}, after `));
    await allWell();
    await sendCommand(other.port, ['CONFIG', 'SET', 'cluster-node-timeout', 2000], 'secret');
    assert.equal(timeline.latest().filter(({ kind }) => kind === 'failover').length, 1, 'it is told once');
  });

  it('tells a graceful failover as one by hand', async () => {
    const { master, replica } = pair();
    await sendCommand(replica.port, ['CLUSTER', 'FAILOVER'], 'secret');
    await eventually(() => failoverTo(replica.id) !== undefined, {
      what: 'the failover is told',
    });
    const event = failoverTo(replica.id)!;
    assert.deepEqual([event.cause, event.durationMilliseconds], ['byHand', undefined], JSON.stringify(event));
    assert.match(event.text, / from .*, by hand\.$/);
    assert.deepEqual(event.nodeIds, [replica.id, master.id]);
    await eventually(() => failoverTo(replica.id)!.stages.some(({ kind }) => kind === 'follows'), {
      what: 'the old master is told to follow the new one',
    });
    await allWell();
  });

  it('tells a replica that hung for a moment as one flap, and its strip shows it', async () => {
    const { replica } = pair();
    await test.servers.pause(replica.port);
    await eventually(() => timeline.strip(replica.id).at(-1)?.state === 'failed', {
      what: 'it is failed',
    });
    await test.servers.resume(replica.port);
    await eventually(() => latest('recovered')?.nodeIds[0] === replica.id, {
      what: 'it is ok again',
    });
    assert.match(latest('recovered')!.text, / is ok again; it was down for /);
    const states = timeline.strip(replica.id).map(({ state }) => state);
    assert.ok(states.includes('failed'));
    assert.deepEqual(thrown, []);
  });

  function nodes(): readonly ClusterNode[] {
    return monitor.topology?.nodes ?? [];
  }

  function pair(): { master: ClusterNode; replica: ClusterNode } {
    const master = nodes().find(({ role, slots }) => role === 'master' && !slots.isEmpty);
    const replica = nodes().find(({ masterId }) => masterId === master?.id);
    assert(master && replica);
    return { master, replica };
  }

  function latest(kind: TimelineEvent['kind']): TimelineEvent | undefined {
    return timeline.latest().find(event => event.kind === kind);
  }

  function failoverTo(nodeId: string): TimelineEvent | undefined {
    return timeline.latest().find(event => event.kind === 'failover' && event.nodeIds[0] === nodeId);
  }

  async function allWell(): Promise<void> {
    await eventually(() => nodes().length === 6 && monitor.health?.status === 'ok', {
      what: `all is well, not ${JSON.stringify(monitor.health)}`,
    });
  }
});

/** The replica with the best offset does not wait before it stands for election. */
function electsAtOnce({ info }: ClusterNode): boolean {
  const [major = 0, minor = 0] = (info?.version ?? '').split('.').map(Number);
  return info?.flavour === 'valkey' && (major > 9 || (major === 9 && minor >= 1));
}
