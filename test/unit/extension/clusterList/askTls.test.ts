import '../../../support/vscodeWords';
import assert from 'node:assert/strict';
import { askTls } from '../../../../src/extension/clusterList/askTls';
import { askCredentials } from '../../../../src/extension/commands/askConnection';
import type { Choice, Prompts } from '../../../../src/extension/prompts';

/** A person who presses Enter at every question. */
const hasty = {
  pick: async ([first]: readonly Choice<unknown>[]) => first?.value,
  input: async ({ value }: { value?: string }) => value ?? '',
} as unknown as Prompts;

describe('How the connection is secured', () => {
  for (const tls of [undefined, {}, { caFile: '/ca.pem' }, { skipVerification: true }])
    it(`stays ${JSON.stringify(tls) ?? 'plain'} where Enter is pressed`, async () => {
      const kept = tls ? { tls } : {};
      assert.deepEqual(await askTls(hasty, '', tls), kept);
      assert.deepEqual(await askCredentials(hasty, '', kept), kept);
    });

  it('offers the other two below what holds, in one order', async () => {
    let offered: string[] = [];
    const looking = {
      pick: async (choices: readonly Choice<string>[]) => void (offered = choices.map(({ value }) => value)),
    } as unknown as Prompts;
    await askTls(looking, '', { skipVerification: true });
    assert.deepEqual(offered, ['unverified', 'plain', 'tls']);
    await askTls(looking, '', {});
    assert.deepEqual(offered, ['tls', 'plain', 'unverified']);
  });
});
