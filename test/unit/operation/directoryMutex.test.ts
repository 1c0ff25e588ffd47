import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withDirectoryMutex } from '../../../src/core/operation/directoryMutex';
import { ownIdentity } from '../../../src/core/operation/processIdentity';

describe('directory mutex', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rcm-mutex-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const writeHolder = async (generation: number, change: object = {}): Promise<void> =>
    writeFile(join(directory, `mutex-${generation}`), JSON.stringify({ ...(await ownIdentity()), ...change }));

  it('runs one task at a time and gives its result', async () => {
    let inside = 0;
    let most = 0;
    const tasks = Array.from({ length: 10 }, (_, index) =>
      withDirectoryMutex(directory, 10_000, async () => {
        most = Math.max(most, ++inside);
        await new Promise(resolve => setImmediate(resolve));
        inside--;
        return index;
      }),
    );
    assert.deepEqual(
      (await Promise.all(tasks)).map(result => result?.value),
      tasks.map((_, index) => index),
    );
    assert.equal(most, 1);
  });

  it('is let go when the task throws', async () => {
    await assert.rejects(
      withDirectoryMutex(directory, 1000, async () => Promise.reject(new Error('task'))),
      /task/,
    );
    assert.deepEqual(await withDirectoryMutex(directory, 1000, async () => 1), { value: 1 });
  });

  it('is not taken from a living holder: the task does not run', async () => {
    await writeHolder(1);
    assert.equal(await withDirectoryMutex(directory, 30, async () => assert.fail('It ran.')), undefined);
  });

  it('is waited for no longer when the clock is set back meanwhile', async () => {
    await writeHolder(1);
    const { now } = Date;
    let wall = now();
    Date.now = () => (wall -= 1000);
    try {
      assert.equal(await withDirectoryMutex(directory, 30, async () => assert.fail('It ran.')), undefined);
    } finally {
      Date.now = now;
    }
  });

  it('is taken from a dead holder', async () => {
    await writeHolder(7, { processStart: 'an earlier process' });
    assert.deepEqual(await withDirectoryMutex(directory, 1000, async () => 1), { value: 1 });
    assert.deepEqual((await readdir(directory)).sort(), ['mutex-7', 'mutex-8', 'mutex-8.released']);
  });

  it('goes by its newest generation, whatever older ones are left', async () => {
    await writeHolder(1);
    await writeHolder(3, { processStart: 'an earlier process' });
    assert.deepEqual(await withDirectoryMutex(directory, 1000, async () => 1), { value: 1 });
    await writeHolder(9);
    assert.equal(await withDirectoryMutex(directory, 30, async () => assert.fail('It ran.')), undefined);
  });
});
