import assert from 'node:assert/strict';
import type { window as vscodeWindow } from 'vscode';
import { createLog, maskSecrets } from '../../../src/extension/log';

describe('The log', () => {
  it('names the component on every line and masks what it was told is secret, in errors and their causes too', () => {
    const lines: string[] = [];
    const log = createLog(windowThatKeeps(lines));
    log.addSecret('hunter2');
    log.info('store', 'AUTH hunter2 was sent');
    log.error('monitor', 'It failed.', new Error('with hunter2', { cause: new Error('because of hunter2') }));
    assert.match(lines[0]!, /^info \[store\] AUTH \*\*\* was sent$/);
    assert.match(lines[1]!, /^error \[monitor\] It failed\.\n.*with \*\*\*[^]*Caused by:[^]*because of \*\*\*/);
    assert.ok(!lines.join().includes('hunter2'));
  });

  it('masks the longer of two secrets whole, and a secret as a URL writes it', () => {
    assert.equal(maskSecrets('ab abcd', ['ab', 'abcd']), '*** ***');
    assert.equal(maskSecrets('redis://:p%40ss@h', ['p@ss']), 'redis://:***@h');
  });

  it('ignores an empty secret', () => {
    assert.equal(maskSecrets('text', ['']), 'text');
  });
});

function windowThatKeeps(lines: string[]): Pick<typeof vscodeWindow, 'createOutputChannel'> {
  const keep =
    (level: string) =>
    (line: string): void =>
      void lines.push(`${level} ${line}`);
  const channel = { info: keep('info'), error: keep('error') };
  return { createOutputChannel: () => channel } as unknown as Pick<typeof vscodeWindow, 'createOutputChannel'>;
}
