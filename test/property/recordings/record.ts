// Writes <server>.json of this folder: `RCM_TEST_SERVER=<path> npx tsx test/property/recordings/record.ts`, once per version.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openNodeConnection } from '../../../src/core/connection/nodeConnection';
import type { CommandWords, NodeConnection, Reply } from '../../../src/core/connection/types';
import { createWithRedisCli, eventually, startTestServers, type TestServers } from '../../support/testCluster';

const questions: readonly CommandWords[] = [
  ...['NODES', 'SHARDS', 'SLOTS', 'INFO', 'LINKS', 'MYID', 'GETSLOTMIGRATIONS'].map((word): CommandWords => [
    'CLUSTER',
    word,
  ]),
  ['CLUSTER', 'SLOT-STATS', 'SLOTSRANGE', 0, 9],
  ['CLUSTER', 'MIGRATION', 'STATUS', 'ALL'],
  ['INFO'],
  ['INFO', 'commandstats'],
  ['INFO', 'latencystats'],
  ...['cluster-*', 'maxmemory*', 'save', 'slowlog*', 'latency*', '*timeout'].map((pattern): CommandWords => [
    'CONFIG',
    'GET',
    pattern,
  ]),
  ['ACL', 'WHOAMI'],
  ['ACL', 'LIST'],
  ['ACL', 'GETUSER', 'reader'],
  ['SLOWLOG', 'GET', 8],
  ['LATENCY', 'LATEST'],
  ['CLIENT', 'LIST'],
  ['COMMAND', 'INFO', 'get', 'mset', 'cluster|nodes', 'no-such-command'],
  ['COMMAND', 'DOCS', 'get', 'setrange'],
  ['FUNCTION', 'LIST', 'WITHCODE'],
  ['MODULE', 'LIST'],
  ['ROLE'],
  ['TIME'],
];

void record();

async function record(): Promise<void> {
  const servers = await startTestServers({ count: 6, hosts: [...'abcdef'] });
  const nodes = servers.nodes.map(address => openNodeConnection(address, { commandTimeoutMilliseconds: 20_000 }));
  try {
    await createWithRedisCli(servers, 1);
    const [master, other] = [nodes[0]!, nodes[1]!];
    await furnish(master, other);
    const replica = nodes.at(-1)!;
    const recording = { master: await askAll(master), replica: await askAll(replica) };
    const version = nameOf(String(recording.master['INFO']));
    const text = withoutPlaces(linesOf(recording), servers);
    writeFileSync(join(__dirname, `${version}.json`), `${text}\n`);
  } finally {
    for (const node of nodes) node.close();
    await servers.close();
  }
}

/** Something for every question to tell of. */
async function furnish(master: NodeConnection, other: NodeConnection): Promise<void> {
  const [id, otherId] = (await Promise.all([master, other].map(node => node.command(['CLUSTER', 'MYID'])))).map(String);
  const onBoth: CommandWords[] = [
    ['CONFIG', 'SET', 'slowlog-log-slower-than', '0'],
    ['CONFIG', 'SET', 'latency-monitor-threshold', '1'],
    ['CLIENT', 'SETNAME', 'observer'],
    ['ACL', 'SETUSER', 'reader', 'on', 'nopass', '~shop:*', '&*', '+@read', '-keys'],
    ['FUNCTION', 'LOAD', "#!lua name=shop\nredis.register_function('noop', function() return 1 end)"],
  ];
  for (const node of [master, other]) await node.pipeline(onBoth);
  // Each of these is known to some versions; the others refuse it.
  await master.pipeline([['CLUSTER', 'MIGRATESLOTS', 'SLOTSRANGE', 0, 3, 'NODE', otherId!]]);
  await other.pipeline([['CLUSTER', 'MIGRATION', 'IMPORT', 5, 6]]);
  await eventually(async () => isSettled(await master.pipeline(moves)), { what: 'the moves have ended' });
  await master.pipeline([
    ['SET', '{06S}user:1', 'x'],
    ['EVAL', 'local n = 0; for i = 1, 3000000 do n = n + i end; return n', 0],
    ['CLUSTER', 'SETSLOT', 100, 'MIGRATING', otherId!],
  ]);
  await other.pipeline([['CLUSTER', 'SETSLOT', 100, 'IMPORTING', id!]]);
}

const moves: readonly CommandWords[] = [
  ['CLUSTER', 'GETSLOTMIGRATIONS'],
  ['CLUSTER', 'MIGRATION', 'STATUS', 'ALL'],
];

/** Nobody knows of a move, or all have ended. */
function isSettled(replies: readonly (Reply | Error)[]): boolean {
  const told = replies.filter(reply => !(reply instanceof Error));
  return told.every(reply => /success|completed/.test(JSON.stringify(reply)));
}

async function askAll(node: NodeConnection): Promise<Record<string, Reply>> {
  const replies = await node.pipeline(questions);
  const told = questions.flatMap((words, index) => {
    const reply = replies[index];
    return reply === undefined || reply instanceof Error ? [] : [[words.join(' '), reply] as const];
  });
  return Object.fromEntries(told);
}

/** JSON, a line for each reply. */
function linesOf(recording: Record<string, Record<string, Reply>>): string {
  const nodes = Object.entries(recording).map(([node, replies]) => {
    const lines = Object.entries(replies).map(
      ([question, reply]) => `${JSON.stringify(question)}: ${JSON.stringify(reply)}`,
    );
    return `${JSON.stringify(node)}: {\n${lines.join(',\n')}\n}`;
  });
  return `{\n${nodes.join(',\n')}\n}`;
}

function nameOf(info: string): string {
  const valkey = /^valkey_version:(\S+)/m.exec(info)?.[1];
  return valkey === undefined ? `redis-${/^redis_version:(\S+)/m.exec(info)?.[1]}` : `valkey-${valkey}`;
}

/** No path or kernel of the machine it was recorded on. */
function withoutPlaces(text: string, { directory }: TestServers): string {
  return text
    .replaceAll(directory, '/servers')
    .replace(/executable:[^\\]*/g, 'executable:/usr/bin/server')
    .replace(/os:Linux[^\\]*/g, 'os:Linux 6.1.0 x86_64');
}
