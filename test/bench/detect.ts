import { fail } from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { ClusterConnections } from '../../src/core/connection/clusterConnections';
import { Monitor } from '../../src/core/monitor/monitor';
import { createWithRedisCli, eventually, startTestServers } from '../support/testCluster';

// How long after a SIGKILL the monitor, at its default pace, shows that the node is not ok. Usage: detect.ts [runs=20]

void main(Number(process.argv[2] ?? 20));

async function main(runs: number): Promise<void> {
  const test = await startTestServers({ count: 6, persistence: true });
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
    times.sort((a, b) => a - b);
    const [median, worst] = [times[Math.floor(runs / 2)], times.at(-1)].map(time => `${time?.toFixed(0)} ms`);
    console.log(`kill to shown, ${runs} runs: median ${median}, worst ${worst}`);
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
