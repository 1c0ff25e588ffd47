// Compiles the in-host suite to out/host: one file per test file, and the entry that both runners call.
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import esbuild from 'esbuild';
import { root } from '../setup/run.mjs';

/** The path of the entry. */
export async function buildSuite() {
  const source = join(root, 'test', 'host', 'suite');
  const target = join(root, 'out', 'host', 'suite');
  rmSync(target, { recursive: true, force: true });
  await esbuild.build({
    entryPoints: readdirSync(source, { recursive: true })
      .filter(name => name.endsWith('.ts'))
      .map(name => join(source, name)),
    outbase: source,
    outdir: target,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    sourcemap: 'inline',
    // Mocha has to be one and the same for the entry and the files it adds.
    external: ['vscode', 'mocha'],
    logLevel: 'error',
  });
  return join(target, 'index.js');
}
