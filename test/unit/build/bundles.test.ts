import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { build } from 'esbuild';
import { builds } from '../../../esbuild';
import { thirdPartyNotices } from '../../../scripts/build/thirdPartyNotices';
import { findDynamicCode } from '../../../scripts/checks/dynamicCode.mjs';

/** What makes code of text all the same, by file, and why that may stay. */
const exceptions: Record<string, readonly string[]> = {
  // ssh2 asks once whether there are BigInts, and goes on without where that is refused.
  'ssh.js': ['new Function("return 2n ** 32n")'],
};

describe('What ships', () => {
  let outputs: { name: string; text: string }[];
  let inputs: string[];
  before(async () => {
    const results = await Promise.all(
      builds.map(options => build({ ...options, write: false, metafile: true, sourcemap: false, logLevel: 'silent' })),
    );
    outputs = results.flatMap(({ outputFiles = [] }) =>
      outputFiles.map(({ path, text }) => ({ name: basename(path), text })),
    );
    inputs = results.flatMap(({ metafile }) => Object.keys(metafile?.inputs ?? {}));
  });

  it('makes no code of text', () => {
    assert.ok(outputs.length >= 4);
    for (const { name, text } of outputs) assert.deepEqual(findDynamicCode(text), exceptions[name] ?? [], name);
  });

  it('holds no package but those that package.json names as dependencies, and what they need', () => {
    const packages = new Set(inputs.flatMap(path => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []));
    assert.deepEqual([...packages].sort(), [
      '@ioredis/commands',
      '@vscode/l10n',
      'asn1',
      'bcrypt-pbkdf',
      'cluster-key-slot',
      'debug',
      'denque',
      'has-flag',
      'ioredis',
      'ms',
      'redis-errors',
      'safer-buffer',
      'ssh2',
      'standard-as-callback',
      'supports-color',
      'tweetnacl',
      'zod',
    ]);
  });

  it('names each of them with a licence that allows it, and would not be built otherwise', () => {
    const notices = thirdPartyNotices([{ inputs: Object.fromEntries(inputs.map(path => [path, inputOf()])) }]);
    assert.match(notices, /^ioredis \S+ \(MIT\)$/m);
    const foreign = { inputs: { 'node_modules/axe-core/axe.js': inputOf() } };
    assert.throws(() => thirdPartyNotices([foreign]), /axe-core is bundled under "MPL-2.0", which is not allowed/);
  });
});

describe('Code made of text', () => {
  for (const text of [
    'eval("1")',
    '(0, eval)(given)',
    'new Function("return 1")()',
    'Function(given)',
    'const F = Function; new F("")',
    'globalThis.eval(given)',
    'setTimeout("go()", 5)',
    'window.setInterval(`${given}()`, 5)',
    'require("node:vm").runInThisContext(given)',
  ])
    it(`is found: ${text}`, () => assert.equal(findDynamicCode(text).length, 1));

  for (const text of [
    'redis.eval(script)',
    'const commands = { eval: 1, Function: 2 }; commands.eval',
    'setTimeout(() => go(), 5); setTimeout(go)',
    'require("node:fs")',
    '"eval(1)"; // new Function()',
  ])
    it(`is not found: ${text}`, () => assert.deepEqual(findDynamicCode(text), []));
});

function inputOf() {
  return { bytes: 0, imports: [] };
}
