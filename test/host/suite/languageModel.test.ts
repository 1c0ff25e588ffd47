import assert from 'node:assert/strict';
import { CancellationTokenSource, extensions, LanguageModelTextPart, lm } from 'vscode';

describe('The tools for language models in the host', () => {
  before(() => extensions.getExtension('redis-cluster-manager.redis-cluster-manager')?.activate());

  it('are there, and answer in words', async () => {
    const names = lm.tools.map(({ name }) => name).filter(name => name.startsWith('redis_cluster_'));
    assert.deepEqual(names.sort(), ['redis_cluster_health', 'redis_cluster_plan', 'redis_cluster_topology']);
    const cancelling = new CancellationTokenSource();
    try {
      for (const name of names) {
        const input = { cluster: 'nobody', ...(name === 'redis_cluster_plan' && { action: 'balanceRoles' }) };
        const { content } = await lm.invokeTool(name, { input, toolInvocationToken: undefined }, cancelling.token);
        const [part] = content;
        assert.ok(part instanceof LanguageModelTextPart);
        assert.match(part.value, /^(No cluster is known here|There is no such cluster)\./);
      }
    } finally {
      cancelling.dispose();
    }
  });
});
