import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { readPageScripts, type PageScripts } from '../../support/pageScripts';

describe('script of the topology page', () => {
  let scripts: PageScripts;

  before(async () => {
    scripts = await readPageScripts();
  });

  it('is under 50 KiB gzipped as far as a page with six nodes needs it', () => {
    const { neededKibibytes } = scripts;
    assert.ok(neededKibibytes > 10 && neededKibibytes < 50, `It is ${neededKibibytes} KiB.`);
  });

  it('imports the views other than the graph when they are wanted, as one script', () => {
    const { outputs } = scripts;
    const later = outputs['topology.js']?.imports.filter(({ kind }) => kind === 'dynamic-import') ?? [];
    assert.equal(later.length, 1);
    const inputs = Object.keys(outputs[basename(later[0]!.path)]?.inputs ?? {});
    for (const view of ['slots/slotsView', 'hosts/hosts', 'table/table'])
      assert.ok(inputs.includes(`src/webview/${view}.ts`), inputs.join());
  });
});
