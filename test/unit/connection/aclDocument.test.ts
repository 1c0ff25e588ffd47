import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { aclWords, needsKeys, permissionsFor } from '../../../src/core/connection/diagnosis/aclRule';
import { permissions, type Aim, type Permission } from '../../../src/core/connection/diagnosis/permissions';
import { groupBy } from '../../../src/core/topology/groupBy';

describe('docs/acl.md', () => {
  let text: string;

  before(async () => {
    text = await readFile('docs/acl.md', 'utf8');
  });

  for (const aim of ['watching', 'clients', 'settings', 'managing'] as const)
    it(`has the rule for ${aim} as the code has it, with what newer servers add`, () => {
      for (const line of [...linesOf(aim), ...purposesOf(aim)])
        assert(text.split('\n').includes(line), `this line is missing:\n${line}`);
    });

  it('names no other right', () => {
    const named = new Set([...text.matchAll(/(?<=[ `])\+[a-z-]+(?:\|[a-z-]+)?/g)].map(([right]) => right.slice(1)));
    const known = permissions.map(({ command }) => command);
    assert.deepEqual([...named].sort(), [...known].sort());
    assert.equal(new Set(known).size, known.length);
  });
});

const users: Record<Aim, string> = {
  watching: 'watcher on >PASSWORD',
  clients: 'watcher',
  settings: 'watcher',
  managing: 'manager on >PASSWORD',
};

/** The rule every server takes, then what the newer ones know too. */
function linesOf(aim: Aim): string[] {
  const all = permissionsFor(aim);
  const always = aclWords(all, { keys: needsKeys(aim), knows: ({ since }) => since === undefined });
  const newer = groupBy(
    all.filter(({ since }) => since !== undefined),
    ({ since }) => since!,
  );
  return [
    `ACL SETUSER ${users[aim]} ${always.join(' ')}`,
    ...[...newer].map(([since, some]) => `- from ${since} on: ${rights(some)}`),
  ];
}

function purposesOf(aim: Aim): string[] {
  const own = groupBy(
    permissions.filter(permission => permission.aim === aim),
    ({ purpose }) => purpose,
  );
  return [...own].map(([purpose, some]) => `- ${purpose}: ${rights(some)}`);
}

function rights(some: readonly Permission[]): string {
  return some.map(({ command }) => `\`+${command}\``).join(' ');
}
