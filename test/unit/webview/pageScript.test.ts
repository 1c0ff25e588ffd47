import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Metafile } from 'esbuild';
import { page } from '../../../esbuild';

const KIBIBYTE = 1024;

describe('script of the topology page', () => {
  let kibibytes: Map<string, number>;
  let outputs: Metafile['outputs'];

  before(async () => {
    const built = await build({ ...page, minify: true, write: false, metafile: true, logLevel: 'silent' });
    outputs = Object.fromEntries(
      Object.entries(built.metafile.outputs).map(([path, output]) => [basename(path), output]),
    );
    kibibytes = new Map(
      built.outputFiles.map(({ path, contents }) => [basename(path), gzipSync(contents).length / KIBIBYTE]),
    );
  });

  it('is under 50 KiB gzipped as far as a page with six nodes needs it', () => {
    const sizes = needed('topology.js').map(name => kibibytes.get(name) ?? NaN);
    assert.ok(sizes.reduce((sum, size) => sum + size) < 50, `It is ${sizes.join(' + ')} KiB.`);
  });

  it('imports the views other than the graph when they are wanted, as one script', () => {
    const later = outputs['topology.js']?.imports.filter(({ kind }) => kind === 'dynamic-import') ?? [];
    assert.equal(later.length, 1);
    const inputs = Object.keys(outputs[basename(later[0]!.path)]?.inputs ?? {});
    for (const view of ['slots/slotsView', 'hosts/hosts', 'table/table'])
      assert.ok(inputs.includes(`src/webview/${view}.ts`), inputs.join());
  });

  /** A script, and what it imports at once. */
  function needed(name: string): string[] {
    const imports = outputs[name]?.imports.filter(({ kind }) => kind === 'import-statement') ?? [];
    return [...new Set([name, ...imports.flatMap(({ path }) => needed(basename(path)))])];
  }
});
