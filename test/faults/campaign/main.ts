// `npm run faults`: runs cases of a campaign one after the other and writes one line for each.
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findServerBinary } from '../../../src/core/local/findServerBinary';
import type { Journal } from '../../../src/core/operation/types';
import { drawCase } from './cases';
import type { Fleet } from './fleet';
import { readLines, sayLine, writeLine, type Line } from './report';
import { runCase } from './runCase';
import { summarise } from './summary';

void main();

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      minutes: { type: 'string' },
      cases: { type: 'string' },
      case: { type: 'string' },
      server: { type: 'string' },
      summary: { type: 'boolean' },
    },
  });
  const folder = join(__dirname, '../../../out/faults');
  if (values.summary) return say(summarise(allLines(folder)));
  if (values.server !== undefined) process.env.RCM_TEST_SERVER = values.server;
  const { flavour, version } = await findServerBinary(process.env.RCM_TEST_SERVER);
  const server = `${flavour === 'valkey' ? 'Valkey' : 'Redis'} ${version}`;
  const seed = Number(values.seed);
  const name = `${server.replace(' ', '-').toLowerCase()}-seed-${seed}`;
  const file = join(folder, `${name}.jsonl`);
  // One case is repeated for somebody who looks at it, and is not part of the campaign.
  const before = values.case === undefined ? readLines(file) : [];
  let number = values.case === undefined ? (before.at(-1)?.number ?? -1) + 1 : Number(values.case);
  const last = values.case === undefined ? number + Number(values.cases ?? Infinity) : number + 1;
  const deadline = performance.now() + Number(values.minutes ?? Infinity) * 60_000;
  say(`${server}, seed ${seed}, from case ${number} on; ${file}`);
  let failures = 0;
  for (; number < last && performance.now() < deadline; number++) {
    const { chance, ...drawn } = drawCase(seed, number);
    const evidence = join(folder, name, String(number));
    const outcome = await runCase({ ...drawn, chance }, (fleet, journal) => keep(evidence, fleet, journal));
    const line = { ...drawn, server, ...outcome };
    if (values.case === undefined) writeLine(file, line);
    else say(JSON.stringify(line, null, 1));
    say(sayLine(line));
    if (outcome.verdict !== 'ok') failures++;
  }
  say(`${failures} failed.`);
  process.exit(failures > 0 ? 1 : 0);
}

function allLines(folder: string): Line[] {
  const files = readdirSync(folder).filter(name => name.endsWith('.jsonl'));
  return files.flatMap(name => readLines(join(folder, name)));
}

/** What whoever looks for the cause wants: the logs of the servers and the journal. */
function keep(directory: string, fleet: Fleet, journal: Journal): void {
  mkdirSync(directory, { recursive: true });
  for (const [port, log] of fleet.logs()) writeFileSync(join(directory, `${port}.log`), log);
  cpSync(journal.directory, join(directory, 'journal'), { recursive: true });
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
