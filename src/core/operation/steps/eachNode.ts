/** Enough to hide the latency of a hundred nodes, too few to flood a small machine. */
const limit = 50;

/**
 * Runs `task` for all items, at most 50 at once. Waits until every begun task has settled, even when one failed: nothing
 * goes on behind an undo. Then throws the first failure, in the order of the items.
 */
export async function eachNode<Item, Result>(
  items: readonly Item[],
  task: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  return valuesOf(await settleEach(items, task));
}

/** What came of all tasks. Throws the first failure, in the order of the items. */
export function valuesOf<Result>(outcomes: readonly PromiseSettledResult<Result>[]): Result[] {
  return outcomes.map(outcome => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}

/** The same; failures are results. After a failure no further task is left out. */
export async function settleEach<Item, Result>(
  items: readonly Item[],
  task: (item: Item, index: number) => Promise<Result>,
): Promise<PromiseSettledResult<Result>[]> {
  const outcomes: PromiseSettledResult<Result>[] = [];
  const queue = items.entries();
  const work = async (): Promise<void> => {
    for (const [index, item] of queue) {
      try {
        outcomes[index] = { status: 'fulfilled', value: await task(item, index) };
      } catch (reason) {
        outcomes[index] = { status: 'rejected', reason };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work));
  return outcomes;
}
