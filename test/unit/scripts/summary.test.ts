import assert from 'node:assert/strict';
import { addUp, closingLine, judge, slowestFiles } from '../../../scripts/tests/summary.mjs';

describe('The judgement of a check', () => {
  it('counts one passed for a good one', () => {
    assert.deepEqual(judge({ kind: 'check', label: 'lint', status: 0 }), { passed: 1, failed: 0, notes: [] });
  });

  it('counts one failed for a bad one and says how it ended', () => {
    assert.deepEqual(judge({ kind: 'check', label: 'lint', status: 2 }), {
      passed: 0,
      failed: 1,
      notes: ['lint: ended with code 2'],
    });
  });

  it('counts one failed for one that took too long', () => {
    const { failed, notes } = judge({ kind: 'check', label: 'lint', status: null, timedOut: true });
    assert.equal(failed, 1);
    assert.match(notes.join(), /took too long/);
  });
});

describe('The judgement of a question', () => {
  const judged = (status: number) => judge({ kind: 'question', label: 'audit', status });

  it('passes or fails with its answer', () => {
    assert.deepEqual(
      [judged(0), judged(1)].map(({ passed, failed }) => [passed, failed]),
      [
        [1, 0],
        [0, 1],
      ],
    );
  });

  it('counts for nothing without one, and says so', () => {
    const { passed, failed, notes } = judged(75);
    assert.deepEqual([passed, failed], [0, 0]);
    assert.match(notes.join(), /^audit: not answered/);
  });
});

describe('The judgement of a suite', () => {
  const report = { passed: 3, pending: 0, failures: [] as string[] };

  it('counts every test', () => {
    assert.deepEqual(judge({ kind: 'suite', label: 'unit', status: 2, report: { ...report, failures: ['a', 'b'] } }), {
      passed: 3,
      failed: 2,
      notes: ['unit: a', 'unit: b'],
    });
  });

  it('fails one that ended without a report', () => {
    const { passed, failed, notes } = judge({ kind: 'suite', label: 'unit', status: 1 });
    assert.deepEqual([passed, failed], [0, 1]);
    assert.match(notes.join(), /without a report/);
  });

  it('says so when one was ended for its time, also when a test had failed before', () => {
    const ended = { kind: 'suite', label: 'unit', status: null, timedOut: true } as const;
    const { failed, notes } = judge({ ...ended, report: { ...report, failures: ['a'], during: 'b' } });
    assert.deepEqual([failed, notes], [2, ['unit: a', 'unit: took too long and was ended during "b"']]);
    assert.equal(judge({ ...ended, report }).failed, 1);
  });

  it('fails one in which no test ran, however it ended', () => {
    assert.equal(judge({ kind: 'suite', label: 'unit', status: 0, report: { ...report, passed: 0 } }).failed, 1);
  });

  it('fails one that ended badly though no test failed', () => {
    assert.equal(judge({ kind: 'suite', label: 'unit', status: 7, report }).failed, 1);
  });

  it('fails one that skipped tests', () => {
    assert.equal(judge({ kind: 'suite', label: 'unit', status: 0, report: { ...report, pending: 2 } }).failed, 1);
  });

  it('fails one that left processes running', () => {
    assert.equal(judge({ kind: 'suite', label: 'unit', status: 0, leftovers: true, report }).failed, 1);
  });
});

describe('The sum of all judgements', () => {
  const good = { passed: 2, failed: 0, notes: [] };
  const bad = { passed: 1, failed: 1, notes: ['unit: a'] };

  it('adds the counts and keeps every note', () => {
    assert.deepEqual(addUp([good, bad]), { passed: 3, failed: 1, notes: ['unit: a'] });
  });

  it('names the files that took longest in all suites', () => {
    const reports = [
      { label: 'one', report: { passed: 1, pending: 0, failures: [], seconds: { a: 2, b: 30.4 } } },
      { label: 'two', report: { passed: 1, pending: 0, failures: [], seconds: { a: 3 } } },
      { label: 'check' },
    ];
    assert.deepEqual(slowestFiles(reports, 2), ['  30 s b (one)', '   3 s a (two)']);
  });

  it('is told in one line', () => {
    assert.equal(closingLine(addUp([good, bad])), '3 passed, 1 failed');
  });
});
