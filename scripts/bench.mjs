// `npm run bench -- create`: runs test/bench/create.ts and shows what it found. `all` runs every benchmark and writes
// docs/benchmarks.md. `--short`: one round and little data, to see that it works; `all` then writes out/bench/benchmarks.md.
// Further, for one benchmark: `--runs N`, `--only TEXT` (the parts whose name contains it).
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fetchServers } from './servers.mjs';
import { endChildrenOnSignals, root, run } from './setup/run.mjs';
import { SetupError } from './setup/step.mjs';
import { setUp } from './setup.mjs';

const [asked, ...words] = process.argv.slice(2);
const isShort = words.includes('--short');

endChildrenOnSignals();
try {
  await setUp(['packages']);
  const { require: requireTypeScript } = await import('tsx/cjs/api');
  const load = name => requireTypeScript(join(root, 'test/bench/report', `${name}.ts`), import.meta.url);
  const { sections } = load('sections');
  const chosen = asked === 'all' ? sections : sections.filter(({ name }) => name === asked);
  if (chosen.length === 0) {
    console.error(`Say which: npm run bench -- ${[...sections.map(({ name }) => name), 'all'].join('|')}`);
    process.exit(2);
  }
  const needs = chosen.flatMap(section => section.needs);
  const { chromium } = await setUp(needs);
  if (chromium) process.env.CHROMIUM_PATH = chromium.path;
  if (needs.includes('servers')) await fetchServers();
  const machine = load('machine').describeMachine();
  const beganMilliseconds = Date.now();
  const measured = [];
  for (const section of chosen) measured.push(await measure(section));
  if (asked === 'all') {
    const tookSeconds = (Date.now() - beganMilliseconds) / 1000;
    const report = { machine, sections: measured, isShort, beganMilliseconds, tookSeconds };
    const file = join(root, isShort ? 'out/bench/benchmarks.md' : 'docs/benchmarks.md');
    writeFileSync(file, load('document').describeBenchmarks(report));
    console.log(`\nWritten: ${file}`);
  }
  if (measured.some(({ failure, findings }) => failure !== undefined || findings?.failures.length > 0))
    process.exitCode = 1;
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

/** Never throws for what the benchmark does: a failure is part of what was found. */
async function measure({ name, title, limitMinutes }) {
  console.log(`\n== ${name}: ${title}`);
  const folder = join(root, 'out/bench');
  const file = join(folder, `${name}.json`);
  mkdirSync(folder, { recursive: true });
  rmSync(file, { force: true });
  const began = Date.now();
  const tsx = createRequire(import.meta.url).resolve('tsx/cli');
  const { status, timedOut } = await run(process.execPath, [tsx, join(root, 'test/bench', `${name}.ts`), ...words], {
    env: { RCM_BENCH_FINDINGS: file },
    show: true,
    timeoutSeconds: limitMinutes * 60,
  });
  const findings = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  // Parts that failed are told by the benchmark itself.
  const isTold = !timedOut && findings?.failures.length > 0;
  const failure = isTold ? undefined : failureOf({ status, timedOut, limitMinutes });
  return {
    name,
    title,
    findings,
    failure,
    tookSeconds: (Date.now() - began) / 1000,
  };
}

function failureOf({ status, timedOut, limitMinutes }) {
  if (timedOut) return `it took longer than ${limitMinutes} minutes and was ended`;
  return status === 0 ? undefined : `it ended with code ${status}`;
}
