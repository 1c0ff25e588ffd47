import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parts } from '../../../scripts/tests/parts.mjs';

describe('The parts of a run', () => {
  it('lets no suite of what ships outside the browser make code of text', () => {
    const found = { words: [], found: { redis: { version: '7.0' } }, servers: [] };
    const suites = parts
      .filter(({ name }) => ['unit', 'property', 'cluster', 'faults'].includes(name))
      .flatMap(({ commands }) => commands(found));
    assert.equal(suites.length, 5);
    for (const { label, env } of suites) {
      const made = (options: Record<string, string>) =>
        spawnSync(process.execPath, ['-e', 'new Function("return 1")()'], { env: { ...process.env, ...options } });
      assert.match(made(env).stderr.toString(), /EvalError: Code generation from strings disallowed/, label);
      assert.equal(made({ NODE_OPTIONS: '' }).status, 0);
    }
  });

  it('installs packages without running scripts of theirs, each by its hash', () => {
    assert.match(readFileSync('.npmrc', 'utf8'), /^ignore-scripts=true$/m);
    const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
      packages: Record<string, { integrity?: string; inBundle?: boolean }>;
    };
    const unchecked = Object.entries(packages).filter(([path, { integrity }]) => path !== '' && !integrity);
    assert.deepEqual(
      unchecked.map(([path]) => path),
      [],
    );
  });
});
