/**
 * How long it takes to move slots from one master to another and back: redis-cli as it comes and with its best pipeline
 * against our classic engine, in turns, on the same cluster, with the same keys. `--client` measures beside it what a client
 * feels that reads and writes the keys that move.
 *
 *   npx tsx test/bench/reshard.ts [--keys 250000] [--slots 4096] [--runs 3] [--server /path/to/redis-server]
 *     [--latency 0] [--pipeline 1000] [--client]
 */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { ClusterConnections } from '../../src/core/connection/clusterConnections';
import { moveClassically } from '../../src/core/migration/classic/moveClassically';
import type { Member } from '../../src/core/migration/types';
import { SlotSet } from '../../src/core/topology/slotSet';
import { median, spread } from '../support/spread';
import { agreed } from '../support/slots/agreed';
import { loadSlots } from '../support/slots/loadSlots';
import { checkCluster, createWithRedisCli, redisCli, startTestServers, type TestServers } from '../support/testCluster';

interface Stage {
  servers: TestServers;
  connections: ClusterConnections;
  masters: Member[];
  slots: SlotSet;
  keys: number;
}

interface Contender {
  name: string;
  move: (stage: Stage, source: Member, target: Member) => Promise<void>;
  seconds: number[];
  /** Of them, spent by the source inside MIGRATE, with the target at work or itself: what no client can do without. */
  migrating: number[];
  p99: number[];
  longest: number[];
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      keys: { type: 'string', default: '250000' },
      slots: { type: 'string', default: '4096' },
      runs: { type: 'string', default: '3' },
      server: { type: 'string' },
      latency: { type: 'string', default: '0' },
      pipeline: { type: 'string', default: '1000' },
      client: { type: 'boolean', default: false },
    },
  });
  if (values.server !== undefined) process.env.RCM_TEST_SERVER = values.server;
  const stage = await startStage(Number(values.slots), Number(values.keys));
  const contenders: Contender[] = [
    contender('redis-cli', moveWithCli()),
    contender(`redis-cli, pipeline ${values.pipeline}`, moveWithCli(values.pipeline)),
    ...values.latency
      .split(',')
      .map(latency =>
        contender(`ours, ${latency === '0' ? 'no bound' : `${latency} ms`}`, moveWithEngine(Number(latency))),
      ),
  ];
  const client = values.client ? startClient(stage) : undefined;
  try {
    const idle = client && (await client.feltDuring(() => new Promise(resolve => setTimeout(resolve, 2000))));
    for (let run = 0; run < Number(values.runs); run++) await measureAll(stage, contenders, run, client);
    console.log(
      `| ${stage.keys} keys in ${stage.slots.count} slots | seconds: median (min-max) | of it inside MIGRATE | keys/s | times redis-cli | client p99, ms | longest |`,
    );
    console.log('|---|---|---|---|---|---|---|');
    if (idle) console.log(`| nothing moves | | | | | ${idle.p99.toFixed(1)} | ${idle.longest.toFixed(0)} |`);
    for (const each of contenders) console.log(rowOf(each, contenders[0]!, stage));
  } finally {
    client?.end();
    stage.connections.close();
    await stage.servers.close();
  }
}

async function startStage(slotCount: number, wantedKeys: number): Promise<Stage> {
  const settings = { 'repl-diskless-sync-delay': '0' };
  const servers = await startTestServers({ count: 6, nodeTimeoutMilliseconds: 5000, settings });
  try {
    await createWithRedisCli(servers, 1);
    const connections = new ClusterConnections({ nodes: servers.nodes });
    const { nodes } = await connections.observe();
    const masters = nodes.filter(({ role }) => role === 'master').sort((a, b) => a.slots.first! - b.slots.first!);
    const keysPerSlot = Math.round(wantedKeys / slotCount);
    const slots = SlotSet.fromRanges([{ start: 0, end: slotCount - 1 }]);
    await loadSlots(connections.node(masters[0]!.address), slots, keysPerSlot);
    return { servers, connections, masters, slots, keys: keysPerSlot * slotCount };
  } catch (error) {
    await servers.close();
    throw error;
  }
}

function contender(name: string, move: Contender['move']): Contender {
  return { name, move, seconds: [], migrating: [], p99: [], longest: [] };
}

/** Everybody moves there and back, a different one first in each run. */
async function measureAll(stage: Stage, contenders: Contender[], run: number, client?: Client): Promise<void> {
  const [first, second] = stage.masters as [Member, Member];
  for (let turn = 0; turn < contenders.length; turn++) {
    const each = contenders[(run + turn) % contenders.length]!;
    for (const [source, target] of [
      [first, second],
      [second, first],
    ] as const) {
      await agreed(stage.servers, () => stage.connections.observe(), stage.keys);
      const from = stage.connections.node(source.address);
      await from.command(['CONFIG', 'RESETSTAT']);
      let seconds = 0;
      const move = async (): Promise<void> => {
        const start = performance.now();
        await each.move(stage, source, target);
        seconds = (performance.now() - start) / 1000;
      };
      if (client) {
        const felt = await client.feltDuring(move);
        each.p99.push(felt.p99);
        each.longest.push(felt.longest);
      } else await move();
      each.seconds.push(seconds);
      const [, spent] =
        /cmdstat_migrate:calls=\d+,usec=(\d+)/.exec(String(await from.command(['INFO', 'commandstats']))) ?? [];
      each.migrating.push(Number(spent ?? 0) / 1e6);
      console.error(`run ${run + 1}, ${each.name}: ${seconds.toFixed(2)} s`);
    }
  }
  await agreed(stage.servers, () => stage.connections.observe(), stage.keys);
  await checkCluster(stage.servers);
}

function moveWithCli(pipeline?: string): Contender['move'] {
  return async ({ servers, slots }, source, target) => {
    const more = pipeline === undefined ? [] : ['--cluster-pipeline', pipeline];
    const ends = ['--cluster-from', source.id, '--cluster-to', target.id, '--cluster-slots', String(slots.count)];
    const { exitCode, output } = await redisCli(
      servers,
      '--cluster',
      'reshard',
      servers.nodes[0]!,
      ...ends,
      '--cluster-yes',
      ...more,
    );
    assert.equal(exitCode, 0, output.slice(-2000));
  };
}

// From nothing: connecting counts as it does for redis-cli.
function moveWithEngine(latencyMilliseconds: number): Contender['move'] {
  return async ({ servers, slots, masters }, source, target) => {
    const nodes = new ClusterConnections({ nodes: servers.nodes });
    try {
      await moveClassically(
        { source, target, slots },
        {
          nodes,
          masters,
          latencyMilliseconds,
          signal: new AbortController().signal,
          safePoint: () => Promise.resolve(),
          inFlight: work => work(),
          moved: () => undefined,
          report: () => undefined,
          note: text => console.error(text),
        },
      );
    } finally {
      nodes.close();
    }
  };
}

interface Client {
  feltDuring(work: () => Promise<void>): Promise<{ p99: number; longest: number }>;
  end(): void;
}

/** In a process of its own: what it feels must not be what this one is busy with. */
function startClient({ servers, slots, keys }: Stage): Client {
  const file = require.resolve('../support/slots/feel.ts');
  const args = [servers.ports.join(','), slots.toString(), String(Math.max(1, keys / slots.count))];
  const child: ChildProcess = spawn(process.execPath, ['--require', require.resolve('tsx/cjs'), file, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout! });
  const tell = async (): Promise<number[]> => {
    const line = new Promise<string>(resolve => lines.once('line', resolve));
    child.stdin!.write('\n');
    return (await line).split(' ').slice(1).map(Number);
  };
  return {
    async feltDuring(work) {
      await tell();
      await work();
      const [p99, longest] = await tell();
      return { p99: p99!, longest: longest! };
    },
    end: () => child.stdin!.end(),
  };
}

function rowOf(
  { name, seconds, migrating, p99, longest }: Contender,
  reference: Contender,
  { keys, slots }: Stage,
): string {
  const middle = median(seconds);
  const cells = [
    name,
    spread(seconds, 2),
    median(migrating).toFixed(2),
    keys > 0 ? (keys / middle).toFixed(0) : `${(slots.count / middle).toFixed(0)} slots/s`,
    (median(reference.seconds) / middle).toFixed(1),
    p99.length > 0 ? median(p99).toFixed(1) : '',
    longest.length > 0 ? spread(longest) : '',
  ];
  return `| ${cells.join(' | ')} |`;
}

void main();
