// A process of its own for runPlan.test.ts: begins an operation whose nodes never answer its first look.
import { openJournal } from '../../../src/core/operation/journal';
import type { ObservableNodes } from '../../../src/core/operation/followedNodes';
import { runPlan } from '../../../src/core/operation/runPlan';
import type { Plan } from '../../../src/core/plan/types';

const [directory = '', plan = ''] = process.argv.slice(2);

async function look(): Promise<void> {
  const journal = await openJournal(directory);
  const observe = (): Promise<never> => {
    process.stdout.write('looking\n');
    return new Promise(() => setTimeout(() => undefined, 60_000));
  };
  runPlan(JSON.parse(plan) as Plan, { observe } as unknown as ObservableNodes, { journal });
}

void look();
