import { connect } from '../../src/core/operation/clusterClient';
import { openJournal } from '../../src/core/operation/journal';
import type { Plan } from '../../src/core/plan/types';
import type { Topology } from '../../src/core/topology/types';

/** For a process of its own that is to be killed: runs a plan and says which step it is at, one line each. */
export async function runAndTell(
  nodes: string,
  journalDirectory: string,
  makePlan: (topology: Topology) => Plan,
): Promise<void> {
  const client = connect({ nodes: nodes.split(',') });
  const journal = await openJournal(journalDirectory);
  let last = '';
  const operation = client.run(makePlan(await client.observe()), {
    journal,
    onProgress: ({ step }) => {
      if (!step || step.text === last) return;
      last = step.text;
      process.stdout.write(`step ${step.kind}\n`);
    },
  });
  process.stdout.write(`${(await operation.finished).outcome}\n`);
  await client.close();
}
