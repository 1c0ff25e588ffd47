// A process of its own that is killed in the middle of a backup: one file is whole, the next is being written.
import { connect } from '../../src/core/operation/clusterClient';
import { openJournal } from '../../src/core/operation/journal';

/** What such a process is told; JSON in its only argument. */
export interface BackupJob {
  nodes: readonly string[];
  password: string;
  directory: string;
  journalDirectory: string;
}

if (require.main === module) void backUpAndDie(JSON.parse(process.argv[2]!) as BackupJob);

async function backUpAndDie({ nodes, password, directory, journalDirectory }: BackupJob): Promise<void> {
  const client = connect({ nodes: [...nodes], password });
  await client.backup({
    directory,
    journal: await openJournal(journalDirectory),
    onProgress: ({ message }) => {
      if (/^Fetching .* 1 shard of 3 done/.test(message)) process.kill(process.pid, 'SIGKILL');
    },
  });
}
