// How fast a supervised cluster heals, on real servers, seen from outside. What the servers themselves wait for (handshakes, the
// first synchronisation, elections) is shown beside it.
import { planReplaceNode } from '../../src/core/plan/planReplaceNode';
import type { PlanStep } from '../../src/core/plan/types';
import { defaultPlanners } from '../../src/core/supervisor/planners';
import { openStoryStage, type StoryStage, type Supervised } from '../support/supervisor/stage';
import { checkCluster, eventually, sendCommand } from '../support/testCluster';
import type { Figure } from './report/figures';
import { present } from './report/present';

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

void present({
  how:
    'A supervised cluster, seen from outside: from "the failed master answers again" to "it has its role back in all views", and ' +
    'from "the grace is over" to "the spare is in sync and nobody lists the dead node". Node timeout 1 s. No other tool does ' +
    'this.',
  notes: [
    'That a returned master gets its role back waits for its link to the others, which its server tries once a second.',
    'What the servers take alone is measured inside the operation, the whole from outside: what is above it are looks, ' +
      'decisions, and the servers before the operation begins.',
  ],
  async measure({ runs, part, server }) {
    await server();
    await part('one shard of three', async () => {
      const { failBacks, replaces } = await measure(runs(5));
      return [
        ...figuresOf('Returned to role back', failBacks),
        ...figuresOf('Grace over to spare in sync and dead node forgotten', replaces),
      ];
    });
  },
});

function figuresOf(what: string, measured: readonly Measured[]): Figure[] {
  return [
    { what, unit: 'ms', values: measured.map(({ whole }) => whole), summary: true },
    { what: `${what}: of that the servers alone`, unit: 'ms', values: measured.map(({ engine }) => engine) },
  ];
}

async function measure(runs: number): Promise<{ failBacks: Measured[]; replaces: Measured[] }> {
  const failBacks: Measured[] = [];
  const replaces: Measured[] = [];
  for (let run = 1; run <= runs; run++) {
    const stage = await openStoryStage({ nodeTimeoutMilliseconds: 1000, spares: 1 });
    try {
      failBacks.push(await measureFailBack(stage));
      replaces.push(await measureReplace(stage));
      const { master } = await stage.firstShard();
      await checkCluster(stage.servers, master.port);
    } finally {
      await stage.close();
    }
    console.error(`run ${run}:`, failBacks.at(-1), replaces.at(-1));
  }
  return { failBacks, replaces };
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
  const measured = { whole: performance.now() - began, engine: engine() };
  await supervised.until(({ kind }) => kind === 'healthy', 'all is well', 30_000);
  await stage.endSupervision();
  return measured;
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
  const measured = { whole: Date.now() - grace, engine: engine() };
  await supervised.until(({ kind }) => kind === 'healthy', 'all is well', 30_000);
  await stage.endSupervision();
  return measured;
}

/** Adds up the time of the steps that wait for servers, of every operation from now on, until it is asked. */
function engineTime({ client }: Supervised): () => number {
  let total = 0;
  let current: { kind: PlanStep['kind']; began: number } | undefined;
  const soFar = (): number =>
    total + (current && engineSteps.has(current.kind) ? performance.now() - current.began : 0);
  const end = (): void => {
    total = soFar();
    current = undefined;
  };
  const run = client.run.bind(client);
  client.run = (plan, options) => {
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
  return soFar;
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
