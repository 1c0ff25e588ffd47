import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildExtension } from '../../../scripts/setup/build.mjs';

describe('npm start, without a VS Code for the desktop', function () {
  this.timeout(180_000);
  const running = new Set<ChildProcess>();
  let home: string;
  let settings: string;

  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'rcm-start-'));
    settings = join(home, 'redis-cluster-manager/start/server/data/Machine/settings.json');
  });
  after(async () => {
    for (const child of running) child.kill('SIGKILL');
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
    // It builds for development; the other windows are about what ships.
    await buildExtension({ production: true });
  });

  it('serves one window at a time, in which the list of clusters is that of the last time', async () => {
    const first = start();
    await first.says(/http:\/\/127\.0\.0\.1:\d+\/\?tkn=/);
    const list = JSON.stringify({ 'redisCluster.clusters': [{ name: 'Shop', nodes: ['127.0.0.1:1'] }] });
    await writeFile(settings, list);

    const second = start();
    await second.says(/served already by another npm start/);
    assert.equal(await second.ended, 1);
    assert.equal(await readFile(settings, 'utf8'), list);

    first.child.kill('SIGINT');
    await first.ended;
    const third = start();
    await third.says(/http:\/\/127\.0\.0\.1:\d+\/\?tkn=/);
    assert.equal(await readFile(settings, 'utf8'), list);
    third.child.kill('SIGINT');
    await third.ended;
  });

  function start() {
    // No screen: no browser is opened.
    const env = { ...process.env, XDG_DATA_HOME: home, DISPLAY: '', WAYLAND_DISPLAY: '' };
    const child = spawn(process.execPath, ['scripts/start.mjs', '--browser'], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    const ended = new Promise<number | null>(resolve => {
      child.once('close', code => {
        running.delete(child);
        resolve(code);
      });
    });
    const says = (words: RegExp): Promise<void> =>
      new Promise((resolve, reject) => {
        let said = '';
        const listen = (chunk: Buffer): void => {
          said += chunk.toString();
          if (words.test(said)) resolve();
        };
        child.stdout.on('data', listen);
        child.stderr.on('data', listen);
        void ended.then(code => reject(new Error(`It ended (${code}) without ${String(words)}:\n${said}`)));
      });
    return { child, ended, says };
  }
});
