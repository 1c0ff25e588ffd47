import '../../support/vscodeWords';
import assert from 'node:assert/strict';
import type { CommandDependencies } from '../../../src/extension/commands/dependencies';
import { openTerminal } from '../../../src/extension/commands/openTerminal';

describe('A terminal on a node', () => {
  it('is refused where the node is only reached through a jump host, and says what there is instead', async () => {
    const definition = { id: 'shop', name: 'Shop', nodes: ['10.0.0.1:6379'], ssh: { host: 'bastion', username: 'me' } };
    const session = { definition, topology: { nodes: [{ id: 'a', address: '10.0.0.1:6379' }] } };
    const store = { sessions: [session], get: () => session };
    await assert.rejects(
      openTerminal({ store } as unknown as CommandDependencies, { clusterId: 'shop', nodeId: 'a' }),
      /through the jump host me@bastion, .* was not opened\. Use "Run a Command on Nodes", or redis-cli on the jump host/,
    );
  });
});
