import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { connect, type ClusterClient } from '../../../src/core/operation/clusterClient';
import { openJournal } from '../../../src/core/operation/journal';
import type { Journal } from '../../../src/core/operation/types';
import { startChild, type Child } from '../../support/childProcess';
import { sendCommand } from '../../support/testCluster';
import type { Case, Fault } from './cases';
import { electionsIn, lostBy, type Election } from './elections';
import { chooseVictims, disturbances, strike } from './faultsOutside';
import { startFleet, type Fleet } from './fleet';
import { describeError, goOn } from './goOn';
import { startLedger, type Ledger } from './ledger';
import { assertJournalClean, assertPlanned, assertSettings, assertWhole, readSettings } from './oracle';
import { openProxy, type Proxy } from './proxy';
import { applyRemedies } from './remedies';
import type { RunnerJob, ToldPlan } from './runner';
import { settled } from './settled';
import { formCluster, jobOf } from './stage';

/** What came of a case. */
export interface Outcome {
  /** `ok`, or what does not hold, with what was seen. */
  verdict: string;
  title: string;
  /** The step in which it struck; `late`: the operation had ended before. */
  struck: string;
  victims: number[];
  /** What the process that ran the operation said of its end; `killed`. */
  ended: string;
  /** What a second one said. */
  second?: string;
  wentOn: string[];
  remedies: string[];
  writes: number;
  keys: number;
  /** Acknowledged writes that an election lost, by the logs of the servers. */
  lostByElection: { key: string; why: string }[];
  elections: number;
  seconds: number;
}

/** In these no server is in trouble: what was completed has to be as it was planned. */
const harmless: ReadonlySet<Fault> = new Set([
  'killRunner',
  'dropConnections',
  'delayConnections',
  'truncateReplies',
  'garbleReplies',
  'diskFull',
  'clockJump',
  'secondRunner',
]);

const endTimeoutMilliseconds = 150_000;

/** Runs a case on servers of its own. `keepEvidence` is called, before they are removed, when something does not hold. */
export async function runCase(
  drawn: Case,
  keepEvidence: (fleet: Fleet, journal: Journal) => void = () => undefined,
): Promise<Outcome> {
  const began = performance.now();
  const { masters, replicasPerMaster, spares, nodeTimeoutMilliseconds } = drawn;
  const fleet = await startFleet(masters * (1 + replicasPerMaster) + spares, nodeTimeoutMilliseconds);
  const journal = await openJournal(await mkdtemp(join(fleet.directory, 'journal-')));
  const run = new Run(drawn, fleet, journal);
  try {
    await run.play();
  } catch (error) {
    run.outcome.verdict = describe(error);
  }
  await run.end();
  if (run.outcome.verdict !== 'ok') keepEvidence(fleet, journal);
  const left = await fleet.close();
  if (left.length > 0 && run.outcome.verdict === 'ok') run.outcome.verdict = `Processes are left: ${left.join(', ')}.`;
  run.outcome.seconds = Math.round((performance.now() - began) / 100) / 10;
  return run.outcome;
}

class Run {
  readonly outcome: Outcome = {
    verdict: 'ok',
    title: '',
    struck: '',
    victims: [],
    ended: '',
    wentOn: [],
    remedies: [],
    writes: 0,
    keys: 0,
    lostByElection: [],
    elections: 0,
    seconds: 0,
  };
  readonly ledger: Ledger;
  #client: ClusterClient;
  #children: Child[] = [];
  #proxy: Proxy | undefined;
  #plan: ToldPlan | undefined;

  constructor(
    readonly drawn: Case,
    readonly fleet: Fleet,
    readonly journal: Journal,
  ) {
    this.ledger = startLedger(() => fleet.ports);
    this.#client = connect({ nodes: fleet.nodes });
  }

  async play(): Promise<void> {
    const { drawn, fleet, outcome, ledger } = this;
    await formCluster(drawn, fleet);
    if (drawn.operation !== 'create') {
      await settled(this.#client);
      await ledger.fill();
    }
    const settings = await readSettings(fleet);
    const job = await jobOf(drawn, fleet, this.#client);
    await this.#slowDown(1000);
    await this.#runAndStrike(job);
    await this.#slowDown(0);
    await fleet.mend();

    // What follows may be done by a window that knows the servers as they are now.
    await this.#goOn();
    outcome.remedies.push(...(await applyRemedies(this.#client, this.journal, job)));
    await assertJournalClean(this.journal);
    await settled(this.#client);
    if (drawn.operation === 'create') await ledger.fill();
    await ledger.more(30);
    await ledger.stop();
    outcome.writes = ledger.writes;

    const { losses, keys } = await ledger.read();
    outcome.keys = keys;
    const elections = electionsIn(fleet.logs(), fleet.originOf);
    outcome.elections = elections.length;
    const unexplained = losses.filter(({ key, found, acknowledged }) => {
      const election = lostBy(acknowledged, elections, fleet.originOf);
      if (election) outcome.lostByElection.push({ key, why: explain(election, acknowledged, found) });
      return !election;
    });
    assert.deepEqual(unexplained, [], `${unexplained.length} acknowledged writes are lost`);
    await assertWhole(fleet, keys);
    await assertSettings(fleet, settings);
    await this.#assertAsPlanned(elections);
  }

  async end(): Promise<void> {
    await this.ledger.stop();
    await this.#client.close();
    await Promise.all(this.#children.map(child => child.kill()));
    await this.#proxy?.close();
  }

  async #runAndStrike(asked: Pick<RunnerJob, 'planner' | 'request'>): Promise<void> {
    const { drawn, fleet, outcome } = this;
    const { fault, moment } = drawn;
    if (disturbances[fault]) this.#proxy = await openProxy(fleet.ports, drawn.chance);
    const inside = insideOf(drawn);
    const job = { ...asked, nodes: fleet.nodes, journalDirectory: this.journal.directory };
    const child = this.#start({
      ...job,
      moment,
      ...(this.#proxy && { addressMap: this.#proxy.addressMap }),
      ...(inside && { inside }),
    });
    const refused = child.line('ended ').then(line => assert.fail(`It was not planned: ${line}`));
    refused.catch(() => undefined);
    const planned = await within(Promise.race([child.line('plan '), refused]), 'a plan');
    this.#plan = JSON.parse(planned.slice('plan '.length)) as ToldPlan;
    outcome.title = this.#plan.title;
    outcome.struck = (await within(child.line('moment '), 'the moment')).slice('moment '.length);
    const involved = this.#plan.addresses.map(address => Number(address.split(':')[1]));
    if (/Node|Two|otherPort/.test(fault)) outcome.victims = chooseVictims(drawn, involved, fleet.ports);
    const second = fault === 'secondRunner' ? this.#start(job) : undefined;
    await strike(drawn, outcome.victims, { fleet, proxy: this.#proxy });
    if (second) outcome.second = await this.#end(second, 'leave');
    if (fault === 'killRunner' || fault === 'killRunnerAndNode') {
      if (outcome.struck === 'late') await child.kill();
      await within(child.ended(), 'the end of the killed process');
      outcome.ended = 'killed';
      return;
    }
    await within(child.line('ended '), 'the end of the operation');
    await fleet.mend();
    outcome.ended = await this.#end(child, drawn.place === 'sameProcess' ? drawn.ending : 'leave');
  }

  async #goOn(): Promise<void> {
    await this.#client.close();
    this.#client = connect({ nodes: this.fleet.nodes });
    this.outcome.wentOn.push(...(await goOn(this.#client, this.journal, this.drawn.ending)));
  }

  #start(job: RunnerJob): Child {
    const child = startChild(join(__dirname, 'runner.ts'), [JSON.stringify(job)]);
    this.#children.push(child);
    return child;
  }

  /** Lets a process go on, or not, and end; what it said of the operation. */
  async #end(child: Child, word: 'leave' | Case['ending']): Promise<string> {
    const ended = (await within(child.line('ended '), 'the end of an operation')).slice('ended '.length);
    child.tell(word);
    const { output, signal } = await within(child.ended(), 'the end of a process');
    assert.equal(signal, null, output);
    const [, wentOn] = /^went on (.*)$/m.exec(output) ?? [];
    if (wentOn) this.outcome.wentOn.push(...(JSON.parse(wentOn) as string[]).map(text => `there ${text}`));
    assert.doesNotMatch(output, /UnhandledPromiseRejection|uncaught/i);
    return ended;
  }

  /** Snapshots, by which atomic moves send keys, take so long for each key: time to be met in the middle. */
  async #slowDown(microseconds: number): Promise<void> {
    await Promise.allSettled(
      this.fleet.ports.map(port => sendCommand(port, ['CONFIG', 'SET', 'rdb-key-save-delay', microseconds])),
    );
  }

  async #assertAsPlanned(elections: readonly Election[]): Promise<void> {
    const { outcome, drawn, fleet } = this;
    const isCompleted = [outcome.ended, ...outcome.wentOn].some(text => /^(there )?(resume: )?completed/.test(text));
    // What the second one did, it did once more.
    if (outcome.second?.startsWith('completed')) return;
    const isUndisturbed = harmless.has(drawn.fault) && elections.every(({ isManual }) => isManual);
    if (isCompleted && isUndisturbed && outcome.remedies.length === 0)
      await assertPlanned(fleet, this.#plan!.after.nodes);
  }
}

function insideOf({ fault, chance }: Case): RunnerJob['inside'] {
  const dice = chance();
  if (fault === 'killRunner' || fault === 'killRunnerAndNode') return { kind: 'die' };
  if (fault === 'diskFull') return { kind: 'diskFull', how: dice < 0.6 ? 'blocks' : 'readOnly' };
  const hours = Math.ceil(dice * 48) / 2;
  if (fault === 'clockJump') return { kind: 'clockJump', milliseconds: (chance() < 0.5 ? -1 : 1) * hours * 3_600_000 };
  return undefined;
}

async function within<T>(work: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`Not within ${endTimeoutMilliseconds} ms: ${what}.`)),
      endTimeoutMilliseconds,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function explain(
  { winner, displaced, offset, at }: Election,
  { port, offset: written, at: acknowledged }: { port: number; offset: number; at: number },
  found: string | null,
): string {
  return `acknowledged by ${port} at ${iso(acknowledged)}, offset ${written}; ${winner} took the place of ${displaced} at ${iso(at)} with offset ${offset}; now ${found}`;
}

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

function describe(error: unknown): string {
  const cause = error instanceof Error && error.cause ? ` <- ${describe(error.cause)}` : '';
  return `${describeError(error)}${cause}`;
}
