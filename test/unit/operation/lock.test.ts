import assert from 'node:assert/strict';
import promises from 'node:fs/promises';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { heldLocks, refuseHeld, takeLock } from '../../../src/core/operation/lock';
import { LockedError } from '../../../src/core/operation/operationError';
import { ownIdentity } from '../../../src/core/operation/processIdentity';
import { startChild, type Child } from '../../support/childProcess';

const contender = join(__dirname, 'lockContender.ts');

describe('lock', () => {
  let parent: string;
  let directory: string;
  const children: Child[] = [];
  const start = (...args: string[]): Child => {
    const child = startChild(contender, args);
    children.push(child);
    return child;
  };
  const claim = (operationId: string, ...nodeIds: string[]) => ({
    operationId,
    title: `Title ${operationId}`,
    nodeIds,
  });

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'rcm-lock-'));
    directory = join(parent, 'locks');
  });
  afterEach(async () => {
    await Promise.all(children.splice(0).map(child => child.kill()));
    await rm(parent, { recursive: true, force: true });
  });

  it('is refused to a second operation that shares a node, naming the holder', async () => {
    await takeLock(directory, claim('first', 'a', 'b'));
    await assert.rejects(takeLock(directory, claim('second', 'b', 'c')), error => {
      assert(error instanceof LockedError);
      assert.equal(error.holder?.title, 'Title first');
      assert.equal(error.holder?.processId, process.pid);
      assert.match(error.message, /"Title first", in this window, since \d\d:\d\d:\d\d\./);
      return true;
    });
  });

  it('is given to two operations that share no node', async () => {
    await takeLock(directory, claim('first', 'a', 'b'));
    await takeLock(directory, claim('second', 'c'));
    assert.equal((await heldLocks(directory)).length, 2);
  });

  it('is free again once released, and releasing twice takes nothing from the next holder', async () => {
    const first = await takeLock(directory, claim('first', 'a'));
    await first.release();
    await takeLock(directory, claim('second', 'a'));
    await first.release();
    await assert.rejects(takeLock(directory, claim('third', 'a')), LockedError);
  });

  it('can be read only by its owner', async () => {
    await takeLock(directory, claim('first', 'a'));
    assert.equal((await stat(join(directory, 'first.json'))).mode & 0o777, 0o600);
    assert.equal((await stat(directory)).mode & 0o777, 0o700);
  });

  it('of a process that was killed is given to the next one', async () => {
    const child = start('hold', directory, 'first', 'a,b');
    await child.line('held');
    await assert.rejects(takeLock(directory, claim('second', 'a')), LockedError);
    await child.kill();
    await takeLock(directory, claim('second', 'a'));
  });

  it('of a process that is stopped but alive is not stolen', async () => {
    const child = start('hold', directory, 'first', 'a');
    await child.line('held');
    child.process.kill('SIGSTOP');
    await assert.rejects(takeLock(directory, claim('second', 'a')), LockedError);
  });

  it('of an earlier process whose pid was given to another one is free', async () => {
    const lock = await takeLock(directory, claim('first', 'a'));
    const path = join(directory, 'first.json');
    const content = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
    assert.equal(content.processStart, (await ownIdentity()).processStart);
    assert.notEqual(content.processStart, '');
    await writeFile(path, JSON.stringify({ ...content, processStart: 'another boot/1' }));
    await takeLock(directory, claim('second', 'a'));
    await lock.release();
  });

  for (const [what, name] of [
    ['its file', 'first.json'],
    ['the files of the locks', 'locks'],
    ['what tells its process from an earlier one', 'boot_id'],
  ] as const)
    it(`is not taken for free when ${what} cannot be read`, async () => {
      await takeLock(directory, claim('first', 'a'));
      const mend = failToRead(name);
      try {
        await assert.rejects(refuseHeld(directory, ['a']));
        await assert.rejects(takeLock(directory, claim('second', 'a')));
      } finally {
        mend();
      }
      await assert.rejects(takeLock(directory, claim('second', 'a')), LockedError);
    });

  it('of a process on another host is kept, and the error names the file to delete', async () => {
    await takeLock(directory, claim('first', 'a'));
    const path = join(directory, 'first.json');
    const content = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
    await writeFile(path, JSON.stringify({ ...content, host: `not-${hostname()}`, pid: 1 }));
    await assert.rejects(takeLock(directory, claim('second', 'a')), (error: Error) => error.message.includes(path));
  });

  it('is held by one process at a time when many contend, some of which are killed while they hold it', async () => {
    const contenders = [
      ...[1, 2, 3].map(number => start('contend', directory, `contender-${number}`, 'a', '25')),
      ...[1, 2, 3].map(number => start('contendAndDie', directory, `mortal-${number}`, 'a', '8')),
    ];
    const ends = await Promise.all(contenders.map(child => child.ended()));
    for (const { output } of ends) assert.doesNotMatch(output, /overlap|Error/, output);
    assert.deepEqual(
      ends.map(({ output, signal }) => (signal === 'SIGKILL' ? 'killed' : output.trim())),
      ['done', 'done', 'done', 'killed', 'killed', 'killed'],
    );
    await takeLock(directory, claim('last', 'a'));
    const left = (await readdir(directory)).filter(name => name.startsWith('mutex-') || name.startsWith('aside-'));
    assert(left.length <= 8, `Files of the mutex pile up: ${left.join(', ')}`);
  });
});

/** As when this process has too many files open. Returns what mends it. */
function failToRead(name: string): () => void {
  const { readFile, readdir } = promises;
  const failing =
    <Given extends [unknown, ...unknown[]]>(read: (...given: Given) => unknown) =>
    (...given: Given): unknown =>
      String(given[0]).endsWith(`/${name}`)
        ? Promise.reject(Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' }))
        : read(...given);
  Object.assign(promises, {
    readFile: failing(readFile as (...given: [unknown]) => unknown),
    readdir: failing(readdir as (...given: [unknown]) => unknown),
  });
  return () => void Object.assign(promises, { readFile, readdir });
}
