import assert from 'node:assert/strict';
import { ClusterError } from '../../../src/core/topology/clusterError';
import { OperationError } from '../../../src/core/operation/operationError';
import { eachNode } from '../../../src/core/operation/steps/eachNode';
import { libraryConflicts } from '../../../src/core/operation/steps/functionLibraries';
import { poll } from '../../../src/core/connection/poll';
import { whatOf } from '../../../src/core/operation/whatOf';

describe('eachNode', () => {
  it('gives the results in the order of the items', async () => {
    const results = await eachNode([3, 1, 2], async item => {
      await new Promise(resolve => setTimeout(resolve, item));
      return item * 10;
    });
    assert.deepEqual(results, [30, 10, 20]);
  });

  it('throws the first failure only after every begun task has settled', async () => {
    let settled = 0;
    const failing = eachNode([0, 1, 2], async item => {
      if (item < 2) throw new Error(`task ${item}`);
      await new Promise(resolve => setTimeout(resolve, 10));
      settled++;
    });
    await assert.rejects(failing, /task 0/);
    assert.equal(settled, 1);
  });

  it('runs at most 50 tasks at once', async () => {
    let running = 0;
    let most = 0;
    await eachNode(Array.from({ length: 120 }), async () => {
      most = Math.max(most, ++running);
      await new Promise(resolve => setImmediate(resolve));
      running--;
    });
    assert.equal(most, 50);
  });
});

describe('poll', () => {
  it('looks at least once, and gives undefined when the time ran out', async () => {
    let looks = 0;
    const look = async (): Promise<undefined> => void looks++;
    assert.equal(await poll(look, { timeoutMilliseconds: 0 }), undefined);
    assert.equal(looks, 1);
  });

  it('rejects with the reason of its signal in the middle of a wait', async () => {
    const controller = new AbortController();
    const reason = new Error('cancelled');
    const polling = poll(async () => void setImmediate(() => controller.abort(reason)), {
      signal: controller.signal,
      timeoutMilliseconds: 60_000,
      intervalMilliseconds: 60_000,
    });
    await assert.rejects(polling, error => error === reason);
  });
});

describe('libraryConflicts', () => {
  const node = (address: string) => ({ id: address, address });
  const library = (name: string, code: string, ...functions: string[]) => ({ name, code, functions });

  it('finds nothing in equal and in disjoint libraries', () => {
    assert.deepEqual(
      libraryConflicts([
        { node: node('a:1'), libraries: [library('x', 'code', 'f')] },
        { node: node('b:1'), libraries: [library('x', 'code', 'f'), library('y', 'other', 'g')] },
        { node: node('c:1'), libraries: [] },
      ]),
      [],
    );
  });

  it('names both nodes that have different code under one name', () => {
    const conflicts = libraryConflicts([
      { node: node('a:1'), libraries: [library('x', 'one', 'f')] },
      { node: node('b:1'), libraries: [library('x', 'two', 'f')] },
    ]);
    assert.deepEqual(conflicts, ['a:1 and b:1 have different code in the function library "x".']);
  });

  it('names a function that two libraries define', () => {
    const conflicts = libraryConflicts([
      { node: node('a:1'), libraries: [library('x', 'one', 'f')] },
      { node: node('b:1'), libraries: [library('y', 'two', 'f')] },
    ]);
    assert.deepEqual(conflicts, ['The function "f" is in the library "x" on a:1 and in "y" on b:1.']);
  });
});

describe('whatOf', () => {
  it('leaves out what is true now and what to do', () => {
    const error = new ClusterError('code', 'It happened.', { now: 'Nothing was changed.', remedy: 'Try again.' });
    assert.equal(whatOf(error), 'It happened.');
    assert.equal(whatOf(new OperationError('code', 'It happened.', { remedy: 'Try again.' })), 'It happened.');
    assert.equal(whatOf(new Error('plain')), 'plain');
    assert.equal(whatOf('text'), 'text');
  });
});
