// Our check beside `redis-cli --cluster check`, and our search for stray keys beside its --cluster-search-multiple-owners.
import { setTimeout as wait } from 'node:timers/promises';
import { connect } from '../../src/core/index';
import { createWithRedisCli, redisCli, sendCommand, startTestServers, type TestServers } from '../support/testCluster';
import type { Figure } from './report/figures';
import { present } from './report/present';

void present({
  how:
    'A clean cluster with a replica a master, looked at from all sides; both ask every node. `redis-cli --cluster check` compares who ' +
    'owns which slot; this product also compares roles, settings, versions, replication, links between the nodes and more. With ' +
    'stray keys both also look for keys in slots their node does not own, among 20,000.',
  notes: [
    'This product runs in a process that lives on, as in the editor: "connected" has its connections, "connecting" begins with one ' +
      'address. redis-cli starts a process each time.',
  ],
  async measure({ amount, runs, part, server }) {
    const { path } = await server();
    for (const size of [6, 30].slice(0, amount(2, 1)))
      await part(`${size} nodes`, () => measure(path, size, runs(5), amount(20_000, 2000)));
  },
});

type Kind = 'cliCheck' | 'connected' | 'connecting' | 'cliOwners' | 'strays' | 'straysWrittenTo';

async function measure(serverPath: string, size: number, runs: number, keys: number): Promise<Figure[]> {
  const servers = await startTestServers({ count: size, nodeTimeoutMilliseconds: 15_000, serverPath });
  const client = connect({ nodes: servers.nodes });
  const times: Record<Kind, number[]> = {
    cliCheck: [],
    connected: [],
    connecting: [],
    cliOwners: [],
    strays: [],
    straysWrittenTo: [],
  };
  const checkStrays = async () => mustBeClean(await client.check({ strayKeys: true }));
  const kinds: [Kind, () => Promise<number>][] = [
    ['cliCheck', () => timed(() => ofReference(servers))],
    ['connected', () => timed(async () => mustBeClean(await client.check()))],
    ['connecting', () => timed(() => checkAfresh(servers))],
    ['cliOwners', () => timed(() => ofReference(servers, '--cluster-search-multiple-owners'))],
    ['strays', () => timed(checkStrays)],
    ['straysWrittenTo', () => whileWriting(servers, () => client.check({ strayKeys: true }))],
  ];
  try {
    await createWithRedisCli(servers, 1);
    await fill(servers, keys);
    const warmUps = 1;
    for (let run = -warmUps; run < runs; run++)
      for (const [kind, measureOnce] of kinds) {
        const time = await measureOnce();
        if (run >= 0) times[kind].push(time);
      }
  } finally {
    await client.close();
    await servers.close();
  }
  const check = { name: 'redis-cli --cluster check', values: times.cliCheck };
  const owners = { name: '--cluster-search-multiple-owners', values: times.cliOwners };
  const figure = (what: string, kind: Kind, peer: NonNullable<Figure['peer']>, mostOfPeer: number): Figure => ({
    what: `${what}, ${size} nodes`,
    unit: 'ms',
    values: times[kind],
    peer,
    goal: { mostOfPeer },
    summary: kind === 'connected' || kind === 'strays',
    ...(peer === check && { why: 'It asks every node for more.' }),
  });
  return [
    figure('Check, connected', 'connected', check, 1),
    figure('Check, connecting', 'connecting', check, 1),
    figure('Stray keys', 'strays', owners, 1 / 10),
    figure('Stray keys, while something writes', 'straysWrittenTo', owners, 1 / 10),
  ];
}

async function fill({ ports }: TestServers, keys: number): Promise<void> {
  const masters: number[] = [];
  for (const port of ports) if (String(await sendCommand(port, ['ROLE'])).startsWith('master')) masters.push(port);
  // Every master takes what is its own; the rest is refused as one command each.
  const client = connect({ nodes: ports.map(port => `127.0.0.1:${port}`) });
  try {
    for (const port of masters)
      for (let start = 0; start < keys; start += 2000)
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

/** All servers are on one host and write nothing to disk. */
const usual: ReadonlySet<string> = new Set(['singleHost', 'keepsNothing']);

function mustBeClean({ findings, notChecked }: Awaited<ReturnType<ReturnType<typeof connect>['check']>>): void {
  const odd = findings.filter(({ code }) => !usual.has(code));
  if (odd.length + notChecked.length > 0) throw new Error([...odd, ...notChecked].map(({ text }) => text).join('\n'));
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
