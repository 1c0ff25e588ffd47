// How long after a SIGKILL the core's monitor, at its default pace, shows that the node is not ok.
import { fail } from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { ClusterConnections } from '../../src/core/connection/clusterConnections';
import { Monitor } from '../../src/core/monitor/monitor';
import { createWithRedisCli, eventually, startTestServers } from '../support/testCluster';
import { present } from './report/present';

void present({
  how:
    'From a SIGKILL of a node of six, at a random moment between two looks, to the monitor telling that it is not ok. ' +
    'redis-cli watches nothing; the nodes themselves call it suspect after the node timeout (2 s here) at the earliest.',
  notes: ['The connection that closes is what tells: a look follows at once and does not wait for its turn.'],
  async measure({ runs, part, server }) {
    const { path } = await server();
    await part('six nodes', async () => [
      {
        what: "Kill to the core's monitor",
        unit: 'ms',
        values: await measure(path, runs(20)),
        goal: { most: 1000, of: 'worst' },
        summary: true,
      },
    ]);
  },
});

async function measure(serverPath: string, runs: number): Promise<number[]> {
  const test = await startTestServers({ count: 6, persistence: true, serverPath });
  const connections = new ClusterConnections({ nodes: test.nodes });
  const monitor = new Monitor(connections);
  try {
    await createWithRedisCli(test, 1);
    monitor.start();
    const times: number[] = [];
    for (let run = 0; run < runs; run++) {
      await eventually(() => isCalm(monitor), { what: 'all six nodes are ok', timeoutMilliseconds: 60_000 });
      // Anywhere between two looks.
      await delay(randomInt(2000));
      const { port, address } = test.servers.servers[run % 6] ?? fail('there are six servers');
      const seen = whenNotOk(monitor, address);
      const killedAt = performance.now();
      await test.servers.kill(port);
      times.push((await seen) - killedAt);
      await test.servers.start(port);
    }
    return times;
  } finally {
    monitor.dispose();
    connections.close();
    await test.close();
  }
}

function isCalm(monitor: Monitor): boolean {
  const nodes = monitor.topology?.nodes ?? [];
  return nodes.length === 6 && nodes.every(({ status, info }) => status === 'ok' && info?.masterLink !== 'down');
}

function whenNotOk(monitor: Monitor, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      stop();
      clearTimeout(deadline);
      act();
    };
    const stop = monitor.onChange(({ topology }) => {
      if (topology.nodes.find(node => node.address === address)?.status !== 'ok')
        settle(() => resolve(performance.now()));
    });
    const deadline = setTimeout(
      () => settle(() => reject(new Error(`${address} was still shown as ok after 30 s.`))),
      30_000,
    );
  });
}
