import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installWhole } from '../../../scripts/setup/cache.mjs';
import { findMissingPackages } from '../../../scripts/setup/packages.mjs';
import { run } from '../../../scripts/setup/run.mjs';

describe('Installed packages', () => {
  const wanted = {
    '': { version: '1.0.0' },
    'node_modules/a': { version: '1.0.0', integrity: 'x' },
    'node_modules/fsevents': { version: '2.0.0', integrity: 'y', optional: true },
  };

  it('match the lock when only packages for other systems are missing', () => {
    assert.deepEqual(findMissingPackages(wanted, { 'node_modules/a': { version: '1.0.0', integrity: 'x' } }), []);
  });

  it('do not match it when one is missing, or there in another version or with another content', () => {
    assert.deepEqual(findMissingPackages(wanted, {}), ['node_modules/a']);
    const newer = { 'node_modules/a': { version: '1.0.1', integrity: 'x' } };
    assert.deepEqual(findMissingPackages(wanted, newer), ['node_modules/a']);
    const other = { 'node_modules/a': { version: '1.0.0', integrity: 'z' } };
    assert.deepEqual(findMissingPackages(wanted, other), ['node_modules/a']);
  });
});

describe('A folder that is installed whole', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'rcm-scripts-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('is not there at all when filling it failed, and the next try starts anew', async () => {
    const target = join(directory, 'tool');
    const broken = installWhole(target, draft => {
      writeFileSync(join(draft, 'half'), '');
      throw new Error('no network');
    });
    await assert.rejects(broken, /no network/);
    assert.deepEqual(readdirSync(directory), []);
    await installWhole(target, draft => writeFileSync(join(draft, 'all'), ''));
    assert.deepEqual(readdirSync(target), ['all']);
  });

  it('is filled once when two ask for it at the same time', async () => {
    const target = join(directory, 'tool');
    let fills = 0;
    const fill = (draft: string): void => writeFileSync(join(draft, 'all'), String(++fills));
    await Promise.all([installWhole(target, fill), installWhole(target, fill)]);
    assert.equal(fills, 1);
  });

  it('is installed past the lock of a run that died', async () => {
    const target = join(directory, 'tool');
    const dead = await run(process.execPath, ['-p', 'process.pid']);
    writeFileSync(`${target}.lock`, dead.output.trim());
    await installWhole(target, draft => writeFileSync(join(draft, 'all'), ''));
    assert.deepEqual(readdirSync(directory), ['tool']);
  });
});

describe('A program that is run', () => {
  it('gives its exit code and what it printed', async () => {
    const result = await run(process.execPath, ['-e', 'console.log("out"); console.error("err"); process.exit(3)']);
    assert.equal(result.status, 3);
    assert.match(result.output, /out[^]*err|err[^]*out/);
  });

  it('gives no exit code when it does not exist', async () => {
    const { status, problem } = await run('a-program-that-does-not-exist', []);
    assert.equal(status, null);
    assert.match(problem ?? '', /ENOENT/);
  });

  it('is ended with all it started when its time is over', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'rcm-scripts-'));
    const pidFile = join(directory, 'pid');
    const script = `sleep 600 & echo $! > "${pidFile}"; wait`;
    const { status, timedOut } = await run('sh', ['-c', script], { timeoutSeconds: 1 });
    assert.deepEqual([status, timedOut], [null, true]);
    assert.ok(existsSync(pidFile));
    assert.equal(await hasEnded(Number(readFileSync(pidFile, 'utf8'))), true);
    rmSync(directory, { recursive: true });
  });

  it('is told to have left something running, which is ended', async () => {
    const { status, leftovers, output } = await run('sh', ['-c', 'sleep 600 >/dev/null 2>&1 & echo $!']);
    assert.deepEqual([status, leftovers], [0, true]);
    assert.equal(await hasEnded(Number(output)), true);
  });
});

async function hasEnded(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 200 && isRunning(pid); tries++) await new Promise(wake => setTimeout(wake, 10));
  return !isRunning(pid);
}

// One that is dead and was not collected yet does not run.
function isRunning(pid: number): boolean {
  const { status, stdout } = spawnSync('sh', ['-c', `kill -0 ${pid} && cat /proc/${pid}/stat`], { encoding: 'utf8' });
  return status === 0 && !/\) Z /.test(stdout);
}
