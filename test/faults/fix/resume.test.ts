import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandWords } from '../../../src/core/connection/types';
import { openJournal } from '../../../src/core/operation/journal';
import type { Journal } from '../../../src/core/operation/types';
import { breakOff } from '../../support/childProcess';
import { FixStage, slot } from '../../support/fix/fixStage';

/** The slot of `{b}`: on its way from the first master to the third. */
const movingSlot = 3300;
const names = (letter: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${letter}${index}`);

describe('fixing slots by a process that was killed', () => {
  let stage: FixStage;
  let journal: Journal;

  beforeEach(async () => {
    stage = await FixStage.open();
    journal = await openJournal(await mkdtemp(join(stage.servers.directory, 'journal-')));
    // A slot whose keys are at all three, and which nobody owns; and a move that stopped in the middle.
    await stage.write(0, names('a', 500));
    await stage.leaveStray(1, 0, names('b', 3000));
    await stage.leaveStray(2, 0, names('c', 1000));
    const moving = names('{b}', 2000);
    await stage.nodeOf(0).pipeline(moving.slice(1000).map(name => ['SET', name, name]));
    await stage.setSlot(2, movingSlot, 'IMPORTING', 0);
    await stage.setSlot(0, movingSlot, 'MIGRATING', 2);
    const gone = moving.slice(0, 1000).flatMap((name): CommandWords[] => [['ASKING'], ['SET', name, name]]);
    await stage.nodeOf(2).pipeline(gone);
    await stage.disown([slot]);
  });
  afterEach(() => stage.close());

  const moments: [string, number][] = [
    ['claimSlots', 0],
    ['tellOwners', 0],
    ['moveStrays', 0],
    ['moveStrays', 15],
    ['moveStrays', 60],
    ['moveSlots', 0],
    ['moveSlots', 10],
    ['awaitOwners', 0],
  ];
  for (const [step, delay] of moments)
    it(`${delay} ms into ${step} is resumed to its end, and no key is lost`, async () => {
      const request = { uncovered: 'assign', openSlots: 'finish' };
      const job = { planner: 'planFix', request, nodes: stage.servers.nodes, journal } as const;
      const { id } = await breakOff(job, step, delay);
      assert.equal((await journal.resume(stage.client, id).finished).outcome, 'completed');
      await stage.assertFixed(await stage.ownerOf(slot));
      const moved = names('{b}', 2000);
      assert.deepEqual(await stage.nodeOf(2).pipeline(moved.map(name => ['GET', name])), moved);
      assert.deepEqual(await journal.unfinished(), []);
    });
});
