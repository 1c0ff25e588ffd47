import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, Monitor, openJournal, Supervisor } from '../../../src/core/index';
import { startFakeCluster } from '../../support/fakeCluster/fakeCluster';
import { eventually } from '../../support/testCluster';

describe('supervising a large cluster', () => {
  it('learns of a dead master from the first look after the cluster agreed, though it asks a few', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'rcm-test-'));
    const cluster = await startFakeCluster({ nodes: 108, spares: 4 });
    const limits = { commandTimeoutMilliseconds: 20_000, connectTimeoutMilliseconds: 20_000 };
    const client = connect({ nodes: cluster.seeds, hosts: cluster.hosts, ...limits });
    const monitor = new Monitor(client, { intervalMilliseconds: 100, busyIntervalMilliseconds: 100 });
    const journal = await openJournal(directory);
    const supervisor = new Supervisor(client, monitor, { mode: 'ask', graceSeconds: 60, journal });
    const looks: { status: string | undefined; askedAll: boolean }[] = [];
    try {
      const dead = cluster.script.pick(node => !node.slots.isEmpty);
      monitor.onChange(({ topology, askedAll }) => {
        const { status } = topology.nodes.find(({ id }) => id === dead.id) ?? {};
        looks.push({ status, askedAll });
      });
      monitor.start();
      await supervisor.start();
      const isIn = (...kinds: string[]) => ({ what: `the state is ${kinds.join()}, not ${supervisor.state.kind}` });
      await eventually(() => supervisor.state.kind === 'healthy', isIn('healthy'));
      cluster.script.kill(dead);
      cluster.script.advance(2000);
      await eventually(() => looks.at(-1)?.status === 'suspect', isIn('suspect'));
      const before = looks.length;
      cluster.script.advance(3000);
      await eventually(() => supervisor.state.kind === 'grace', isIn('grace'));
      // One look may have been under way.
      const late = looks.slice(before + 1).filter(({ status }) => status !== 'failed');
      assert.deepEqual(late, []);
      assert.ok(looks.some(({ status, askedAll }) => status === 'failed' && !askedAll));
    } finally {
      await supervisor.dispose();
      monitor.dispose();
      await client.close();
      await cluster.close();
      await rm(directory, { recursive: true, force: true });
    }
  });
});
