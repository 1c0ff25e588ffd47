import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FakeNode } from './model';
import { bulk, OK, type FakeReply } from './resp';
import type { FakeScript } from './script';
import { lineOf, type FakeViews } from './views';

/** What a node is asked in. */
export interface Asked {
  node: FakeNode;
  script: FakeScript;
  views: FakeViews;
  password: string | undefined;
}

/** What the fake claims to be: the version whose commands it knows. */
const VERSION = '8.2.0';

/** The answer to a command; what a fake cannot do is refused in words of its own. */
export function answer(words: readonly string[], asked: Asked): FakeReply {
  const [name = '', ...rest] = words;
  const command = name.toUpperCase();
  const sub = rest[0]?.toUpperCase() ?? '';
  switch (command) {
    case 'PING':
      return rest[0] ?? { raw: [Buffer.from('+PONG\r\n')] };
    case 'AUTH':
      return authenticate(rest, asked);
    case 'HELLO':
      return rest[0] === undefined || rest[0] === '2'
        ? ['server', 'redis', 'version', VERSION, 'proto', 2, 'mode', 'cluster']
        : new Error('NOPROTO unsupported protocol version');
    case 'CLIENT':
      return sub === 'LIST' ? 'id=1 addr=127.0.0.1:1 name=fake cmd=client|list\n' : sub === 'ID' ? 1 : OK;
    case 'SELECT':
    case 'READONLY':
      return OK;
    case 'TIME':
      return [String(Math.floor(Date.now() / 1000)), '0'];
    case 'DBSIZE':
      return keysOf(asked.node, asked.script);
    case 'INFO':
      return asked.node.isLoading ? LOADING : infoOf(asked);
    case 'COMMAND':
      return commandReply(sub, rest.slice(1));
    case 'CONFIG':
      return configReply(sub, rest.slice(1), asked.node);
    case 'CLUSTER':
      if (asked.node.isLoading) return LOADING;
      return clusterReply(sub, rest.slice(1), asked);
    case 'SLOWLOG':
    case 'LATENCY':
      return [];
    default:
      return new Error(`ERR unknown command '${name}', with args beginning with: (a fake cluster takes no writes)`);
  }
}

const LOADING = new Error('LOADING Redis is loading the dataset in memory');

function authenticate(rest: readonly string[], { password }: Asked): FakeReply {
  if (password === undefined)
    return new Error('ERR AUTH <password> called without any password configured for the default user.');
  return rest.at(-1) === password ? OK : new Error('WRONGPASS invalid username-password pair or user is disabled.');
}

function commandReply(sub: string, names: readonly string[]): FakeReply {
  const known = new Set(['cluster|shards', 'cluster|slot-stats', 'cluster|links']);
  if (sub === 'INFO')
    return names.map(name => (known.has(name.toLowerCase()) ? [name, -2, ['loading', 'stale'], 0, 0, 0] : null));
  return sub === 'COUNT' ? known.size : [];
}

const SETTINGS: Readonly<Record<string, string>> = {
  'cluster-node-timeout': '2000',
  'cluster-require-full-coverage': 'yes',
  'cluster-replica-validity-factor': '10',
  maxmemory: '0',
};

function configReply(sub: string, names: readonly string[], node: FakeNode): FakeReply {
  if (sub !== 'GET')
    return new Error(`ERR Unknown option or number of arguments for CONFIG ${sub} - '${names[0] ?? ''}'`);
  const settings: Record<string, string> = { ...SETTINGS, port: String(node.port) };
  const matching = Object.entries(settings).filter(([name]) => names.some(pattern => globToRegExp(pattern).test(name)));
  return matching.flat();
}

function globToRegExp(pattern: string): RegExp {
  return new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    'i',
  );
}

function clusterReply(sub: string, rest: readonly string[], asked: Asked): FakeReply {
  const { node, views, script } = asked;
  switch (sub) {
    case 'NODES':
      return nodesReply(asked);
    case 'INFO':
      return clusterInfo(asked);
    case 'MYID':
      return node.id;
    case 'SHARDS':
      return shardsReply(asked);
    case 'LINKS':
      return views
        .of(node)
        .members.flatMap(peer =>
          peer === node || peer.process === 'down' || peer.side !== node.side
            ? []
            : ['to', 'from'].map(direction => [
                ...pairs({ direction, node: peer.id, 'create-time': 1795403000000, events: 'r' }),
              ]),
        );
    case 'COUNTKEYSINSLOT':
      return node.slots.has(Number(rest[0])) ? keysInSlot(Number(rest[0])) : 0;
    case 'SLOT-STATS':
      return slotStats(rest, node, script);
    case 'FAILOVER':
      if (node.role === 'master') return new Error('ERR You should send CLUSTER FAILOVER to a replica');
      script.failOver(node);
      return OK;
    default:
      return new Error(`ERR unknown subcommand '${sub}'. A fake cluster takes no orders but FAILOVER.`);
  }
}

function nodesReply({ node, views }: Asked): FakeReply {
  const own = Buffer.from(`${lineOf(node, node)}\n`);
  if (!node.inCluster) return bulk([own]);
  const { body, members, starts } = views.of(node);
  const index = members.indexOf(node);
  return bulk([body.subarray(0, starts[index]), own, body.subarray(starts[index + 1])]);
}

function clusterInfo({ node, views }: Asked): string {
  const { counts, state, members } = views.of(node);
  const lone = !node.inCluster;
  return fieldsText({
    cluster_state: lone ? 'fail' : state,
    cluster_slots_assigned: lone ? 0 : counts.assigned,
    cluster_slots_ok: lone ? 0 : counts.ok,
    cluster_slots_pfail: lone ? 0 : counts.suspect,
    cluster_slots_fail: lone ? 0 : counts.failed,
    cluster_known_nodes: lone ? 1 : members.length,
    cluster_size: lone ? 0 : counts.size,
    cluster_current_epoch: lone ? 0 : counts.epoch,
    cluster_my_epoch: node.epoch,
    cluster_stats_messages_sent: 1000,
    cluster_stats_messages_received: 1000,
    total_cluster_links_buffer_limit_exceeded: 0,
  });
}

function shardsReply({ node, views }: Asked): FakeReply {
  const { members } = views.of(node);
  const masters = members.filter(({ role }) => role === 'master');
  return masters.map(master => [
    'slots',
    master.slots.ranges().flatMap(({ start, end }) => [start, end]),
    'nodes',
    [master, ...members.filter(({ masterId }) => masterId === master.id)].map(member =>
      pairs({
        id: member.id,
        port: member.port,
        ip: member.host,
        endpoint: member.host,
        role: member.role,
        'replication-offset': 1000,
        health: member.standing === 'failed' ? 'fail' : 'online',
      }),
    ),
  ]);
}

const infoTemplate = readFileSync(join(__dirname, 'infoTemplate.txt'), 'utf8').trimEnd().split('\n').join('\r\n');

/** As long as a real one (about 5 KB): what differs from node to node stands at its end. */
function infoOf({ node, script }: Asked): string {
  const uptime = 3600 + Math.floor(script.nowMilliseconds / 1000);
  const offset = 1_000_000 + uptime * 1000;
  const replicas = script.nodes.filter(
    ({ masterId, process, link }) => masterId === node.id && process === 'up' && link === 'up',
  );
  const master = script.nodes.find(({ id }) => id === node.masterId);
  const replication =
    node.role === 'master'
      ? { role: 'master', master_repl_offset: offset }
      : {
          role: 'slave',
          master_host: master?.host ?? '',
          master_port: master?.port ?? 0,
          master_link_status: node.link === 'up' ? 'up' : 'down',
          master_sync_in_progress: node.link === 'syncing' ? 1 : 0,
          slave_repl_offset: offset - (node.link === 'up' ? 0 : 50_000),
          master_repl_offset: offset,
        };
  const keys = keysOf(node, script);
  return `${infoTemplate}\r\n${fieldsText({
    redis_version: VERSION,
    process_id: 10_000 + node.index,
    run_id: node.id,
    tcp_port: node.port,
    uptime_in_seconds: uptime,
    connected_clients: 5 + (node.index % 40),
    used_memory: 2_000_000 + keys * 120,
    instantaneous_ops_per_sec:
      node.role === 'master' && !node.slots.isEmpty ? 100 + ((node.index * 37 + uptime * 11) % 900) : 3,
    ...replication,
    connected_slaves: replicas.length,
    ...Object.fromEntries(
      replicas.map(({ host, port }, index) => [
        `slave${index}`,
        `ip=${host},port=${port},state=online,offset=${offset},lag=0`,
      ]),
    ),
    cluster_enabled: 1,
    ...(keys > 0 && { db0: `keys=${keys},expires=0,avg_ttl=0` }),
  })}`;
}

const METRICS = ['key-count', 'cpu-usec', 'network-bytes-in', 'network-bytes-out'] as const;

function slotStats(words: readonly string[], node: FakeNode, script: FakeScript): FakeReply {
  const [form, first, second, ...rest] = words;
  const stats = (slot: number) => {
    const keys = keysInSlot(slot);
    const seconds = 3600 + Math.floor(script.nowMilliseconds / 1000);
    return [keys, keys * seconds * 3, keys * seconds * 40, keys * seconds * 90] as const;
  };
  const entry = (slot: number): FakeReply => [slot, METRICS.flatMap((metric, index) => [metric, stats(slot)[index]!])];
  if (form?.toUpperCase() === 'SLOTSRANGE')
    return [...node.slots].filter(slot => slot >= Number(first) && slot <= Number(second)).map(entry);
  const metric = METRICS.findIndex(name => name === first?.toLowerCase());
  if (form?.toUpperCase() !== 'ORDERBY' || metric < 0) return new Error('ERR syntax error');
  const limit = Number([second, ...rest].find(word => /^\d+$/.test(word ?? '')) ?? 16384);
  return [...node.slots]
    .sort((a, b) => stats(b)[metric]! - stats(a)[metric]!)
    .slice(0, limit)
    .map(entry);
}

function keysInSlot(slot: number): number {
  return (slot * 7919) % 13;
}

function keysOf(node: FakeNode, { nodes }: FakeScript): number {
  const master = node.role === 'replica' ? nodes.find(({ id }) => id === node.masterId) : node;
  return (master?.slots.count ?? 0) * 6;
}

function fieldsText(fields: Readonly<Record<string, string | number>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}:${value}\r\n`)
    .join('');
}

function pairs(fields: Readonly<Record<string, string | number>>): FakeReply[] {
  return Object.entries(fields).flat();
}
