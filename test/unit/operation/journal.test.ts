import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal } from '../../../src/core/operation/journal';
import { OperationError } from '../../../src/core/operation/operationError';
import type { Journal, OperationLock } from '../../../src/core/operation/types';
import type { Plan } from '../../../src/core/plan/types';

const node = (id: string) => ({ id, address: `127.0.0.1:${7000 + Number(id)}` });
const planOf = (...ids: string[]): Plan => ({
  formatVersion: 1,
  kind: 'create',
  title: `Create ${ids.join('')}`,
  stateId: 'state',
  steps: [{ kind: 'restoreSettings', text: 'Put back.', nodes: ids.map(node) }],
  before: { nodes: ids.map(id => ({ ...node(id), role: 'spare', slots: '', hostLabel: 'here' })) },
  after: { nodes: ids.map(id => ({ ...node(id), role: 'master', slots: '', hostLabel: 'here' })) },
  warnings: [],
  risk: 'none',
});
const at = '2026-08-01T10:00:00.000Z';

describe('journal', () => {
  let directory: string;
  let journal: Journal;
  const file = (id: string): string => join(directory, `${id}.jsonl`);

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rcm-journal-'));
    journal = await openJournal(directory);
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  async function begin(id: string, ...nodeIds: string[]): Promise<OperationLock> {
    const lock = await journal.lock({ operationId: id, title: `Create ${nodeIds.join('')}`, nodeIds });
    const writer = await journal.begin(id, planOf(...nodeIds));
    await writer.append({ type: 'stepStarted', index: 0, at });
    await writer.close();
    return lock;
  }

  async function complete(id: string, settled = true): Promise<void> {
    const writer = await journal.continue({ id, mode: 'resume' });
    const outcome = settled ? 'completed' : 'failed';
    await writer.append({ type: 'outcome', outcome, message: 'So it ended.', notes: ['A note.'], settled, at });
    await writer.close();
  }

  it('holds the nodes of a cluster once, however many operations are kept', async () => {
    for (const id of ['20260801-one', '20260801-two', '20260801-other']) {
      const lock = await begin(id, ...(id.endsWith('other') ? ['3'] : ['1', '2']));
      await complete(id);
      await lock.release();
    }
    const plans = new Map((await journal.history()).map(({ id, plan }) => [id, plan!]));
    const [one, two, other] = ['one', 'two', 'other'].map(name => plans.get(`20260801-${name}`)!);
    assert.deepEqual([one, two, other], [planOf('1', '2'), planOf('1', '2'), planOf('3')]);
    assert.equal(one!.after.nodes[0], two!.after.nodes[0]);
    assert.equal(one!.before.nodes[1], two!.before.nodes[1]);
  });

  it('lists an operation as running while its lock is held, and as interrupted once it is not', async () => {
    const lock = await begin('20260801-one', '1');
    assert.deepEqual(
      (await journal.history()).map(({ state }) => state),
      ['running'],
    );
    assert.deepEqual(await journal.unfinished(), []);
    await lock.release();
    const [operation] = await journal.unfinished();
    assert.equal(operation?.state, 'interrupted');
    assert.equal(operation.title, 'Create 1');
    assert.equal(operation.processId, process.pid);
    assert.match(operation.startedAt, /^20\d\d-/);
  });

  it('keeps what ended in the history, newest first, and no longer lists it as unfinished', async () => {
    await (await begin('20260801-one', '1')).release();
    await complete('20260801-one');
    await (await begin('20260802-two', '2')).release();
    await complete('20260802-two');
    assert.deepEqual(await journal.unfinished(), []);
    const history = await journal.history();
    assert.deepEqual(
      history.map(({ id, state }) => [id, state]),
      [
        ['20260802-two', 'completed'],
        ['20260801-one', 'completed'],
      ],
    );
    assert.equal(history[0]?.message, 'So it ended.');
    assert.equal(history[0].endedAt, at);
    assert.deepEqual(history[0].notes, ['A note.']);
  });

  it('lists an operation that failed and could not put everything back as unfinished until it is dismissed', async () => {
    await (await begin('one', '1')).release();
    await complete('one', false);
    assert.deepEqual(
      (await journal.unfinished()).map(({ state }) => state),
      ['failed'],
    );
    await journal.dismiss('one');
    assert.deepEqual(await journal.unfinished(), []);
  });

  it('refuses a new operation on nodes that an interrupted one may have left changed', async () => {
    await (await begin('one', '1', '2')).release();
    const rejected = journal.lock({ operationId: 'two', title: 'Create 23', nodeIds: ['2', '3'] });
    await assert.rejects(rejected, (error: unknown) => {
      assert(error instanceof OperationError);
      assert.equal(error.code, 'interruptedOperation');
      assert.match(error.message, /"Create 12".*Nothing was changed\. Resume/);
      assert.equal(error.operationId, 'one');
      return true;
    });
    await assert.rejects(journal.refuseHeld(['2', '3']), { code: 'interruptedOperation', operationId: 'one' });
    await journal.refuseHeld(['2', '3'], { readsOnly: true });
    await journal.refuseHeld(['3']);
    await journal.lock({ operationId: 'three', title: 'Create 34', nodeIds: ['3', '4'] });
    await journal.lock({ operationId: 'one', title: 'Create 12', nodeIds: ['1', '2'] });
  });

  it('reads over a last line that was torn, and writes the next record on a line of its own', async () => {
    await (await begin('one', '1')).release();
    await appendFile(file('one'), '{"type":"stepDone","ind');
    assert.deepEqual(
      (await journal.history()).map(({ state, stepIndex }) => [state, stepIndex]),
      [['interrupted', 0]],
    );
    await complete('one');
    assert.deepEqual(
      (await journal.history()).map(({ state }) => state),
      ['completed'],
    );
    assert.doesNotMatch(await readFile(file('one'), 'utf8'), /"ind\b/);
  });

  for (const [what, content, reason] of [
    ['of another version', `${JSON.stringify({ formatVersion: 2, id: 'x' })}\n`, /format version is 2/],
    ['with a broken line in its middle', `${JSON.stringify({ formatVersion: 1 })}\n{]\n`, /line 1 is not a header/],
    ['that is empty', '', /it is empty/],
    ['that is no JSON', 'hello\n', /line 1 is not JSON/],
    ['that is only null', 'null\n', /format version is not told/],
  ] as const)
    it(`lists a file ${what} as unreadable, with the reason`, async () => {
      await writeFile(file('bad'), content);
      await (await begin('good', '1')).release();
      const history = await journal.history();
      assert.deepEqual(
        history.map(({ id, state }) => [id, state]),
        [
          ['good', 'interrupted'],
          ['bad', 'unreadable'],
        ],
      );
      assert.match(history[1]!.message!, reason);
      assert.throws(() => journal.resume({ run: () => assert.fail() }, 'bad'), /cannot be read/);
    });

  it('lists a file with an unknown record as unreadable', async () => {
    await (await begin('one', '1')).release();
    await appendFile(file('one'), '{"type":"flush"}\n');
    assert.match((await journal.history())[0]!.message!, /line 3 is no known record/);
  });

  it('lets only the owner read its files', async () => {
    await begin('one', '1');
    assert.equal((await stat(file('one'))).mode & 0o777, 0o600);
  });

  it('refuses an id that is none', () => {
    for (const id of ['../one', 'a/b', '', 'x'.repeat(65)])
      assert.throws(() => journal.resume({ run: () => assert.fail() }, id), { code: 'unknownOperation' });
  });

  async function settleMany(): Promise<void> {
    await (await begin('0-interrupted', 'x')).release();
    await (await begin('1000-settled', '1')).release();
    await complete('1000-settled');
    const settled = await readFile(file('1000-settled'), 'utf8');
    for (let number = 1001; number < 1203; number++)
      await writeFile(file(`${number}-settled`), settled.replace('1000-settled', `${number}-settled`));
    assert.equal((await journal.history()).length, 204);
  }

  it('keeps 200 settled operations, and everything that needs attention, when it is opened', async () => {
    await settleMany();
    const pruned = await (await openJournal(directory)).history();
    assert.equal(pruned.length, 201);
    assert.equal(pruned.at(-1)?.id, '0-interrupted');
    assert.equal(pruned.at(-2)?.id, '1003-settled');
  });

  it('keeps fewer where their plans are large, and the last of them whatever its size', async () => {
    await settleMany();
    const grow = async (number: number, bytes: number): Promise<void> => {
      const path = file(`${number}-settled`);
      await writeFile(path, (await readFile(path, 'utf8')).replaceAll('A note.', 'x'.repeat(bytes)));
    };
    const idsKept = async (): Promise<string[]> => (await (await openJournal(directory)).history()).map(({ id }) => id);
    await grow(1200, 7_000_000);
    await grow(1198, 8_900_000);
    await grow(1196, 500_000);
    assert.deepEqual(await idsKept(), [
      ...['1202', '1201', '1200', '1199', '1198', '1197'].map(number => `${number}-settled`),
      '0-interrupted',
    ]);
    await grow(1202, 17_000_000);
    assert.deepEqual(await idsKept(), ['1202-settled', '0-interrupted']);
  });

  it('keeps no more of them when an operation begins, however long it has been open', async () => {
    await settleMany();
    await (await begin('2000-begun', '2')).release();
    const pruned = await journal.history();
    assert.equal(pruned.length, 202);
    assert.equal(pruned.at(-1)?.id, '0-interrupted');
    assert.equal(pruned.at(-2)?.id, '1003-settled');
  });
});
