// What `npm run test:mutation` asks of one part.
import { env } from 'node:process';
import './scripts/mutation/resolveCjs.cjs';
import { parts } from './scripts/mutation/parts.mjs';

const name = env.RCM_MUTATION_PART ?? 'failover';
const { mutate, tests } = parts[name];

export default {
  packageManager: 'npm',
  testRunner: 'mocha',
  testRunnerNodeArgs: ['--require', './scripts/mutation/resolveCjs.cjs'],
  mochaOptions: {
    spec: tests,
    require: ['tsx/cjs', './test/support/vscodeWords.ts', './scripts/mutation/fewerRuns.cjs'],
  },
  mutate: mutate.map(path => `src/core/${path.replace(/\*\*$/, '**/*.ts')}`),
  plugins: ['@stryker-mutator/mocha-runner', './scripts/mutation/sample.mjs'],
  ignorers: ['sample'],
  // Texts are read by people: which words they have is seen in the tests that read whole plans, not in one letter each.
  mutator: { excludedMutations: ['StringLiteral'] },
  coverageAnalysis: 'perTest',
  // Topologies that are made while the tests are loaded.
  ignoreStatic: true,
  concurrency: 1,
  // On a busy machine nothing shall count as found because it was slow.
  timeoutMS: 10_000,
  timeoutFactor: 3,
  disableTypeChecks: false,
  ignorePatterns: ['dist', 'docs/images', 'media', '/out'],
  reporters: ['json'],
  jsonReporter: { fileName: `out/mutation/${name}.json` },
  tempDirName: `out/mutation/sandbox-${name}`,
};
