// `npm run test:mutation`: breaks the planners, the topology and the health in thousands of small ways, one at a time, and counts
// how many the tests notice. `-- failover slots` takes these parts only, `-- slots --every 5` every fifth function of one. Hours
// for all of them: nothing of it is part of `npm test`.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants, setPriority } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { addUpMutants, mutantLines } from './mutation/score.mjs';
import { parts } from './mutation/parts.mjs';
import { endChildrenOnSignals, root, run } from './setup/run.mjs';

const wantedPercent = 80;
const strykerFolder = dirname(createRequire(import.meta.url).resolve('@stryker-mutator/core/package.json'));
const stryker = join(strykerFolder, 'bin', 'stryker.js');
const { values, positionals: named } = parseArgs({ options: { every: { type: 'string' } }, allowPositionals: true });
const every = Number(values.every ?? 1);
if (!Number.isInteger(every) || every < 1) {
  console.error(`--every wants a whole number of 1 or more, not ${values.every}`);
  process.exit(2);
}
const unknown = named.filter(name => !(name in parts));
if (unknown.length > 0) {
  console.error(`no such part: ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}`);
  process.exit(2);
}

endChildrenOnSignals();
setPriority(constants.priority.PRIORITY_LOW);
const scores = [];
for (const name of named.length > 0 ? named : Object.keys(parts)) {
  console.log(`\n${name} ...`);
  const { status, output } = await run(process.execPath, [stryker, 'run'], {
    env: { RCM_MUTATION_PART: name, RCM_MUTATION_EVERY: String(every) },
    timeoutSeconds: 4 * 3600,
  });
  if (status !== 0) {
    console.log(output);
    process.exit(1);
  }
  const files = JSON.parse(readFileSync(join(root, 'out', 'mutation', `${name}.json`), 'utf8')).files;
  for (const line of mutantLines(files)) console.log(line);
  scores.push({ name, ...addUpMutants(files) });
}
console.log('\npart: noticed of all');
for (const { name, noticed, all, percent } of scores)
  console.log(`${name}: ${noticed} of ${all}, ${percent.toFixed(1)} %`);
process.exitCode = scores.every(({ percent }) => percent >= wantedPercent) ? 0 : 1;
