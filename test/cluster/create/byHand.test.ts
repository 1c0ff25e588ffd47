import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { planCommands } from '../../../src/core/plan/planCommands';
import { settled } from '../../support/members';
import { checkCluster, eventually, startTestServers } from '../../support/testCluster';
import { clientOf, planOn } from './nodes';

const run = promisify(execFile);

describe('the commands of an exported plan', () => {
  it('make by hand the cluster that the plan describes', async () => {
    const servers = await startTestServers({
      count: 6,
      nodeTimeoutMilliseconds: 1000,
      password: 'only-in-the-environment',
    });
    const client = clientOf(servers);
    try {
      const plan = await planOn(client);
      const lines = planCommands(plan);
      assert(!lines.join('\n').includes(servers.password!));
      for (const line of lines.filter(each => !each.startsWith('#')))
        // A replica is told of its master as soon as it has met it: by hand one would try again, too.
        await eventually(async () => /^OK$/m.test(await sendByHand(line, servers.password!)), { what: line });
      await eventually(() => checkCluster(servers).then(() => true), { what: 'the check is clean' });
      const { nodes } = await settled(client, 6);
      for (const { id, role, slots } of plan.after.nodes) {
        const node = nodes.find(each => each.id === id);
        assert.deepEqual([node?.role, node?.slots.toString()], [role, slots]);
      }
    } finally {
      await client.close();
      await servers.close();
    }
  });
});

async function sendByHand(line: string, password: string): Promise<string> {
  const env = { ...process.env, REDISCLI_AUTH: password };
  return (await run('sh', ['-c', line], { env })).stdout;
}
