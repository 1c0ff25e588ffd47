import assert from 'node:assert/strict';
import type { CommandWords, NodeConnection } from '../../../src/core/connection/types';
import { ElectionHistory } from '../../../src/core/operation/electionHistory';
import { OperationError } from '../../../src/core/operation/operationError';
import { failOver } from '../../../src/core/operation/steps/failOver';
import type { StepContext, StepOf } from '../../../src/core/operation/steps/types';

const [masterId, replicaId] = ['a'.repeat(40), 'b'.repeat(40)];
const step: StepOf<'failOver'> = {
  kind: 'failOver',
  text: 'It takes over.',
  master: { id: masterId, address: '10.0.0.1:7000' },
  replica: { id: replicaId, address: '10.0.0.2:7001' },
  slots: '0-5460',
  mode: 'graceful',
};

describe('a replica that was asked to take over', () => {
  it('and took less than its master owned is not called silent: which slots nobody serves now is said, and what mends it', async () => {
    const error = await run('0-5450 5452-5460').catch((failure: unknown) => failure);
    assert(error instanceof OperationError, String(error));
    assert.equal(error.code, 'slotsLeftBehind');
    assert.equal(
      error.message,
      '10.0.0.2:7001 took over from 10.0.0.1:7000, but without slot 5451. 10.0.0.2:7001 is a master and has the keys of that slot too; nobody serves it. Fix the cluster and have it assigned to 10.0.0.2:7001.',
    );
  });

  it('and took all of it has done so', () => run('0-5460'));
});

/** The replica says OK and is a master then, with these slots. */
async function run(slots: string): Promise<void> {
  let isMaster = false;
  const answer = ([name, word]: CommandWords): string | string[] => {
    if (name === 'INFO') return `# Replication\r\nrole:${isMaster ? 'master' : 'slave'}\r\n`;
    if (name === 'CONFIG') return ['cluster-manual-failover-timeout', '-1450'];
    if (word === 'INFO') return 'cluster_state:ok\r\n';
    if (word === 'FAILOVER') isMaster = true;
    if (word === 'FAILOVER') return 'OK';
    const roles = isMaster ? `myself,master - 0 0 9 connected ${slots}` : `myself,slave ${masterId} 0 0 1 connected`;
    return `${replicaId} 10.0.0.2:7001@17001 ${roles}\n${masterId} 10.0.0.1:7000@17000 master - 0 0 1 connected 0-5460\n`;
  };
  const connection = {
    command: async (words: CommandWords) => answer(words),
    pipeline: async (commands: readonly CommandWords[]) => commands.map(answer),
  } as unknown as NodeConnection;
  const nodes = { node: () => connection, elections: new ElectionHistory() };
  const context = { nodes, report: () => undefined, signal: new AbortController().signal };
  await failOver(step, context as unknown as StepContext);
}
