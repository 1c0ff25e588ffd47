import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTestPorts } from '../../support/freePorts';
import type { LocalServerError } from '../../../src/core/local/localServerError';
import { startLocalServers, type LocalServerOptions } from '../../../src/core/local/localServers';

const PASSWORD = 'never-shown-anywhere';

describe('Local servers that do not start', () => {
  let directory: string;
  let ports: number[];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rcm-start-'));
    ports = await findTestPorts(3);
  });
  afterEach(async () => {
    assert.deepEqual(await processesIn(directory), [], 'orphans');
    await rm(directory, { recursive: true });
  });

  it('are refused before any is started when a client or bus port is in use, naming who holds it', async () => {
    const holder = createServer().listen(ports[1]! + 10_000, '127.0.0.1');
    await once(holder, 'listening');
    try {
      await assert.rejects(start(), {
        code: 'portInUse',
        message: new RegExp(
          `^Ports are in use on 127\\.0\\.0\\.1: ${ports[1]! + 10_000} by .* \\(process ${process.pid}\\)\\. No server was started\\.`,
        ),
      });
    } finally {
      holder.close();
      await once(holder, 'close');
    }
    assert.deepEqual(await readdir(directory), []);
  });

  it('take those with them that had started, leave the logs, and can be started there once the cause is gone', async () => {
    const broken = join(directory, String(ports[2]));
    await mkdir(join(broken, 'nodes.conf'), { recursive: true });
    await assert.rejects(start(), (error: LocalServerError) => {
      assert.equal(error.name, 'LocalServerError');
      assert.equal(error.code, 'startFailed');
      assert.equal(error.node, `127.0.0.1:${ports[2]}`);
      assert.match(error.message, /ended with exit code 1/);
      assert.match(error.message, /nodes\.conf.*Is a directory/);
      assert(
        error.message.endsWith(`All that had been started were ended; the logs are in ${directory}.`),
        error.message,
      );
      return true;
    });
    assert.deepEqual(await processesIn(directory), []);
    assert.deepEqual((await readdir(broken)).sort(), ['server.log']);

    const servers = await start();
    assert(servers.servers.every(({ state }) => state === 'running'));
    await servers.close();
  });

  it('say what the server does not like about its settings, without the password', async () => {
    await assert.rejects(start({ settings: { maxmemory: 'plenty' } }), (error: Error) => {
      assert.match(error.message, /FATAL CONFIG FILE ERROR/);
      assert.match(error.message, /maxmemory plenty/);
      assert(!error.message.includes(PASSWORD));
      return true;
    });
    const log = await readFile(join(directory, String(ports[0]), 'server.log'), 'utf8');
    assert(!log.includes(PASSWORD));
  });

  it('because they never answer are given up and ended', async () => {
    const serverPath = join(directory, 'redis-server');
    await writeFile(serverPath, '#!/bin/sh\n[ "$1" = --version ] && echo "Redis server v=7.0.15" || exec sleep 1000\n');
    await chmod(serverPath, 0o755);
    await assert.rejects(start({ serverPath, startTimeoutMilliseconds: 300 }), {
      code: 'startFailed',
      message: /was not ready after 300 ms \(silent\)/,
    });
  });

  it('where earlier ones stored their data are refused', async () => {
    const servers = await start();
    await servers.close();
    await assert.rejects(start(), {
      code: 'directoryInUse',
      message: /holds what an earlier local server stored\. No server was started\. Reopen/,
    });
    await servers.removeData();
    await mkdir(directory, { recursive: true });
    await (await start()).close();
  });

  for (const [what, options, why] of [
    ['a relative directory', { directory: 'somewhere' }, /not an absolute path/],
    ['no server at all', { count: 0 }, /0 is not a number of servers/],
    ['more servers than ports', { count: 2, ports: [7000] }, /2 servers need 2 ports, and 1 are given/],
    ['fewer host labels than servers', { hosts: ['a'] }, /3 servers need 3 host labels, not 1/],
    ['a port whose bus port would be an ephemeral one', { count: 1, ports: [22_768] }, /Port 22768 is not in 1-22767/],
    ['a port twice', { count: 2, ports: [7000, 7000] }, /Port 7000 would be used twice/],
    ['a port that is another one’s bus port', { count: 2, ports: [7000, 17_000] }, /Port 17000 would be used twice/],
    ['a secret among the settings', { settings: { requirepass: PASSWORD } }, /"requirepass" would store a secret/],
  ] as const) {
    it(`because of ${what} are refused`, async () => {
      await assert.rejects(start(options), (error: LocalServerError) => {
        assert.equal(error.code, 'invalidOptions');
        assert.match(error.message, why);
        assert(!error.message.includes(PASSWORD));
        return true;
      });
      assert.deepEqual(await readdir(directory), []);
    });
  }

  function start(options: Partial<LocalServerOptions> = {}): ReturnType<typeof startLocalServers> {
    const serverPath = process.env.RCM_TEST_SERVER ?? '';
    return startLocalServers({ count: 3, ports, directory, password: PASSWORD, serverPath, ...options });
  }

  async function processesIn(folder: string): Promise<string[]> {
    const found: string[] = [];
    for (const pid of await readdir('/proc')) {
      if (!/^\d+$/.test(pid)) continue;
      const workingDirectory = await readlink(`/proc/${pid}/cwd`).catch(() => '');
      if (workingDirectory.startsWith(folder)) found.push(`${pid} in ${workingDirectory}`);
    }
    return found;
  }
});
