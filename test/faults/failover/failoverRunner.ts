// A process of its own that fails over to the node named, for resume.test.ts: says which step it is at, one line each.
import { connect } from '../../../src/core/operation/clusterClient';
import { openJournal } from '../../../src/core/operation/journal';
import { planFailover } from '../../../src/core/plan/planFailover';

async function failOverTo(replica: string, nodes: string, journalDirectory: string): Promise<void> {
  const client = connect({ nodes: nodes.split(',') });
  const journal = await openJournal(journalDirectory);
  const plan = planFailover(await client.observe(), { replica });
  let last = '';
  const operation = client.run(plan, {
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

const [replica = '', nodes = '', journalDirectory = ''] = process.argv.slice(2);
void failOverTo(replica, nodes, journalDirectory);
