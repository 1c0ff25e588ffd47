import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { heapTrend } from './samples';

describe('hours of watching', function () {
  this.timeout(600_000);

  it('leak no memory, no connection and no timer, whatever happens meanwhile', async () => {
    const { exitCode, output } = await soak('--sizes', '6,30');
    assert.match(output, /\nNothing leaks\.\n$/, output);
    assert.equal(exitCode, 0);
  });

  it('are seen to leak where they do', async () => {
    const { exitCode, output } = await soak('--sizes', '6', '--plant');
    for (const leak of [
      /LEAK The heap grows by \d+ ± \d+ KB an hour\./,
      /LEAK More connections to cluster 1: at least \d+ at first, at least \d+ later\./,
      /LEAK More timers: /,
      /LEAK More handles, TCPSocketWrap: /,
      /LEAK More registrations, listener: /,
      /LEAK \d+ timers left after the end\./,
      /LEAK \d+ connections left after the end\./,
    ])
      assert.match(output, leak, output);
    assert.equal(exitCode, 1);
  });

  it('are judged by a line through all samples', () => {
    const noise = [3, -5, 4, 0, -4, 5, -3];
    const samples = noise.map((bytes, index) => ({ hours: index / 2, heapBytes: 1000 + 100 * (index / 2) + bytes }));
    const { perHour, error } = heapTrend(samples);
    assert.ok(Math.abs(perHour - 100) < 2 * error, `${perHour} ± ${error}`);
    assert.ok(error > 0 && error < 3, `${error}`);
  });
});

/** Ended with the tests when one of them did not wait for its end. */
const children = new Set<ChildProcess>();
after(() => children.forEach(child => child.kill()));

/** In a process of its own, whose clock and memory are nobody else's. */
async function soak(...args: string[]): Promise<{ exitCode: number | null; output: string }> {
  const tsx = createRequire(__filename).resolve('tsx/cli');
  const usual = '--warm-up 1.2 --hours 1 --interval 30 --minutes-between-acts 1.5 --cost-polls 0'.split(' ');
  const child = spawn(process.execPath, [tsx, join(__dirname, 'main.ts'), ...usual, ...args]);
  children.add(child);
  const exited = new Promise<number | null>(resolve => child.once('close', resolve));
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { exitCode: await exited, output: errors + output };
}
