import type { NodeRef } from '../../plan/types';
import { settleEach, valuesOf } from './eachNode';
import type { StepContext } from './types';

/** `eachNode` that tells how every node fares, for whoever watches the operation. */
export async function fanOut<Item extends AboutNode, Result>(
  items: readonly Item[],
  context: Pick<StepContext, 'tellNode'>,
  task: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  return valuesOf(await fanOutSettled(items, context, task));
}

/** The same; failures are results. */
export function fanOutSettled<Item extends AboutNode, Result>(
  items: readonly Item[],
  { tellNode }: Pick<StepContext, 'tellNode'>,
  task: (item: Item, index: number) => Promise<Result>,
): Promise<PromiseSettledResult<Result>[]> {
  for (const item of items) tellNode(addressOf(item), 'waiting');
  return settleEach(items, async (item, index) => {
    const address = addressOf(item);
    tellNode(address, 'running');
    try {
      const result = await task(item, index);
      tellNode(address, 'done');
      return result;
    } catch (error) {
      tellNode(address, 'failed');
      throw error;
    }
  });
}

/** A node, or something to do with one. */
type AboutNode = NodeRef | { node: NodeRef };

function addressOf(item: AboutNode): string {
  return 'node' in item ? item.node.address : item.address;
}
