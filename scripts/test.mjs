// `npm test`: sets up what is missing, runs every part and ends with the line `N passed, N failed`.
// `node scripts/test.mjs unit page` runs these parts only; words after `--` go to mocha: `node scripts/test.mjs unit -- -g slots`.
import { mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { fetchServers } from './servers.mjs';
import { endChildrenOnSignals, root, run } from './setup/run.mjs';
import { SetupError } from './setup/step.mjs';
import { lastLines } from './setup/system.mjs';
import { setUp } from './setup.mjs';
import { parts, stages } from './tests/parts.mjs';
import { addUp, closingLine, judge, slowestFiles } from './tests/summary.mjs';

const started = Date.now();
const reports = join(root, 'out', 'reports');
const ran = [];

endChildrenOnSignals();
const directory = directoryInMemory();
const judgements = await runEverything(...readArguments(process.argv.slice(2)));
const sum = addUp(judgements);
heading('the slowest files');
for (const line of slowestFiles(ran, 15)) console.log(line);
heading('summary', started);
for (const note of sum.notes) console.log(`  ${note}`);
console.log(closingLine(sum));
process.exitCode = sum.failed === 0 ? 0 : 1;

async function runEverything(chosen, words) {
  rmSync(reports, { recursive: true, force: true });
  heading('set-up');
  const ready = await attempt('set-up', () => setUp(['packages']));
  if (ready.failure) return [ready.failure];
  const all = [];
  for (const { names, atOnce } of stages) {
    const members = chosen.filter(({ name }) => names.includes(name));
    if (members.length > 0) all.push(...(await runStage(members, atOnce, words)));
  }
  return all;
}

/** Sets up what the parts of a stage need, then runs all their commands, so many at once. */
async function runStage(members, atOnce, words) {
  heading(members.map(({ name }) => name).join(', '));
  const judgements = [];
  const waiting = [];
  for (const { name, needs, commands } of members) {
    const ready = await attempt(name, async () => ({
      found: await setUp(needs),
      servers: needs.includes('servers') ? await fetchServers() : [],
    }));
    if (ready.failure) judgements.push(ready.failure);
    else waiting.push(...commands({ words, ...ready }));
    if (ready.found?.chromium) process.env.CHROMIUM_PATH = ready.found.chromium.path;
  }
  const workers = Math.min(atOnce, waiting.length);
  const work = async worker => {
    const env = { RCM_TEST_PORTS: portRange(worker, workers), ...(directory && { RCM_TEST_DIRECTORY: directory }) };
    for (let command = waiting.shift(); command; command = waiting.shift())
      judgements.push(await runCommand({ ...command, env: { ...command.env, ...env } }, workers > 1));
  };
  await Promise.all(Array.from({ length: workers }, (_, worker) => work(worker)));
  return judgements;
}

/**
 * Where the servers of the tests keep their files, if there is plenty of memory: they write their view of the cluster through
 * to the disk, and on a busy one that takes longer than a node timeout. Removed at the end.
 */
function directoryInMemory() {
  const gigabytesNeeded = 2;
  try {
    const { bavail, bsize } = statfsSync('/dev/shm');
    if (bavail * bsize < gigabytesNeeded * 2 ** 30) return undefined;
    const made = mkdtempSync('/dev/shm/rcm-tests-');
    process.once('exit', () => rmSync(made, { recursive: true, force: true }));
    return made;
  } catch {
    // Other systems have none, or do not let us.
    return undefined;
  }
}

/** A share of 12768-22767 (test/support/freePorts.ts says why). */
function portRange(worker, workers) {
  const share = Math.floor(10_000 / workers);
  const lowest = 12_768 + worker * share;
  return `${lowest}-${lowest + share - 1}`;
}

/** Of a command `aside` of others only what failed is shown. */
async function runCommand({ kind, label, command, args, env, timeoutMinutes }, aside) {
  const begun = Date.now();
  const name = label.replace(/[^\w.]+/g, '-');
  const path = join(reports, `${name}.json`);
  console.log(`${label} ...`);
  const result = await run(command, args, {
    env: { RCM_TEST_REPORT: path, ...env },
    ...(aside ? { log: name } : { show: true }),
    timeoutSeconds: timeoutMinutes * 60,
  });
  const report = readReport(path);
  ran.push({ label, report });
  const judgement = judge({ kind, label, ...result, report });
  if (aside && judgement.failed > 0) console.log(failuresIn(result.output));
  console.log(`${label}: ${closingLine(judgement)} in ${seconds(begun)} s`);
  return judgement;
}

// Mocha lists its failures after the counts; without that list, the end tells most.
function failuresIn(output) {
  const from = output.search(/^ +\d+ failing$/m);
  return from < 0 ? lastLines(output, 40) : output.slice(from);
}

/** What cannot be set up fails its part, and the next part goes on. */
async function attempt(label, work) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.log(error.message);
    return { failure: { passed: 0, failed: 1, notes: [`${label}: ${error.message}`] } };
  }
}

function readArguments(args) {
  const separator = args.indexOf('--');
  const names = separator < 0 ? args : args.slice(0, separator);
  const words = separator < 0 ? [] : args.slice(separator + 1);
  const unknown = names.filter(name => !parts.some(part => part.name === name));
  if (unknown.length > 0) {
    console.error(`no such part: ${unknown.join(', ')}; there are ${parts.map(part => part.name).join(', ')}`);
    process.exit(2);
  }
  return [
    names.length === 0 ? parts.filter(({ extra }) => !extra) : parts.filter(part => names.includes(part.name)),
    words,
  ];
}

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function heading(name, since) {
  console.log(`\n== ${name}${since === undefined ? '' : ` (${seconds(since)} s)`}`);
}

function seconds(since) {
  return Math.round((Date.now() - since) / 1000);
}
