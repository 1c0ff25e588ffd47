// A process of its own that creates a cluster, for resume.test.ts: says which step it is at, one line each.
import { connect } from '../../../src/core/operation/clusterClient';
import { openJournal } from '../../../src/core/operation/journal';
import { planCreate } from '../../../src/core/plan/planCreate';

async function create(nodes: string, journalDirectory: string): Promise<void> {
  const client = connect({ nodes: nodes.split(',') });
  const journal = await openJournal(journalDirectory);
  const plan = planCreate(await client.observe(), { replicasPerMaster: 1 });
  let last = '';
  const operation = client.run(plan, {
    journal,
    onProgress: ({ step }) => {
      if (!step || step.text === last) return;
      last = step.text;
      process.stdout.write(`step ${step.kind}\n`);
    },
  });
  const { outcome } = await operation.finished;
  process.stdout.write(`${outcome}\n`);
  await client.close();
}

const [nodes = '', journalDirectory = ''] = process.argv.slice(2);
void create(nodes, journalDirectory);
