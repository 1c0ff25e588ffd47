import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';

interface Row {
  attack: string;
  tests: { file: string; title: string }[];
}

describe('docs/threat-model.md', () => {
  const rows = rowsIn(readFileSync('docs/threat-model.md', 'utf8'));

  it('has a test for every line, by file and title', () => {
    assert.ok(rows.length > 25);
    for (const { attack, tests } of rows) assert.ok(tests.length > 0, attack);
  });

  it('names only tests that are there', () => {
    const missing = rows.flatMap(({ tests }) =>
      tests.filter(({ file, title }) => !hasTest(file, title)).map(({ file, title }) => `${file}: ${title}`),
    );
    assert.deepEqual(missing, []);
  });

  it('would notice a test that is not there', () => {
    const [{ file, title }] = rows[0]!.tests as [Row['tests'][number]];
    assert.ok(hasTest(file, title));
    assert.equal(hasTest(file, `${title} at all`), false);
    assert.equal(hasTest(file, title.slice(0, -1)), false);
    assert.equal(hasTest('unit/nowhere.test.ts', title), false);
  });
});

/** The rows below `| What it tries | What holds | Tests |`. */
function rowsIn(text: string): Row[] {
  return [...text.matchAll(/^\| (To .*?) \| .* \| (.*) \|$/gm)].map(([, attack, tests]) => ({
    attack: attack!,
    tests: tests!.split('<br>').map(test => {
      const [, file, title] = /^`([^`]+)` (.+)$/.exec(test) ?? assert.fail(`no test: ${test}`);
      return { file: file!, title: title! };
    }),
  }));
}

/** `…` stands for what differs between tests that are made of one. */
function hasTest(file: string, title: string): boolean {
  if (!existsSync(`test/${file}`)) return false;
  const titles = [...readFileSync(`test/${file}`, 'utf8').matchAll(/\bit\(\s*(['"`])((?:\\.|(?!\1).)*)\1/g)];
  const known = titles.map(([, , written]) => written!.replace(/\$\{.*$/, '…'));
  return known.includes(title);
}
