import assert from 'node:assert/strict';
import { connect } from '../../../src/core/index';
import { startFakeCluster } from '../../support/fakeCluster/fakeCluster';

describe('checking a large cluster', () => {
  it('asks all nodes at once by one signal, and nothing is said of listeners that leak', async () => {
    const cluster = await startFakeCluster({ nodes: 60 });
    const limits = { commandTimeoutMilliseconds: 20_000, connectTimeoutMilliseconds: 20_000 };
    const client = connect({ nodes: cluster.seeds, hosts: cluster.hosts, ...limits });
    const warnings: string[] = [];
    const hear = ({ name }: Error): unknown => warnings.push(name);
    process.on('warning', hear);
    try {
      const { topology } = await client.check({ signal: new AbortController().signal });
      assert.equal(topology.answered, 60);
      // Warnings are told a turn later.
      await new Promise(resolve => setImmediate(resolve));
      assert.deepEqual(warnings, []);
    } finally {
      process.off('warning', hear);
      await client.close();
      await cluster.close();
    }
  });
});
