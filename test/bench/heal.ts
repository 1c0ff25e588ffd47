/**
 * How fast a supervised cluster heals, on real servers, seen from outside: from "answers again" to "has its role back", and
 * from "the grace is over" to "the spare is in sync and nobody lists the dead node". What the engine itself waits for
 * (handshakes, the first synchronisation, elections) is shown apart.
 *
 *   npx tsx test/bench/heal.ts [--runs 7] [--node-timeout 1000]
 */
import { parseArgs } from 'node:util';
import { planReplaceNode } from '../../src/core/plan/planReplaceNode';
import type { PlanStep } from '../../src/core/plan/types';
import { defaultPlanners } from '../../src/core/supervisor/planners';
import { openStoryStage, type StoryStage, type Supervised } from '../support/supervisor/stage';
import { checkCluster, eventually, sendCommand } from '../support/testCluster';
import { spread } from '../support/spread';

/** Steps in which a server decides how long it takes. */
const engineSteps: ReadonlySet<PlanStep['kind']> = new Set([
  'meet',
  'awaitSync',
  'replicate',
  'failOver',
  'awaitRoles',
]);

/** The operation itself waits out the minute in which the servers ban a forgotten node; that is not healing any more. */
const forgetWaitMilliseconds = 100;

interface Measured {
  whole: number;
  engine: number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { runs: { type: 'string', default: '7' }, 'node-timeout': { type: 'string', default: '1000' } },
  });
  const failBacks: Measured[] = [];
  const replaces: Measured[] = [];
  for (let run = 1; run <= Number(values.runs); run++) {
    const stage = await openStoryStage({ nodeTimeoutMilliseconds: Number(values['node-timeout']), spares: 1 });
    try {
      failBacks.push(await measureFailBack(stage));
      replaces.push(await measureReplace(stage));
      const { master } = await stage.firstShard();
      await checkCluster(stage.servers, master.port);
    } finally {
      await stage.close();
    }
    console.error(`run ${run}: role back ${text(failBacks.at(-1)!)}, replaced ${text(replaces.at(-1)!)}`);
  }
  console.log('| | whole, ms: median (min-max) | of that the engine |\n|---|---|---|');
  console.log(`| answers again -> role back | ${row(failBacks)} |`);
  console.log(`| grace over -> spare in sync, dead node forgotten by all | ${row(replaces)} |`);
}

async function measureFailBack(stage: StoryStage): Promise<Measured> {
  const { servers } = stage;
  const { master } = await stage.firstShard();
  const supervised = await stage.supervise({ graceSeconds: 30, coolDownSeconds: 0 });
  await supervised.until(({ kind }) => kind === 'healthy', 'it calls the cluster healthy');
  await servers.servers.kill(master.port);
  await supervised.until(({ kind }) => kind === 'grace', 'the grace began');
  const engine = engineTime(supervised);
  await servers.servers.start(master.port);
  const began = performance.now();
  await eventually(() => allSay(stage, master.id, line => /[ ,]master - .* 0-5460$/.test(line)), {
    what: 'all see the role back',
    timeoutMilliseconds: 30_000,
  });
  const whole = performance.now() - began;
  await supervised.until(({ kind }) => kind === 'healthy', 'all is well', 30_000);
  await stage.endSupervision();
  return { whole, engine: engine() };
}

async function measureReplace(stage: StoryStage): Promise<Measured> {
  const { servers } = stage;
  const { master } = await stage.firstShard();
  const spare = servers.ports.at(-1)!;
  const supervised = await stage.supervise({
    graceSeconds: 2,
    coolDownSeconds: 0,
    balanceRoles: false,
    planners: {
      ...defaultPlanners,
      replace: (topology, request) => planReplaceNode(topology, { ...request, forgetWaitMilliseconds }),
    },
  });
  await supervised.until(({ kind }) => kind === 'healthy', 'it calls the cluster healthy');
  const engine = engineTime(supervised);
  await servers.servers.kill(master.port);
  const grace = await graceEnd(supervised);
  await eventually(
    async () =>
      (await allSay(stage, master.id, line => line === '', [master.port])) &&
      /master_link_status:up/.test(String(await sendCommand(spare, ['INFO', 'replication']))),
    { what: 'the spare is in sync and the dead node forgotten', timeoutMilliseconds: 60_000 },
  );
  const whole = Date.now() - grace;
  await supervised.until(({ kind }) => kind === 'healthy', 'all is well', 30_000);
  await stage.endSupervision();
  return { whole, engine: engine() };
}

/** Adds up the time of the steps that wait for servers, of every operation from now on. */
function engineTime({ client }: Supervised): () => number {
  let total = 0;
  const run = client.run.bind(client);
  client.run = (plan, options) => {
    let current: { kind: PlanStep['kind']; began: number } | undefined;
    const end = (): void => {
      if (current && engineSteps.has(current.kind)) total += performance.now() - current.began;
      current = undefined;
    };
    const operation = run(plan, {
      ...options,
      onProgress: progress => {
        options?.onProgress?.(progress);
        if (progress.step && progress.step.kind !== current?.kind) {
          end();
          current = { kind: progress.step.kind, began: performance.now() };
        }
      },
    });
    operation.finished.then(end, end);
    return operation;
  };
  return () => total;
}

/** When the grace ends, milliseconds since 1970. */
async function graceEnd({ supervisor }: Supervised): Promise<number> {
  let until = 0;
  // It can be over within a look.
  const stop = supervisor.onChange(() => {
    if (supervisor.state.kind === 'grace') until = supervisor.state.untilMilliseconds;
  });
  try {
    await eventually(() => until > 0, { what: 'the grace has an end', timeoutMilliseconds: 30_000 });
  } finally {
    stop();
  }
  return until;
}

/** Whether this holds of the line that every living server has of a node; empty where it has none. */
async function allSay(
  { servers }: StoryStage,
  id: string,
  holds: (line: string) => boolean,
  without: readonly number[] = [],
): Promise<boolean> {
  const ports = servers.ports.filter(port => !without.includes(port));
  const views = await Promise.all(ports.map(port => sendCommand(port, ['CLUSTER', 'NODES'])));
  const lines = views.map(view => String(view).split('\n'));
  // A spare that stands by knows only itself.
  return lines
    .filter(view => view.length > 2)
    .every(view => holds((view.find(line => line.startsWith(id)) ?? '').trimEnd()));
}

function row(measured: readonly Measured[]): string {
  return `${spread(measured.map(({ whole }) => whole))} | ${spread(measured.map(({ engine }) => engine))}`;
}

function text({ whole, engine }: Measured): string {
  return `${whole.toFixed(0)} ms (engine ${engine.toFixed(0)})`;
}

void main();
