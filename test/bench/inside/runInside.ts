import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { vscodeServer } from '../../../scripts/setup/vscodeServer.mjs';
import { runSuite } from '../../../scripts/vscode/runSuite.mjs';
import { foundFileVariable } from './found';

const repository = resolve(__dirname, '..', '..', '..');

/**
 * Runs one of the programs of this folder in the extension host of a real VS Code, started anew with an empty profile, with the
 * extension as it was last built; gives what it found.
 */
export async function runInside<T>(
  program: string,
  settings: Record<string, unknown>,
  env: Record<string, string> = {},
): Promise<T> {
  const installation = await vscodeServer.look();
  assert(installation, 'there is no VS Code for the browser: node scripts/setup.mjs vscode');
  const suite = join(repository, 'out', 'bench', 'inside', `${program}.js`);
  await build({
    entryPoints: [join(__dirname, `${program}.ts`)],
    outfile: suite,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['vscode'],
    logLevel: 'error',
  });
  const directory = mkdtempSync(join(tmpdir(), 'rcm-bench-'));
  const file = join(directory, 'found.json');
  try {
    const code = await runSuite({
      installation,
      extension: repository,
      suite,
      mark: '[bench] ',
      settings,
      env: { ...env, [foundFileVariable]: file },
      timeoutMinutes: 5,
    });
    assert.equal(code, 0, `${program} failed in the extension host`);
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
