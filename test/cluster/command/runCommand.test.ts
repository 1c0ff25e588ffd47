import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { groupOutcomes } from '../../../src/core/operation/groupOutcomes';
import { connect, type ClusterClient } from '../../../src/core/operation/clusterClient';
import { openJournal } from '../../../src/core/operation/journal';
import { parseCommandLine } from '../../../src/core/plan/command/parseCommandLine';
import { planRunCommand } from '../../../src/core/plan/command/planRunCommand';
import type { NodeChoice } from '../../../src/core/plan/nodeChoice';
import type { Plan } from '../../../src/core/plan/types';
import { clientOf, startMembers } from '../../support/members';
import { eventually, redisCli, sendCommand, type TestServers } from '../../support/testCluster';

describe('running a command on nodes', () => {
  let servers: TestServers;
  let client: ClusterClient;
  let directory: string;

  before(async () => {
    servers = await startMembers({ spares: 0, nodeTimeoutMilliseconds: 10_000 });
    client = clientOf(servers);
    directory = await mkdtemp(join(tmpdir(), 'rcm-command-'));
  });
  after(async () => {
    await client?.close();
    await servers?.close();
    await rm(directory, { recursive: true, force: true });
  });

  const run = (line: string, nodes?: NodeChoice, confirmed?: boolean): ReturnType<ClusterClient['runCommand']> =>
    client.runCommand(parseCommandLine(line), { nodes, confirmed });
  const kindOf = async (line: string): Promise<string> => (await client.inspectCommand(parseCommandLine(line))).kind;
  const plan = async (line: string, nodes: NodeChoice): Promise<Plan> => {
    const words = parseCommandLine(line);
    return planRunCommand(await client.observe(), { words, nodes, nature: await client.inspectCommand(words) });
  };

  it('gives each node what it said, as redis-cli prints it', async () => {
    const [port] = servers.ports as [number];
    const nodes = [`127.0.0.1:${port}`];
    for (const line of [
      'CONFIG GET maxmemory*',
      'CLUSTER SLOTS',
      'CLUSTER COUNTKEYSINSLOT 1',
      'PING',
      'ECHO "a\\x00\\xff\\"b"',
    ]) {
      const [outcome] = await run(line, nodes);
      const words = parseCommandLine(line).map(word => word.toString('latin1'));
      // An argument of a process cannot hold a zero byte.
      if (words.some(word => word.includes('\0'))) {
        assert.equal(outcome!.text, String.raw`"a\x00\xff\"b"`);
        continue;
      }
      const { output } = await redisCli(servers, '-p', String(port), '--no-raw', ...words);
      assert.equal(outcome!.text, output.trimEnd(), line);
    }
    const [info] = await run('info server', nodes);
    assert.match(info!.text, /^# Server\nredis_version:/);
  });

  it('runs on all nodes, on the masters or on the replicas, and groups those that say the same', async () => {
    const all = await run('PING');
    assert.deepEqual(
      groupOutcomes(all).map(({ text }) => text.replace(/\(.*\)/, '()')),
      ['6 nodes (): PONG'],
    );
    const [masters, replicas] = [await run('ROLE', 'masters'), await run('ROLE', 'replicas')];
    assert.deepEqual([masters.length, replicas.length], [3, 3]);
    assert.ok(masters.every(({ text }) => text.startsWith('1) "master"')));
    assert.ok(replicas.every(({ text }) => text.startsWith('1) "slave"')));
    const got = await run('GET foo');
    assert.ok(got.some(({ state, text }) => state === 'refused' && text.startsWith('MOVED 12182 ')));
    assert.ok(got.some(({ state, text }) => state === 'done' && text === '(nil)'));
  });

  it('tells by the word of the servers what only reads', async () => {
    const kinds: Record<string, string[]> = {
      reads: [
        'GET a',
        'INFO',
        'CONFIG GET save',
        'CLUSTER NODES',
        'SLOWLOG GET',
        'DBSIZE',
        'XREAD STREAMS a 0',
        'OBJECT FREQ a',
      ],
      asks: ['KEYS *'],
      changes: [
        'SET a 1',
        'FLUSHALL',
        'CONFIG SET save ""',
        'CONFIG RESETSTAT',
        'EVAL "return 1" 0',
        'BGSAVE',
        'SLOWLOG RESET',
        'SORT a',
        'PUBLISH a b',
      ],
      refused: [
        'BLPOP a 0',
        'XREAD BLOCK 0 STREAMS a 0',
        'SUBSCRIBE a',
        'MONITOR',
        'MULTI',
        'SELECT 1',
        'WAIT 1 0',
        'BZPOPMIN a 0',
        'CLIENT REPLY OFF',
        'ACL SETUSER a >pw',
        'CONFIG SET maxmemory 0 requirepass x',
      ],
    };
    for (const [kind, lines] of Object.entries(kinds))
      for (const line of lines) assert.equal(await kindOf(line), kind, line);
    await assert.rejects(run('SET a 1'), { code: 'needsPlan' });
    await assert.rejects(run('KEYS *'), { code: 'needsConfirmation' });
    assert.equal((await run('KEYS *', 'masters', true)).length, 3);
    const unknown = await run('NOSUCHCOMMAND 1', 'masters').catch((error: unknown) => error);
    assert.ok(unknown instanceof Error);
  });

  it('hides passwords that servers tell', async () => {
    const [port] = servers.ports as [number];
    await sendCommand(port, ['CONFIG', 'SET', 'masterauth', 'topsecret']);
    await sendCommand(port, ['ACL', 'SETUSER', 'ann', '>hunter2']);
    try {
      for (const line of ['CONFIG GET *auth*', 'CONFIG GET *', 'ACL LIST', 'ACL GETUSER ann']) {
        const text = (await run(line, [`127.0.0.1:${port}`]))[0]!.text;
        assert.ok(!/topsecret|hunter2|[0-9a-f]{64}/.test(text), line);
        assert.match(text, /\*\*\*/, line);
      }
    } finally {
      await sendCommand(port, ['ACL', 'DELUSER', 'ann']);
      await sendCommand(port, ['CONFIG', 'SET', 'masterauth', '']);
    }
  });

  it('gives a node that does not answer its time, and the others their replies', async () => {
    const [replica] = (await client.observe()).nodes.filter(({ role }) => role === 'replica');
    const limits = { commandTimeoutMilliseconds: 1500, connectTimeoutMilliseconds: 1500 };
    const hasty = connect({ nodes: servers.nodes, ...limits });
    await servers.servers.pause(replica!.port);
    try {
      const outcomes = await hasty.runCommand(['PING'], { timeoutMilliseconds: 1500 });
      assert.deepEqual(
        outcomes.filter(({ state }) => state === 'silent').map(({ node }) => node.address),
        [replica!.address],
      );
      assert.equal(outcomes.filter(({ text }) => text === 'PONG').length, 5);
    } finally {
      await servers.servers.resume(replica!.port);
      await hasty.close();
    }
  });

  it('sends what writes by a plan, once to each node, and keeps the replies out of the journal', async () => {
    const journal = await openJournal(directory);
    const made = await plan('RPUSH {b}journalproof 1', 'masters');
    assert.equal(made.risk, 'losesData');
    const { id, finished } = client.run(made, { journal });
    const { nodeOutcomes } = await finished;
    assert.deepEqual(nodeOutcomes!.map(({ state }) => state).sort(), ['done', 'refused', 'refused']);
    const path = join(directory, `${id}.jsonl`);
    assert.equal((await readFile(path, 'utf8')).match(/"type":"commandSent"/g)?.length, 3);

    await endedInTheMiddle(path);
    const { nodeOutcomes: resumed } = await journal.resume(client, id).finished;
    const texts = resumed!.map(({ text }) => text).sort();
    assert.equal(
      texts.filter(text => /^It was sent here before the interruption, and whether it ran/.test(text)).length,
      3,
    );
    const [owner] = await run(
      'LLEN {b}journalproof',
      nodeOutcomes!.flatMap(({ state, node }) => (state === 'done' ? [node.id] : [])),
    );
    assert.equal(owner!.text, '(integer) 1');
  });

  it('flushes the masters by a plan that may lose data, and their replicas follow', async () => {
    const made = await plan('FLUSHALL', 'masters');
    assert.equal(made.risk, 'losesData');
    assert.match(made.warnings.map(({ text }) => text).join(' '), /deletes every key/);
    await client.run(made).finished;
    await eventually(async () => (await run('DBSIZE')).every(({ text }) => text === '(integer) 0'), {
      what: 'no key is left',
    });
  });

  it('fails when no node does it, and says what each said', async () => {
    await assert.rejects(client.run(await plan('SET foo', 'masters')).finished, {
      code: 'commandRefused',
      message: /3 nodes \(.*\): ERR wrong number of arguments for 'set' command/,
    });
  });

  it('lists the commands of the servers with what they take', async () => {
    const commands = await client.listCommands();
    const set = commands.find(({ name }) => name === 'CONFIG SET');
    assert.ok(commands.length > 200);
    assert.match(set?.summary ?? '', /\w/);
    assert.match(set?.syntax ?? '', /^parameter value/);
    assert.match(commands.find(({ name }) => name === 'SET')?.syntax ?? '', /^key value .*NX\|XX/);
  });
});

/** As if its process had died after sending and before the answers came. */
async function endedInTheMiddle(path: string): Promise<void> {
  const lines = (await readFile(path, 'utf8')).trim().split('\n');
  const kept = lines.filter(line => !/"type":"(outcome|stepDone|commandAnswered)"/.test(line));
  await rm(path);
  await appendFile(path, `${kept.map(line => line.replace(/"pid":\d+/, '"pid":999999999')).join('\n')}\n`);
}
