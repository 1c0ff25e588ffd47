// Our check against `redis-cli --cluster check`, and our search for stray keys against its --cluster-search-multiple-owners, in
// turn on the same servers, at 6 and 30 nodes. Run: npm run bench -- check [runs=5] [sizes=6,30]
import { setTimeout as wait } from 'node:timers/promises';
import { connect } from '../../src/core/index';
import { createWithRedisCli, redisCli, sendCommand, startTestServers, type TestServers } from '../support/testCluster';
import { median, spread } from '../support/spread';

const RUNS = Number(process.argv[2] ?? 5);
const SIZES = (process.argv[3] ?? '6,30').split(',').map(Number);
/** Spread over all slots. */
const KEYS = 20_000;

console.log(`${RUNS} runs in turn after one to warm up; median (min-max) in ms. A replica per master, ${KEYS} keys.`);
void (async () => {
  for (const size of SIZES) await measure(size);
})();

async function measure(size: number): Promise<void> {
  const servers = await startTestServers({ count: size, nodeTimeoutMilliseconds: 15_000 });
  const client = connect({ nodes: servers.nodes });
  const quick = {
    'redis-cli check': [] as number[],
    'check, connected': [] as number[],
    'check, connecting': [] as number[],
  };
  const deep = {
    'redis-cli, multiple owners': [] as number[],
    'stray keys': [] as number[],
    'stray keys, written to': [] as number[],
  };
  try {
    await createWithRedisCli(servers, 1);
    await fill(servers);
    for (let run = -1; run < RUNS; run++) {
      const times = [
        [quick['redis-cli check'], await timed(() => ofReference(servers))],
        [quick['check, connected'], await timed(async () => mustBeClean(await client.check()))],
        [quick['check, connecting'], await timed(() => checkAfresh(servers))],
        [
          deep['redis-cli, multiple owners'],
          await timed(() => ofReference(servers, '--cluster-search-multiple-owners')),
        ],
        [deep['stray keys'], await timed(async () => mustBeClean(await client.check({ strayKeys: true })))],
        [deep['stray keys, written to'], await whileWriting(servers, () => client.check({ strayKeys: true }))],
      ] as const;
      if (run >= 0) for (const [list, time] of times) list.push(time);
    }
    console.log(`\n${size} nodes`);
    for (const group of [quick, deep]) {
      const [[, reference]] = Object.entries(group) as [[string, number[]]];
      for (const [name, list] of Object.entries(group))
        console.log(
          `  ${name.padEnd(28)} ${spread(list).padEnd(20)} x${(median(reference) / median(list)).toFixed(1)}`,
        );
    }
  } finally {
    await client.close();
    await servers.close();
  }
}

async function fill({ ports }: TestServers): Promise<void> {
  const masters: number[] = [];
  for (const port of ports) if (String(await sendCommand(port, ['ROLE'])).startsWith('master')) masters.push(port);
  // Every master takes what is its own; the rest is refused as one command each.
  const client = connect({ nodes: ports.map(port => `127.0.0.1:${port}`) });
  try {
    for (const port of masters)
      for (let start = 0; start < KEYS; start += 2000)
        await client
          .node(`127.0.0.1:${port}`)
          .pipeline(Array.from({ length: 2000 }, (_, index) => ['SET', `key:${start + index}`, 'value']));
  } finally {
    await client.close();
  }
}

async function ofReference(servers: TestServers, ...options: string[]): Promise<void> {
  const { exitCode, output } = await redisCli(servers, '--cluster', 'check', servers.nodes[0]!, ...options);
  if (exitCode !== 0) throw new Error(output);
}

async function checkAfresh({ nodes }: TestServers): Promise<void> {
  const client = connect({ nodes: nodes.slice(0, 1) });
  try {
    mustBeClean(await client.check());
  } finally {
    await client.close();
  }
}

/** Something is written all the while, so that counting the owned slots tells nothing on servers without CLUSTER SLOT-STATS. */
async function whileWriting(servers: TestServers, work: () => Promise<unknown>): Promise<number> {
  const client = connect({ nodes: servers.nodes });
  let stopped = false;
  const writing = Promise.all(
    servers.nodes.map(async node => {
      for (let number = 0; !stopped; number++) {
        await client.node(node).pipeline(Array.from({ length: 20 }, (_, key) => ['SET', `key:${number}${key}`, 'x']));
        await wait(10);
      }
    }),
  );
  try {
    return await timed(work);
  } finally {
    stopped = true;
    await writing;
    await client.close();
  }
}

function mustBeClean({ findings, notChecked }: Awaited<ReturnType<ReturnType<typeof connect>['check']>>): void {
  const odd = findings.filter(({ code }) => code !== 'singleHost');
  if (odd.length + notChecked.length > 0) throw new Error([...odd, ...notChecked].map(({ text }) => text).join('\n'));
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
