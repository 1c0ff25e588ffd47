// `npm run l10n`: writes every text that src says through l10n.t into l10n/bundle.l10n.json. In each translation, those of
// package.nls.json included, what is said no more is dropped and the order made the same; what is not translated yet is listed.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getL10nJson } from '@vscode/l10n-dev';
import { format, resolveConfig } from 'prettier';
import { root } from './setup/run.mjs';

const bundle = join(root, 'l10n', 'bundle.l10n.json');
await write(bundle, inOrder(await getL10nJson(sources())));
let missing = 0;
for (const base of [bundle, join(root, 'package.nls.json')])
  for (const translation of translationsOf(base)) missing += await follow(base, translation);
process.exitCode = missing > 0 ? 1 : 0;

function sources() {
  const folder = join(root, 'src');
  return readdirSync(folder, { recursive: true })
    .filter(name => /(?<!\.d)\.ts$/.test(name))
    .map(name => ({ extension: '.ts', contents: readFileSync(join(folder, name), 'utf8') }));
}

/** By the alphabet: where a text is said changes more often than what it says. */
function inOrder(texts) {
  return Object.fromEntries(Object.entries(texts).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** `bundle.l10n.json` -> every `bundle.l10n.<language>.json` beside it. */
function translationsOf(base) {
  const [folder, stem] = [join(base, '..'), base.slice(0, -'.json'.length)];
  return readdirSync(folder)
    .map(name => join(folder, name))
    .filter(path => path.startsWith(`${stem}.`) && path.endsWith('.json') && path !== base);
}

/** Returns how many translations are missing. */
async function follow(base, translation) {
  const keys = Object.keys(read(base));
  const texts = read(translation);
  const stale = Object.keys(texts).filter(key => !keys.includes(key));
  const missing = keys.filter(key => !(key in texts));
  const name = translation.slice(root.length + 1);
  await write(translation, Object.fromEntries(keys.flatMap(key => (key in texts ? [[key, texts[key]]] : []))));
  console.log(
    `${name}: ${keys.length - missing.length} texts, ${stale.length} dropped, ${missing.length} to translate`,
  );
  for (const key of stale) console.log(`  - ${key}`);
  for (const key of missing) console.log(`  + ${key}`);
  return missing.length;
}

function read(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

async function write(path, texts) {
  writeFileSync(path, await format(JSON.stringify(texts), { ...(await resolveConfig(path)), filepath: path }));
}
