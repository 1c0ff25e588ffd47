import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { isRowGone } from '../../../src/extension/commands/rowGone';
import { commandIds } from '../../../src/shared/commandIds';

interface Manifest {
  contributes: { menus: Record<string, { command: string }[]> };
}

describe('A command called on a row that has gone', () => {
  const { menus } = (JSON.parse(readFileSync('package.json', 'utf8')) as Manifest).contributes;
  const inTitles = new Set(menus['view/title']!.map(({ command }) => command));

  it('is told from one called from the palette, which alone may ask on which node', () => {
    for (const id of Object.values(commandIds)) {
      assert.equal(isRowGone(id, []), false, id);
      assert.equal(isRowGone(id, [{ clusterId: 'a', nodeId: 'b' }, undefined]), false, id);
    }
    assert.equal(isRowGone(commandIds.killNode, [undefined, undefined]), true);
    assert.equal(isRowGone(commandIds.killNode, [null]), true);
  });

  it('is refused unless the title of a view offers it, where no row need have the focus', () => {
    for (const id of Object.values(commandIds)) assert.equal(isRowGone(id, [undefined]), !inTitles.has(id), id);
  });
});
