import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { LocalServer } from '../../../src/core/local/localServers';
import { inspectProcess } from '../../../src/core/local/inspectProcess';
import {
  checkCluster,
  createWithRedisCli,
  eventually,
  redisCli,
  sendCommand,
  startTestServers,
  type TestServers,
} from '../../support/testCluster';

const PASSWORD = 'a "quoted" \\ pass wörd #1';

describe('Local servers', () => {
  let test: TestServers;
  let port: number;

  before(async () => {
    test = await startTestServers({ count: 8, password: PASSWORD, persistence: true });
    port = test.ports[0]!;
  });
  after(() => test.close());

  it('stand on three hosts, two each, and the rest on a host for spares', () => {
    const labels = test.servers.servers.map(({ hostLabel }) => hostLabel);
    const threeHosts = ['host-1', 'host-2', 'host-3'];
    assert.deepEqual(labels, [...threeHosts, ...threeHosts, 'spare-host', 'spare-host']);
    assert.deepEqual(
      test.servers.nodes,
      test.ports.map(each => `127.0.0.1:${each}`),
    );
    assert.equal(test.servers.hosts[`127.0.0.1:${test.ports[4]}`], 'host-2');
  });

  it('serve with the settings of a demo cluster, on the loopback only', async () => {
    const expected = {
      'cluster-enabled': 'yes',
      'cluster-node-timeout': '2000',
      'repl-diskless-sync': 'yes',
      'repl-diskless-sync-delay': '0',
      bind: '127.0.0.1',
      appendonly: 'yes',
      save: '',
      dir: join(test.directory, String(port)),
    };
    for (const [name, value] of Object.entries(expected)) {
      assert.deepEqual(await command('CONFIG', 'GET', name), [name, value]);
    }
  });

  it('let nobody in without the password', async () => {
    await assert.rejects(sendCommand(port, ['PING']), /NOAUTH/);
    await assert.rejects(sendCommand(port, ['PING'], 'wrong'), /WRONGPASS/);
    assert.equal(await command('PING'), 'PONG');
  });

  it('have the password in no argument list, no environment and no file', async () => {
    for (const { pid, directory } of test.servers.servers) {
      const places = [`/proc/${pid}/cmdline`, `/proc/${pid}/environ`];
      for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
        if (entry.isFile()) places.push(join(entry.parentPath, entry.name));
      }
      assert(places.some(place => place.endsWith('nodes.conf')) && places.some(place => place.endsWith('server.json')));
      for (const place of places) {
        const text = await readFile(place, 'latin1');
        for (const secret of [PASSWORD, Buffer.from(PASSWORD).toString('latin1'), 'pass w', '\\x70\\x61\\x73\\x73']) {
          assert(!text.includes(secret), `${place} holds the password`);
        }
      }
    }
  });

  it('form a cluster that the reference tool finds nothing wrong with', async () => {
    await createWithRedisCli(test, 1, test.ports.slice(0, 6));
    await checkCluster(test);
  });

  it('that are killed are gone at once, and back with every acknowledged write when started again', async () => {
    const write = await redisCli(test, '-c', '-p', String(port), 'SET', 'key', 'value');
    assert.match(write.output, /OK/);
    const owner = await findOwner('key');
    const before = server(owner).pid;
    const seen = listen();

    await test.servers.kill(owner);
    assert.equal(server(owner).state, 'stopped');
    assert.equal(server(owner).pid, undefined);
    assert.equal(await inspectProcess(before!), undefined);
    await assert.rejects(sendCommand(owner, ['PING'], PASSWORD), /ECONNREFUSED/);

    await test.servers.start(owner);
    assert.equal(server(owner).state, 'running');
    assert.notEqual(server(owner).pid, before);
    assert.deepEqual(seen.states(owner), ['stopped', 'running']);
    seen.stop();
    await eventually(async () => (await redisCli(test, '-c', '-p', String(port), 'GET', 'key')).output === 'value\n', {
      what: 'the key is readable again',
    });
    await eventually(() => checkCluster(test).then(() => true), {
      what: 'the check is clean',
    });
  });

  it('that were killed before their shard ids agreed start again', async () => {
    const owner = await findOwner('key');
    await test.servers.kill(owner);
    const file = join(test.directory, String(owner), 'nodes.conf');
    const saved = await readFile(file, 'utf8');
    // As it is on disk for a moment after a creation: every replica still has the shard of its own.
    let count = 0;
    const early = saved.replace(/,shard-id=[0-9a-f]{40}(?= \S*slave)/g, () => {
      return `,shard-id=${String(++count).repeat(40)}`;
    });
    await writeFile(file, early);
    await test.servers.start(owner);
    await eventually(() => checkCluster(test).then(() => true), {
      what: 'the check is clean',
    });
  });

  it('that are killed twice, or started twice, stay as they are', async () => {
    const spare = test.ports[7]!;
    const { pid } = server(spare);
    await test.servers.start(spare);
    assert.equal(server(spare).pid, pid);
    await Promise.all([test.servers.kill(spare), test.servers.kill(spare)]);
    await test.servers.stop(spare);
    assert.equal(server(spare).state, 'stopped');
    await Promise.all([test.servers.start(spare), test.servers.start(spare)]);
    assert.equal(server(spare).state, 'running');
  });

  it('that are paused keep their connections and answer nothing until they are resumed', async () => {
    const spare = test.ports[6]!;
    const seen = listen();
    await test.servers.pause(spare);
    await test.servers.pause(spare);
    assert.equal(server(spare).state, 'paused');
    await assert.rejects(sendCommand(spare, ['PING'], PASSWORD, 200), /got no answer/);
    await assert.rejects(test.servers.start(spare), {
      code: 'paused',
      message: /is paused, not stopped\. Resume it\.$/,
    });
    await test.servers.resume(spare);
    await test.servers.resume(spare);
    assert.equal(await sendCommand(spare, ['PING'], PASSWORD), 'PONG');
    assert.deepEqual(seen.states(spare), ['paused', 'running']);
    seen.stop();
  });

  it('that are paused can be stopped and started again', async () => {
    const spare = test.ports[6]!;
    await test.servers.pause(spare);
    await test.servers.stop(spare);
    assert.equal(server(spare).state, 'stopped');
    assert.match(
      await readFile(join(server(spare).directory, 'server.log'), 'utf8'),
      /ready to exit, bye bye\.\.\.\n$/,
    );
    await assert.rejects(test.servers.pause(spare), { code: 'notRunning' });
    await assert.rejects(test.servers.resume(spare), { code: 'notRunning' });
    await test.servers.start(spare);
    assert.equal(await sendCommand(spare, ['PING'], PASSWORD), 'PONG');
  });

  it('that end, pause or resume by themselves are noticed', async () => {
    const [paused, ended] = [test.ports[6]!, test.ports[7]!];
    const seen = listen();
    process.kill(server(paused).pid!, 'SIGSTOP');
    await sendCommand(ended, ['SHUTDOWN', 'NOSAVE'], PASSWORD).catch(() => undefined);
    await eventually(() => server(ended).state === 'stopped' && server(paused).state === 'paused', {
      what: 'both are seen',
    });
    process.kill(server(paused).pid!, 'SIGCONT');
    await eventually(() => server(paused).state === 'running', { what: 'it is seen to run' });
    seen.stop();
    await test.servers.start(ended);
  });

  it('go on working when a listener throws, and the failure is a warning of the process', async () => {
    const spare = test.ports[7]!;
    const stop = test.servers.onDidChange(() => {
      throw new Error('a listener that throws');
    });
    const warned = once(process, 'warning');
    await test.servers.kill(spare);
    assert.match(String((await warned)[0]), /a listener that throws/);
    stop();
    assert.equal(server(spare).state, 'stopped');
    await test.servers.start(spare);
  });

  it('do not start on a port that somebody took meanwhile, whom the refusal names', async () => {
    const spare = test.ports[7]!;
    await test.servers.kill(spare);
    const thief = createServer().listen(spare, '127.0.0.1');
    await once(thief, 'listening');
    await assert.rejects(test.servers.start(spare), {
      code: 'portInUse',
      message: new RegExp(`: ${spare} by .* \\(process ${process.pid}\\)`),
    });
    thief.close();
    await once(thief, 'close');
    await test.servers.start(spare);
  });

  it('refuse a port that is none of theirs', async () => {
    const message = /^No local server has port 1\. Nothing was changed\. The ports are \d+, /;
    for (const act of ['kill', 'pause', 'resume', 'start', 'stop'] as const) {
      await assert.rejects(test.servers[act](1), { name: 'LocalServerError', code: 'unknownPort', message });
    }
  });

  it('keep their data while one of them runs', async () => {
    await assert.rejects(test.servers.removeData(), { code: 'stillRunning', message: /Nothing was removed/ });
    assert.equal((await readdir(test.directory)).length, 8);
  });

  it('are all stopped by close, and what they stored goes with removeData', async () => {
    const pids = test.servers.servers.map(({ pid }) => pid!);
    await test.servers.close();
    assert(test.servers.servers.every(({ state }) => state === 'stopped'));
    for (const pid of pids) assert.equal(await inspectProcess(pid), undefined);
    await test.servers.removeData();
    await assert.rejects(readdir(test.directory), { code: 'ENOENT' });
  });

  function command(...words: string[]): Promise<unknown> {
    return sendCommand(port, words, PASSWORD);
  }

  function server(of: number): LocalServer {
    return test.servers.servers.find(candidate => candidate.port === of)!;
  }

  function listen(): { states: (of: number) => string[]; stop: () => void } {
    const heard: LocalServer[] = [];
    const stop = test.servers.onDidChange(change => heard.push(change));
    return { stop, states: of => heard.filter(change => change.port === of).map(({ state }) => state) };
  }

  async function findOwner(key: string): Promise<number> {
    for (const each of test.ports.slice(0, 6)) {
      const role = await sendCommand(each, ['ROLE'], PASSWORD);
      const keys = await sendCommand(each, ['KEYS', key], PASSWORD);
      if (Array.isArray(role) && role[0] === 'master' && Array.isArray(keys) && keys.length === 1) return each;
    }
    return assert.fail(`no master holds ${key}`);
  }
});
