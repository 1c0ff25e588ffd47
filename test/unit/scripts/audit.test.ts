import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { judgeAudit } from '../../../scripts/checks/judgeAudit.mjs';

describe('An audit', () => {
  const weakness = (severity: string, path: string) => ({ name: 'a-package', severity, nodes: [path] });
  const judged = (...found: ReturnType<typeof weakness>[]) =>
    judgeAudit(JSON.stringify({ vulnerabilities: Object.fromEntries(found.entries()) }), path => path === 'tool');

  it('is clean where nothing is known', () => assert.deepEqual(judged(), { verdict: 'clean', lines: [] }));

  it('is bad for any weakness of what ships', () => {
    assert.deepEqual(judged(weakness('low', 'shipped')), { verdict: 'weak', lines: ['a-package: low, ships'] });
  });

  it('is bad for a serious weakness of what builds and tests, and names lesser ones', () => {
    assert.equal(judged(weakness('high', 'tool')).verdict, 'weak');
    assert.equal(judged(weakness('critical', 'tool')).verdict, 'weak');
    assert.deepEqual(judged(weakness('moderate', 'tool')), {
      verdict: 'clean',
      lines: ['a-package: moderate, builds and tests only, let pass'],
    });
  });

  for (const output of ['', 'no route', '{"message":"405 - POST https://registry.example/x","statusCode":405}', '[]'])
    it(`is not taken for clean without an answer: ${JSON.stringify(output)}`, () => {
      const { verdict, lines } = judgeAudit(output);
      assert.equal(verdict, 'unasked');
      assert.doesNotMatch(lines.join(), /https?:/);
    });

  it('fails without an answer where one is required', () => {
    const ask = (env: Record<string, string>) =>
      spawnSync(process.execPath, ['scripts/checks/audit.mjs'], {
        // Nobody listens there.
        env: { ...process.env, npm_config_registry: 'http://127.0.0.1:9/', npm_config_fetch_retries: '0', ...env },
      }).status;
    assert.equal(ask({}), 75);
    assert.equal(ask({ RCM_AUDIT: 'required' }), 1);
  });
});
