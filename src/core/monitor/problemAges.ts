import type { Health, Problem } from '../health/types';

/** Remembers when each problem was first seen. A problem that goes away and comes back starts anew. */
export class ProblemAges {
  #since = new Map<string, number>();

  /** The same health, each problem with the time of the first look that showed it. */
  apply(health: Health): Health {
    const since = new Map<string, number>();
    const problems = health.problems.map(problem => {
      const key = keyOf(problem);
      const first = Math.min(this.#since.get(key) ?? problem.sinceMilliseconds, problem.sinceMilliseconds);
      since.set(key, first);
      return { ...problem, sinceMilliseconds: first };
    });
    this.#since = since;
    return { ...health, problems };
  }
}

function keyOf({ code, nodeIds }: Problem): string {
  return [code, ...[...nodeIds].sort()].join(' ');
}
