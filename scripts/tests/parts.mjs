// The parts of `npm test`, in their order: what each needs and what it runs.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from '../setup/run.mjs';

const { resolve } = createRequire(import.meta.url);

/**
 * `commands` gets the found servers and the words after `--`, which go to mocha. Commands marked `aside` run after the
 * others of their part, some at a time, and show only what failed: they wait for servers far more than they compute.
 */
export const parts = [
  { name: 'typecheck', needs: [], commands: () => [check('typecheck', ['scripts/typecheck.mjs'])] },
  { name: 'lint', needs: [], commands: () => [{ ...check('lint', ['run', '--silent', 'lint']), command: 'npm' }] },
  { name: 'build', needs: [], commands: () => [check('build', ['esbuild.js'])] },
  { name: 'unit', needs: ['redis'], commands: ({ words }) => [suite('unit', words)] },
  { name: 'property', needs: [], commands: ({ words }) => [suite('property', words)] },
  {
    name: 'cluster',
    needs: ['redis', 'servers'],
    commands: ({ words, found, servers }) => [
      suite('cluster', words, { label: `cluster on Redis ${found.redis.version}`, aside: servers.length > 0 }),
      ...servers.map(({ name, server }) =>
        suite('cluster', [...words, ...leftOutOn(name).flatMap(path => ['--ignore', `test/cluster/${path}`])], {
          label: `cluster on ${name}`,
          env: { RCM_TEST_SERVER: server },
          aside: true,
        }),
      ),
    ],
  },
  {
    name: 'host',
    needs: ['redis', 'chromium', 'vscode'],
    commands: ({ words }) => [
      ...['suite', 'window'].map(kind => ({
        ...check(`host ${kind}`, ['scripts/testHost.mjs', kind, ...words]),
        kind: 'suite',
        timeoutMinutes: 15,
      })),
    ],
  },
  { name: 'page', needs: ['chromium'], commands: ({ words }) => [suite('page', words)] },
];

// Elections take minutes of waiting: the installed server stands for all of them here.
const onInstalledOnly = ['failover/**', 'balance/**', 'lastCopy/**', 'supervisor/**'];
// What the oldest and the newest servers do here, those between do too; how slots move and members change is tried on all.
const onOldestAndNewest = ['fix/**', 'reshard/**', 'check/**', 'monitor/**', 'create/resume.test.ts'];

function leftOutOn(name) {
  return /^(Redis 8\.0|Valkey 8)/.test(name) ? [...onInstalledOnly, ...onOldestAndNewest] : onInstalledOnly;
}

function check(label, args) {
  return { kind: 'check', label, command: process.execPath, args, env: {}, timeoutMinutes: 10 };
}

function suite(folder, words, { label = folder, env = {}, aside = false } = {}) {
  const program = resolve('mocha/bin/mocha.js');
  const reporter = join(root, 'scripts/tests/reporter.cjs');
  const colours = process.stdout.isTTY ? [] : ['--no-color'];
  const args = [program, ...colours, '--reporter', reporter, `test/${folder}/**/*.test.ts`, ...words];
  return { ...check(label, args), kind: 'suite', env, aside, timeoutMinutes: 15 };
}
