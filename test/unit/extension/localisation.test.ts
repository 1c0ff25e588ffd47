import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { localisedCalls } from '../../support/localisedTexts';

type Texts = Record<string, unknown>;

const bundle = readTexts('l10n/bundle.l10n.json');
const manifestTexts = readTexts('package.nls.json');
const translations = [
  ...readdirSync('l10n').map(name => join('l10n', name)),
  ...readdirSync('.').filter(name => name.startsWith('package.nls.')),
]
  .filter(path => /\.(l10n|nls)\.[\w-]+\.json$/.test(path))
  .map(path => ({ path, texts: readTexts(path), english: path.includes('package.nls') ? manifestTexts : bundle }));

describe('The texts of the extension and the page', () => {
  const calls = localisedCalls('src');

  it('are written out where they are said, and none is put together first', () => {
    assert.ok(calls.length > 500);
    assert.deepEqual(
      calls.filter(({ key }) => key === undefined).map(({ place }) => place),
      [],
    );
  });

  it('are in the bundle, and it holds no others: `npm run l10n` brings it up to date', () => {
    const said = new Map(calls.flatMap(({ key, place }) => (key === undefined ? [] : [[key, place] as const])));
    const missing = [...said].filter(([key]) => !(key in bundle)).map(([key, place]) => `${place}: ${key}`);
    const stale = Object.keys(bundle).filter(key => !said.has(key));
    assert.deepEqual({ missing, stale }, { missing: [], stale: [] });
  });

  it('are asked for when they are said: a module of the extension that is loaded knows no language yet', () => {
    const early = calls.filter(({ place, isEarly }) => isEarly && place.startsWith(join('src', 'extension')));
    assert.deepEqual(
      early.map(({ place }) => place),
      [],
    );
  });
});

describe('The texts of package.json', () => {
  it('are those of package.nls.json, all of them', () => {
    const manifest = readFileSync('package.json', 'utf8');
    const asked = new Set([...manifest.matchAll(/"%([^"%]+)%"/g)].map(([, key]) => key!));
    const missing = [...asked].filter(key => !(key in manifestTexts));
    const stale = Object.keys(manifestTexts).filter(key => !asked.has(key));
    assert.deepEqual({ missing, stale }, { missing: [], stale: [] });
  });
});

describe('The translations', () => {
  it('are there for both', () => {
    assert.deepEqual(
      translations.map(({ path }) => path),
      [join('l10n', 'bundle.l10n.zh-cn.json'), 'package.nls.zh-cn.json'],
    );
  });

  for (const { path, texts, english } of translations) {
    describe(path, () => {
      it('has every text and no other, in the order of the English ones', () => {
        assert.deepEqual(Object.keys(texts), Object.keys(english));
      });

      it('keeps what is put in, what is code, and the commands of links', () => {
        for (const [key, text] of Object.entries(texts)) {
          const original = path.includes('package.nls') ? english[key] : key;
          assert.ok(typeof text === 'string' && text !== '', key);
          assert.deepEqual(partsOf(text), partsOf(original as string), key);
        }
      });
    });
  }
});

/** `{0}`, code in backticks, icons, and where links lead: the same in every language, in whatever order. */
function partsOf(text: string): string[] {
  return (text.match(/\{\d+\}|`[^`]+`|\$\([\w-]+\)|\(command:[^)]+\)/g) ?? []).sort();
}

function readTexts(path: string): Texts {
  return JSON.parse(readFileSync(path, 'utf8')) as Texts;
}
