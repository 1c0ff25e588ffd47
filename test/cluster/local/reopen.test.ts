import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findTestPorts } from '../../support/freePorts';
import { inspectProcess } from '../../../src/core/local/inspectProcess';
import { reopenLocalServers, type LocalServerOptions, type LocalServers } from '../../../src/core/local/localServers';
import { eventually, sendCommand } from '../../support/testCluster';

const PASSWORD = 'kept-elsewhere';

describe('Local servers of a window that was closed', () => {
  let directory: string;
  let ports: number[];
  let servers: LocalServers;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rcm-reopen-'));
    ports = await findTestPorts(3);
    await startAndExit({ count: 3, ports, directory, password: PASSWORD, hosts: ['a', 'b', 'c'] });
    servers = await reopen();
  });
  after(async () => {
    await servers.close();
    await rm(directory, { recursive: true });
  });

  it('go on running and are found with their ports, labels and processes', async () => {
    assert.deepEqual(
      servers.servers.map(({ port, hostLabel, state }) => ({ port, hostLabel, state })),
      ports.map((port, index) => ({ port, hostLabel: 'abc'[index], state: 'running' })),
    );
    for (const { port, pid } of servers.servers) {
      const info = String(await sendCommand(port, ['INFO', 'server'], PASSWORD));
      assert.match(info, new RegExp(`process_id:${pid}\r`));
    }
  });

  it('can be paused, killed and started again as before', async () => {
    const port = ports[0]!;
    await servers.pause(port);
    assert.equal((await reopen()).servers[0]?.state, 'paused');
    await servers.resume(port);
    await servers.kill(port);
    await servers.start(port);
    assert.equal(await sendCommand(port, ['PING'], PASSWORD), 'PONG');
    assert.deepEqual(await sendCommand(port, ['CONFIG', 'GET', 'cluster-node-timeout'], PASSWORD), [
      'cluster-node-timeout',
      '2000',
    ]);
  });

  it('are noticed when they end, although they are nobody’s children', async () => {
    const port = ports[1]!;
    const { pid } = servers.servers[1]!;
    const stop = servers.onDidChange(() => undefined);
    process.kill(pid!, 'SIGKILL');
    await eventually(() => servers.servers[1]?.state === 'stopped', { what: 'its end is seen' });
    stop();
    await servers.start(port);
  });

  it('that another window has started again are followed to their new process', async () => {
    const other = await reopen();
    await other.kill(ports[2]!);
    await other.start(ports[2]!);
    const { pid } = other.servers[2]!;
    assert.notEqual(servers.servers[2]?.pid, pid);
    await servers.kill(ports[2]!);
    assert.equal(await inspectProcess(pid!), undefined);
    await servers.start(ports[2]!);
  });

  it('are not started without the password they had', async () => {
    await servers.kill(ports[0]!);
    const without = await reopenLocalServers({ directory });
    assert(without);
    await assert.rejects(without.start(ports[0]!), {
      code: 'invalidOptions',
      message: /was started with a password, which is not known here\. Give the password it had\.$/,
    });
    await servers.start(ports[0]!);
  });

  it('are stopped even when their folder was removed under them', async () => {
    const { pid, directory: folder } = servers.servers[0]!;
    await rename(folder, `${folder}-aside`);
    await servers.kill(ports[0]!);
    assert.equal(await inspectProcess(pid!), undefined);
    await rename(`${folder}-aside`, folder);
    await servers.start(ports[0]!);
  });

  for (const [what, change] of [
    ['the same folder but another start', { startTime: '1' }],
    ['no recorded start but another folder', { startTime: undefined }],
  ] as const) {
    it(`are never mistaken for a process that has their pid with ${what}`, async () => {
      const port = ports[1]!;
      await servers.kill(port);
      const { directory: folder } = servers.servers[1]!;
      const cwd = change.startTime === undefined ? tmpdir() : folder;
      const stranger = spawn('sleep', ['1000'], { cwd, stdio: 'ignore' });
      try {
        await once(stranger, 'spawn');
        await rewriteRecord(folder, { pid: stranger.pid, ...change });
        await servers.refresh();
        assert.equal(servers.servers[1]?.state, 'stopped');
        await assert.rejects(servers.pause(port), { code: 'notRunning' });
        await servers.kill(port);
        await servers.stop(port);
        assert(await inspectProcess(stranger.pid!), 'the stranger was killed');
      } finally {
        await end(stranger);
      }
      await servers.start(port);
    });
  }

  it('are undefined where none was ever started', async () => {
    assert.equal(await reopenLocalServers({ directory: join(directory, 'nothing') }), undefined);
    assert.equal(await reopenLocalServers({ directory: tmpdir() }), undefined);
  });

  async function reopen(): Promise<LocalServers> {
    const found = await reopenLocalServers({ directory, password: PASSWORD });
    assert(found);
    return found;
  }
});

async function startAndExit(options: LocalServerOptions): Promise<void> {
  const script = resolve('test/support/startServersAndExit.ts');
  const child = spawn(process.execPath, ['--require', 'tsx/cjs', script], { stdio: ['pipe', 'inherit', 'inherit'] });
  child.stdin.end(JSON.stringify({ ...options, serverPath: process.env.RCM_TEST_SERVER ?? '' }));
  const [exitCode] = (await once(child, 'exit')) as [number];
  assert.equal(exitCode, 0);
}

async function rewriteRecord(folder: string, change: object): Promise<void> {
  const path = join(folder, 'server.json');
  const record = JSON.parse(await readFile(path, 'utf8')) as object;
  await writeFile(path, JSON.stringify({ ...record, ...change }));
}

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
