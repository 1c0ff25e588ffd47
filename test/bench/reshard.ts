// How long it takes to move slots from one master to another and back: redis-cli or valkey-cli as they come and with their best
// pipeline beside our classic engine; and what a client feels meanwhile that reads and writes the keys that move.
import { setTimeout as wait } from 'node:timers/promises';
import type { Member } from '../../src/core/migration/types';
import { agreed } from '../support/slots/agreed';
import { startClientBeside, type ClientBeside, type Felt } from '../support/slots/clientBeside';
import { checkCluster } from '../support/testCluster';
import { moveWithCli, moveWithEngine, startStage, type Move, type Stage } from './moving/stage';
import type { Figure } from './report/figures';
import { present } from './report/present';

interface Case {
  /** Default the one that is installed. */
  server?: string;
  slots: number;
  keys: number;
  /** Without, what has no keys has no pipeline. */
  pipelined?: boolean;
  /** The share that ours may take of what stands beside it. */
  mostOfDefault?: number;
  mostOfBest?: number;
  /** A client reads and writes meanwhile, and ours also moves with these bounds on what it feels. */
  bounds?: readonly number[];
}

const cases: readonly Case[] = [
  {
    slots: 4096,
    keys: 249_856,
    pipelined: true,
    mostOfDefault: 1 / 5,
    mostOfBest: 1 / 2.3,
  },
  {
    slots: 200,
    keys: 200_000,
    pipelined: true,
    mostOfDefault: 1 / 5,
    mostOfBest: 1 / 1.4,
  },
  { slots: 1000, keys: 0, mostOfDefault: 1 / 10 },
  {
    server: 'Valkey 9',
    slots: 1024,
    keys: 62_464,
    pipelined: true,
    mostOfDefault: 1 / 6,
  },
  {
    server: 'Redis 8.6',
    slots: 1024,
    keys: 62_464,
    pipelined: true,
    mostOfDefault: 1 / 6,
  },
  { slots: 2048, keys: 124_928, pipelined: true, bounds: [20] },
];

interface Contender {
  name: string;
  move: Move;
  seconds: number[];
  /** Of them, spent by the source inside MIGRATE, with the target at work or itself: what no client can do without. */
  migrating: number[];
  felt: Felt[];
}

void present({
  how:
    'Keys of 100 bytes go from one master of three to another and back, each with a replica: `--cluster reshard` of redis-cli (on ' +
    'Valkey of valkey-cli) as it comes and with `--cluster-pipeline 1000` beside this product by its classic engine with no bound on ' +
    'latency, in turns on the same servers, a different one first in each round. 250,000 keys in 4096 slots is a million in the ' +
    'cluster. After each all nodes agree and every key is counted; at the end `--cluster check` finds nothing.',
  notes: [
    'Where slots hold few keys, opening and closing them is what costs; this product does it for many at once. Where they hold many, ' +
      'MIGRATE itself is what costs, which nobody can do without. On Valkey 8 and newer every SETSLOT waits for the replicas.',
    'Speed is bought with latency: the bound (20 ms by default, here also measured without) is on what a client feels later at p99.',
  ],
  async measure({ amount, runs, part, server }) {
    for (const full of cases) {
      const each = {
        ...full,
        slots: amount(full.slots, Math.min(100, full.slots)),
        keys: amount(full.keys, Math.min(1000, full.keys)),
      };
      await part(`${nameOf(each)}, ${full.server ?? 'installed server'}`, async () => {
        const { name, path } = await server(full.server);
        return measureCase(`Move ${nameOf(each)}, ${name}`, each, path, runs(3));
      });
    }
  },
});

function nameOf({ slots, keys, bounds }: Case): string {
  if (keys === 0) return `${slots} empty slots`;
  return `${slots} slots with ${keys.toLocaleString('en-US')} keys${bounds ? ' and a client beside' : ''}`;
}

async function measureCase(what: string, each: Case, serverPath: string, rounds: number): Promise<Figure[]> {
  const cli = each.server?.startsWith('Valkey') ? 'valkey-cli' : 'redis-cli';
  const asItComes = contender(cli, moveWithCli());
  const atItsBest = contender(`${cli}, pipeline 1000`, moveWithCli('1000'));
  const unbounded = contender('no bound', moveWithEngine(0));
  const bounded = (each.bounds ?? []).map(bound => contender(`bound of ${bound} ms`, moveWithEngine(bound)));
  const contenders = [asItComes, ...(each.pipelined ? [atItsBest] : []), unbounded, ...bounded];
  const stage = await startStage(serverPath, each.slots, each.keys);
  const client = each.bounds && startClientBeside(stage.servers, stage.slots, stage.keys / each.slots);
  let idle: Felt | undefined;
  try {
    idle = await client?.feltDuring(() => wait(2000));
    for (let round = 0; round < rounds; round++) await measureRound(stage, contenders, round, client);
  } finally {
    client?.end();
    stage.connections.close();
    await stage.servers.close();
  }
  if (idle)
    return [
      ...feltFigures(what, unbounded, [asItComes, atItsBest]),
      ...bounded.flatMap(ours => feltFigures(what, ours, [asItComes, atItsBest])),
      ...bounded.map((ours, index) => laterFigure(what, ours, idle.p99, each.bounds![index]!)),
    ];
  return [
    timeFigure(what, unbounded, asItComes, each.mostOfDefault),
    ...(each.pipelined ? [timeFigure(what, unbounded, atItsBest, each.mostOfBest)] : []),
    ...(each.keys > 0
      ? [{ what: `${what}: of it inside MIGRATE`, unit: 's', values: unbounded.migrating } as const]
      : []),
  ];
}

function timeFigure(what: string, { seconds }: Contender, beside: Contender, mostOfPeer?: number): Figure {
  return {
    what,
    unit: 's',
    values: seconds,
    peer: { name: beside.name, values: beside.seconds },
    ...(mostOfPeer !== undefined && { goal: { mostOfPeer } }),
    summary: true,
  };
}

function feltFigures(what: string, ours: Contender, [asItComes, atItsBest]: readonly [Contender, Contender]): Figure[] {
  const parts = [
    ['p50', 'a client waits, p50'],
    ['p99', 'a client waits, p99'],
    ['longest', 'a client waits at most'],
  ] as const;
  return [
    timeFigure(`${what}, ${ours.name}`, ours, asItComes),
    ...[asItComes, atItsBest].flatMap(peer =>
      parts.map(([key, words]): Figure => ({
        what: `${what}, ${ours.name}: ${words}`,
        unit: 'ms',
        values: ours.felt.map(felt => felt[key]),
        peer: { name: peer.name, values: peer.felt.map(felt => felt[key]) },
        why: 'It moves more keys at once.',
      })),
    ),
  ];
}

/** What the bound is about. */
function laterFigure(what: string, { name, felt }: Contender, idleMilliseconds: number, bound: number): Figure {
  return {
    what: `${what}, ${name}: answered later at p99 than while nothing moves`,
    unit: 'ms',
    values: felt.map(({ p99 }) => p99 - idleMilliseconds),
    goal: { most: bound },
    summary: true,
  };
}

function contender(name: string, move: Move): Contender {
  return { name, move, seconds: [], migrating: [], felt: [] };
}

/** Everybody moves there and back, a different one first in each round. */
async function measureRound(
  stage: Stage,
  contenders: readonly Contender[],
  round: number,
  client: ClientBeside | undefined,
): Promise<void> {
  const [first, second] = stage.masters as [Member, Member];
  for (let turn = 0; turn < contenders.length; turn++) {
    const each = contenders[(round + turn) % contenders.length]!;
    for (const [source, target] of [
      [first, second],
      [second, first],
    ] as const) {
      await agreed(stage.servers, () => stage.connections.observe(), stage.keys);
      const from = stage.connections.node(source.address);
      await from.command(['CONFIG', 'RESETSTAT']);
      const move = async (): Promise<void> => {
        const start = performance.now();
        await each.move(stage, source, target);
        each.seconds.push((performance.now() - start) / 1000);
      };
      if (client) each.felt.push(await client.feltDuring(move));
      else await move();
      const statistics = String(await from.command(['INFO', 'commandstats']));
      const [, spent] = /cmdstat_migrate:calls=\d+,usec=(\d+)/.exec(statistics) ?? [];
      each.migrating.push(Number(spent ?? 0) / 1e6);
      console.error(`round ${round + 1}, ${each.name}: ${each.seconds.at(-1)!.toFixed(2)} s`);
    }
  }
  await agreed(stage.servers, () => stage.connections.observe(), stage.keys);
  await checkCluster(stage.servers);
}
