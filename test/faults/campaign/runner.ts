// A process of its own, as a window of the editor is: plans, runs, and is the place of those faults that happen inside it. What
// it says: `plan <JSON>`, `moment <step>`, `ended <how>`, `went on <JSON>`. Told `resume` or `rollBack` it goes on, told `leave` it ends.
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { connect, type ClusterClient } from '../../../src/core/operation/clusterClient';
import { openJournal } from '../../../src/core/operation/journal';
import type { Journal } from '../../../src/core/operation/types';
import type { Plan } from '../../../src/core/plan/types';
import type { Case } from './cases';
import { fillDisk, freeDisk, jumpClock, type FullDisk } from './faultsInside';
import { describeError, goOn } from './goOn';
import { chooseStep, delayIn } from './moment';
import { planners, type PlannerName } from './planners';

/** JSON in its only argument. */
export interface RunnerJob {
  planner: PlannerName;
  request: object;
  nodes: readonly string[];
  addressMap?: Readonly<Record<string, string>>;
  journalDirectory: string;
  /** Absent: nothing happens. */
  moment?: Case['moment'];
  inside?: { kind: 'die' } | { kind: 'diskFull'; how: FullDisk } | { kind: 'clockJump'; milliseconds: number };
}

/** What follows `plan `. */
export interface ToldPlan {
  title: string;
  /** Of nodes that the operation does something to. */
  addresses: string[];
  after: Plan['after'];
}

if (require.main === module) void main(JSON.parse(process.argv[2]!) as RunnerJob);

async function main(job: RunnerJob): Promise<void> {
  const told = new Promise<string>(resolve => createInterface({ input: process.stdin }).once('line', resolve));
  const client = connect({ nodes: [...job.nodes], ...(job.addressMap && { addressMap: job.addressMap }) });
  const journal = await openJournal(job.journalDirectory);
  try {
    say('ended', await runIt(client, journal, job));
  } catch (error) {
    say('ended', describeError(error));
  }
  freeDisk();
  const line = await told;
  if (line !== 'leave') say('went on', JSON.stringify(await goOn(client, journal, line as Case['ending'])));
  await client.close();
  process.exit();
}

async function runIt(client: ClusterClient, journal: Journal, job: RunnerJob): Promise<string> {
  const plan = await planners[job.planner](await client.observe(), job.request, client);
  const acted = plan.steps.filter(({ kind }) => !kind.startsWith('check'));
  const addresses = [...new Set(JSON.stringify(acted).match(/127\.0\.0\.1:\d+/g) ?? [])];
  say('plan', JSON.stringify({ title: plan.title, addresses, after: plan.after } satisfies ToldPlan));
  const wanted = job.moment && chooseStep(plan.steps, job.moment);
  let isMet = wanted === undefined;
  const meet = (kind: string): void => {
    if (isMet) return;
    isMet = true;
    say('moment', kind);
    strike(job);
  };
  const operation = client.run(plan, {
    journal,
    onProgress: ({ step, stepIndex }) => {
      if (isMet || !step || stepIndex < wanted!) return;
      void wait(delayIn(step.kind, job.moment!)).then(() => meet(step.kind));
    },
  });
  try {
    const { outcome, notes } = await operation.finished;
    return [outcome, ...notes].join(' ');
  } finally {
    if (!isMet) say('moment', 'late');
    isMet = true;
  }
}

function strike({ inside }: RunnerJob): void {
  if (inside?.kind === 'die') process.kill(process.pid, 'SIGKILL');
  if (inside?.kind === 'diskFull') fillDisk(inside.how);
  if (inside?.kind === 'clockJump') jumpClock(inside.milliseconds);
}

function say(word: string, rest: string): void {
  process.stdout.write(`${word} ${rest.replaceAll('\n', ' ')}\n`);
}
