import assert from 'node:assert/strict';
import type { Health, Problem } from '../../../src/core/health/types';
import { ProblemAges } from '../../../src/core/monitor/problemAges';

describe('ProblemAges', () => {
  it('keeps the time a problem was first seen while code and nodes stay the same, in any order', () => {
    const ages = new ProblemAges();
    ages.apply(healthOf(problem('replicaDown', 1000, 'a', 'b')));
    const later = ages.apply(healthOf(problem('replicaDown', 5000, 'b', 'a'), problem('replicaDown', 5000, 'c')));
    assert.deepEqual(
      later.problems.map(({ sinceMilliseconds }) => sinceMilliseconds),
      [1000, 5000],
    );
  });

  it('starts anew for a problem that went away and came back', () => {
    const ages = new ProblemAges();
    ages.apply(healthOf(problem('masterFailed', 1000, 'a')));
    ages.apply(healthOf());
    const back = ages.apply(healthOf(problem('masterFailed', 9000, 'a')));
    assert.equal(back.problems[0]?.sinceMilliseconds, 9000);
  });

  it('never says that a problem is younger than the clock that was set back', () => {
    const ages = new ProblemAges();
    ages.apply(healthOf(problem('masterFailed', 9000, 'a')));
    assert.equal(ages.apply(healthOf(problem('masterFailed', 1000, 'a'))).problems[0]?.sinceMilliseconds, 1000);
  });

  it('leaves status, order and texts as they are', () => {
    const health = healthOf(problem('b', 1, 'x'), problem('a', 2, 'y'));
    assert.deepEqual(new ProblemAges().apply(health), health);
  });
});

function problem(code: string, sinceMilliseconds: number, ...nodeIds: string[]): Problem {
  return { code, severity: 'error', text: `${code}.`, sinceMilliseconds, nodeIds, remedy: 'Mend it.' };
}

function healthOf(...problems: Problem[]): Health {
  return { status: problems.length > 0 ? 'degraded' : 'ok', problems };
}
