import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findServerBinary } from '../../../src/core/local/findServerBinary';
import { connect, type ClusterClient } from '../../../src/core/operation/clusterClient';
import { openJournal } from '../../../src/core/operation/journal';
import { OperationError } from '../../../src/core/operation/operationError';
import { planSetConfig, type SetConfigRequest } from '../../../src/core/plan/config/planSetConfig';
import type { Plan } from '../../../src/core/plan/types';
import { findTestPorts } from '../../support/freePorts';
import { clientOf, startMembers } from '../../support/members';
import { eventually, sendCommand, type TestServers } from '../../support/testCluster';

describe('setting configuration on nodes', () => {
  let servers: TestServers;
  let client: ClusterClient;
  let directory: string;

  before(async () => {
    servers = await startMembers({ spares: 0, nodeTimeoutMilliseconds: 10_000 });
    client = clientOf(servers);
    directory = await mkdtemp(join(tmpdir(), 'rcm-config-'));
  });
  after(async () => {
    await client?.close();
    await servers?.close();
    await rm(directory, { recursive: true, force: true });
  });

  const plan = async (request: SetConfigRequest): Promise<Plan> => planSetConfig(await client.observe(), request);
  const valueAt = async (port: number, name: string): Promise<unknown> =>
    ((await sendCommand(port, ['CONFIG', 'GET', name])) as unknown[])[1];
  const values = (name: string): Promise<unknown[]> => Promise.all(servers.ports.map(port => valueAt(port, name)));

  it('sets a value on all nodes, tells each before and after, and has nothing to do the second time', async () => {
    const reading = await client.readConfig({ names: ['cluster-node-timeout', 'requirepass'] });
    const made = await plan({ settings: { 'cluster-node-timeout': '15000' }, reading });
    assert.deepEqual(
      new Set(made.settings?.map(({ before, after }) => `${before} ${after}`)),
      new Set(['10000 15000']),
    );
    assert.ok(Object.values(reading.values).every(read => !('requirepass' in read)));

    const { nodeOutcomes, notes } = await client.run(made).finished;
    assert.deepEqual(await values('cluster-node-timeout'), Array(6).fill('15000'));
    assert.deepEqual(notes, []);
    assert.deepEqual(
      nodeOutcomes?.map(({ state, text }) => `${state}: ${text}`),
      Array(6).fill('done: cluster-node-timeout was 10000 and is 15000.'),
    );
    const again = await client.readConfig({ names: ['cluster-node-timeout'] });
    await assert.rejects(plan({ settings: { 'cluster-node-timeout': '15000' }, reading: again }), {
      code: 'nothingToDo',
    });
    const [first] = (await client.run(await plan({ settings: { 'cluster-node-timeout': '15000' } })).finished)
      .nodeOutcomes!;
    assert.equal(first!.text, 'cluster-node-timeout is 15000, as it was.');
  });

  it('tries a bad value at one node, which is left as it was, and at no other', async () => {
    const made = await plan({ settings: { 'slowlog-max-len': '77', loglevel: 'sometimes' } });
    const before = [await values('slowlog-max-len'), await values('loglevel')];
    await assert.rejects(client.run(made).finished, (error: unknown) => {
      assert.ok(error instanceof OperationError);
      assert.equal(error.code, 'settingRefused');
      assert.match(error.message, /loglevel|argument/);
      return true;
    });
    assert.deepEqual([await values('slowlog-max-len'), await values('loglevel')], before);
  });

  it('names a node that may not be told, and sets the others', async () => {
    const [port] = servers.ports as [number];
    await sendCommand(port, ['ACL', 'SETUSER', 'default', '-config|set']);
    try {
      const { nodeOutcomes, notes } = await client.run(await plan({ settings: { 'slowlog-max-len': '99' } })).finished;
      const refused = nodeOutcomes!.filter(({ state }) => state !== 'done');
      assert.deepEqual(
        refused.map(({ node, state }) => [node.address, state]),
        [[`127.0.0.1:${port}`, 'refused']],
      );
      assert.match(
        notes.join(' '),
        new RegExp(`127.0.0.1:${port} refused CONFIG SET: NOPERM.*Set it again for the rest`),
      );
    } finally {
      await sendCommand(port, ['ACL', 'SETUSER', 'default', '+@all']);
    }
    assert.equal((await values('slowlog-max-len')).filter(value => value === '99').length, 5);
    await client.run(await plan({ settings: { 'slowlog-max-len': '99' } })).finished;
    assert.deepEqual(await values('slowlog-max-len'), Array(6).fill('99'));
  });

  it('puts old values back when it is cancelled halfway', async () => {
    const before = await values('slowlog-max-len');
    const made = await plan({ settings: { 'slowlog-max-len': '55' } });
    const [step] = made.steps;
    assert.ok(step?.kind === 'setConfig');
    const last = Number(step.nodes.at(-1)!.address.split(':')[1]);
    const others = servers.ports.filter(port => port !== last);
    await servers.servers.pause(last);
    try {
      const operation = client.run(made);
      await eventually(
        async () =>
          (await Promise.all(others.map(port => valueAt(port, 'slowlog-max-len')))).every(value => value === '55'),
        { what: 'all but the paused node have the value' },
      );
      operation.cancel();
      const { outcome, notes } = await operation.finished;
      assert.deepEqual([outcome, notes], ['cancelled', ['The changed settings were put back on 5 nodes.']]);
    } finally {
      await servers.servers.resume(last);
    }
    assert.deepEqual(await values('slowlog-max-len'), before);
  });

  it('puts old values back when it is rolled back after the death of its process', async () => {
    const journal = await openJournal(directory);
    const before = await values('repl-backlog-size');
    const { id, finished } = client.run(await plan({ settings: { 'repl-backlog-size': '2mb' } }), { journal });
    await finished;
    assert.deepEqual(await values('repl-backlog-size'), Array(6).fill('2097152'));
    await forgetEnding(join(directory, `${id}.jsonl`));

    const [operation] = await journal.unfinished();
    assert.equal(operation?.id, id);
    const { outcome, notes } = await journal.rollBack(client, id).finished;
    assert.deepEqual([outcome, notes], ['cancelled', ['The changed settings were put back on 6 nodes.']]);
    assert.deepEqual(await values('repl-backlog-size'), before);
  });

  it('writes the configuration file on request, writes it again when rolled back, and tells a server that has none', async () => {
    const journal = await openJournal(directory);
    const server = await startFromFile(directory);
    const alone = connect({ nodes: [`127.0.0.1:${server.port}`] });
    const settings = { hz: '33' };
    try {
      const written = /^hz 33$/m;
      const made = planSetConfig(await alone.observe(), { settings, rewrite: true });
      const { id, finished } = alone.run(made, { journal });
      assert.match((await finished).nodeOutcomes![0]!.text, / and is 33\. Written to its configuration file\.$/);
      assert.match(await readFile(server.file, 'utf8'), written);
      await forgetEnding(join(directory, `${id}.jsonl`));
      await journal.rollBack(alone, id).finished;
      assert.doesNotMatch(await readFile(server.file, 'utf8'), written);
    } finally {
      await alone.close();
      await server.end();
    }
    const [port] = servers.ports as [number];
    const { nodeOutcomes, notes } = await client.run(
      await plan({ settings, nodes: [`127.0.0.1:${port}`], rewrite: true }),
    ).finished;
    assert.match(nodeOutcomes![0]!.text, / and is 33\. Not written to a file: .*without a config file/);
    assert.match(notes.join(' '), /has it until it restarts/);
    assert.equal(await valueAt(port, 'hz'), '33');
  });

  it('sets what answers and names what does not', async () => {
    const limits = { commandTimeoutMilliseconds: 1500, connectTimeoutMilliseconds: 1500 };
    const hasty = connect({ nodes: servers.nodes, ...limits });
    const dead = (await client.observe()).nodes.find(({ role }) => role === 'replica')!.port;
    await servers.servers.pause(dead);
    try {
      const made = planSetConfig(await hasty.observe(), { settings: { 'slowlog-max-len': '101' }, nodes: 'replicas' });
      assert.match(made.warnings.map(({ text }) => text).join(' '), new RegExp(`127.0.0.1:${dead} does not answer`));
      const { nodeOutcomes } = await hasty.run(made).finished;
      assert.deepEqual(nodeOutcomes!.map(({ state }) => state).sort(), ['done', 'done', 'silent']);
    } finally {
      await servers.servers.resume(dead);
      await hasty.close();
    }
  });
});

/** One server in cluster mode that was started with a configuration file. */
async function startFromFile(directory: string): Promise<{ port: number; file: string; end(): Promise<void> }> {
  const [port] = (await findTestPorts(1)) as [number];
  const file = join(directory, 'server.conf');
  await writeFile(file, `port ${port}\ncluster-enabled yes\ndir ${directory}\nsave ""\n`);
  const { path } = await findServerBinary(process.env.RCM_TEST_SERVER);
  const child = spawn(path, [file], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  await eventually(async () => (await sendCommand(port, ['PING'])) === 'PONG', { what: `${port} answers` });
  return {
    port,
    file,
    end: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** As if its process had died just before it wrote how it ended. */
async function forgetEnding(path: string): Promise<void> {
  const lines = (await readFile(path, 'utf8')).trim().split('\n');
  const kept = lines.filter(line => !/"type":"(outcome|stepDone)"/.test(line));
  assert.ok(kept.length < lines.length);
  await rm(path);
  await appendFile(path, `${kept.map(line => line.replace(/"pid":\d+/, '"pid":999999999')).join('\n')}\n`);
}
