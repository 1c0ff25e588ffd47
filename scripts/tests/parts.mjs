// The parts of `npm test`: what each needs and what it runs.
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { root } from '../setup/run.mjs';

const { resolve } = createRequire(import.meta.url);

/**
 * `commands` gets the found servers and the words after `--`, which go to mocha. Those of an `extra` part run only when it
 * is named.
 */
export const parts = [
  { name: 'typecheck', needs: [], commands: () => [check('typecheck', ['scripts/typecheck.mjs'])] },
  { name: 'lint', needs: [], commands: () => [{ ...check('lint', ['run', '--silent', 'lint']), command: 'npm' }] },
  { name: 'build', needs: [], commands: () => [check('build', ['esbuild.js'])] },
  {
    name: 'audit',
    needs: [],
    commands: () => [{ ...check('audit', ['scripts/checks/audit.mjs']), kind: 'question' }],
  },
  { name: 'cluster', needs: ['redis', 'ssh', 'servers'], commands: found => clusterSuites(found, chosenFiles) },
  {
    name: 'versions',
    extra: true,
    needs: ['redis', 'ssh', 'servers'],
    commands: found => clusterSuites(found, allFiles),
  },
  { name: 'unit', needs: ['redis'], commands: ({ words }) => [suite('unit', words)] },
  { name: 'page', needs: ['chromium'], commands: ({ words }) => [suite('page', words)] },
  { name: 'property', needs: [], commands: ({ words }) => [suite('property', words)] },
  {
    name: 'faults',
    needs: ['redis'],
    commands: ({ words }) => [suite('faults', words, { files: ['campaign/*.test.ts'] })],
  },
  {
    name: 'host',
    needs: ['redis', 'chromium', 'vscode'],
    commands: ({ words }) =>
      ['suite', 'window'].map(kind => ({
        ...check(`host ${kind}`, ['scripts/testHost.mjs', kind, ...words]),
        kind: 'suite',
        timeoutMinutes: 30,
      })),
  },
];

/**
 * Parts whose commands run side by side, so many at once, in the order given: the longest first. Suites with servers wait
 * far more than they compute, so two more of them than there are processors.
 */
export const stages = [
  { names: ['lint', 'typecheck', 'build', 'audit'], atOnce: availableParallelism() },
  { names: ['cluster', 'versions', 'faults', 'unit', 'page', 'property'], atOnce: availableParallelism() + 2 },
  // Windows of VS Code need the whole machine.
  { names: ['host'], atOnce: 1 },
];

function clusterSuites({ words, found, servers }, filesOn) {
  const suites = servers.map(({ name, server }) => {
    const { files, ignored = [] } = filesOn(name);
    const options = { label: `cluster on ${name}`, env: { RCM_TEST_SERVER: server }, files };
    return suite('cluster', [...words, ...ignoring(ignored)], options);
  });
  // The oldest and the newest take longest, the oldest so long that it gets two.
  return [...halves(words, `cluster on Redis ${found.redis.version}`), ...suites.reverse()];
}

function halves(words, label) {
  return [
    suite('cluster', [...words, ...ignoring(onInstalledOnly)], { label }),
    suite('cluster', words, { label: `${label} alone`, files: onInstalledOnly.map(filesOf) }),
  ];
}

function ignoring(paths) {
  return paths.flatMap(path => ['--ignore', `test/cluster/${path}`]);
}

/** Ours are all named so; what lies beside them is none. */
function filesOf(path) {
  return path.endsWith('/**') ? `${path}/*.test.ts` : path;
}

// It takes all servers that there are.
const onceForAll = 'versions/**';
// Elections take minutes of waiting: the installed server stands for all of them in `npm test`.
const onInstalledOnly = [
  ...['failover/**', 'balance/**', 'lastCopy/**', 'supervisor/**'],
  // What is resumed is read from the journal, whatever the server.
  'create/resume.test.ts',
  // Its servers are our own.
  ...['scale/**', 'soak/**'],
  // What is new there is the way to them.
  'tunnel/**',
  onceForAll,
];
// What the oldest and the newest servers do, those between do too; where servers differ most is tried on all of them.
const onAll = [
  'connection/clusterConnections.test.ts',
  'create/create.test.ts',
  'members/**/*.test.ts',
  'migration/**/*.test.ts',
  'operation/**/*.test.ts',
];

function chosenFiles(name) {
  return /^(Redis 8\.0|Valkey 8)/.test(name) ? { files: onAll } : { ignored: onInstalledOnly };
}

function allFiles() {
  return { ignored: [onceForAll] };
}

/** Nothing here makes code of text: whatever tried would throw. */
const noCodeFromText = '--disallow-code-generation-from-strings';

function check(label, args) {
  return { kind: 'check', label, command: process.execPath, args, env: {}, timeoutMinutes: 15 };
}

function suite(folder, words, { label = folder, env = {}, files = ['**/*.test.ts'] } = {}) {
  const program = resolve('mocha/bin/mocha.js');
  const reporter = join(root, 'scripts/tests/reporter.cjs');
  const colours = process.stdout.isTTY ? [] : ['--no-color'];
  const args = [program, ...colours, '--reporter', reporter, ...files.map(file => `test/${folder}/${file}`), ...words];
  return { ...check(label, args), kind: 'suite', env: { ...optionsOf(folder), ...env }, timeoutMinutes: 30 };
}

/** What draws the page is no code of ours; the page itself runs under its own policy. */
function optionsOf(folder) {
  if (folder === 'page') return {};
  return { NODE_OPTIONS: [process.env.NODE_OPTIONS, noCodeFromText].filter(Boolean).join(' ') };
}
