import { MalformedReplyError } from './malformedReplyError';
import type { ClusterInfo, Flavour, ReplicaLine, ServerInfo } from './types';

/** Reads CLUSTER INFO. Throws a MalformedReplyError that names the node and the field that is missing or wrong. */
export function parseClusterInfo(text: string, address: string): ClusterInfo {
  const info = new InfoText(text, address, 'CLUSTER INFO');
  const state = info.text('cluster_state');
  if (state !== 'ok' && state !== 'fail') throw info.refuse('cluster_state', 'is neither "ok" nor "fail"');
  return {
    state,
    slotsAssigned: info.number('cluster_slots_assigned'),
    slotsOk: info.number('cluster_slots_ok'),
    slotsSuspect: info.number('cluster_slots_pfail'),
    slotsFailed: info.number('cluster_slots_fail'),
    knownNodes: info.number('cluster_known_nodes'),
    size: info.number('cluster_size'),
    currentEpoch: info.number('cluster_current_epoch'),
    ownEpoch: info.number('cluster_my_epoch'),
    fields: Object.fromEntries(info.fields),
  };
}

/**
 * Reads INFO of a Redis or Valkey server, in a cluster or not. What every server sends and a decision may hang on (version,
 * role, replication offset, memory, loading, cluster_enabled) must be there; counters that some services hide are 0 without it.
 * Throws a MalformedReplyError that names the node and the field that is missing or wrong.
 */
export function parseServerInfo(text: string, address: string): ServerInfo {
  const info = new InfoText(text, address, 'INFO');
  const role = info.text('role');
  if (role !== 'master' && role !== 'slave') throw info.refuse('role', 'is neither "master" nor "slave"');
  const keysByDatabase = readKeys(info);
  const availabilityZone = info.fields.get('availability_zone');
  return {
    ...readVersion(info),
    clusterEnabled: info.flag('cluster_enabled'),
    processId: info.number('process_id', 0),
    uptimeSeconds: info.number('uptime_in_seconds'),
    loading: info.flag('loading'),
    ...(role === 'master'
      ? { role, replicationOffset: info.number('master_repl_offset') }
      : { role: 'replica', ...readMasterLink(info), replicationOffset: info.number('slave_repl_offset') }),
    replicas: readReplicas(info),
    usedMemoryBytes: info.number('used_memory'),
    maxMemoryBytes: info.number('maxmemory', 0),
    operationsPerSecond: info.number('instantaneous_ops_per_sec', 0),
    inputBytesPerSecond: info.kibibytes('instantaneous_input_kbps'),
    outputBytesPerSecond: info.kibibytes('instantaneous_output_kbps'),
    clients: info.number('connected_clients', 0),
    evictedKeys: info.number('evicted_keys', 0),
    keysByDatabase,
    keys: Object.values(keysByDatabase).reduce((sum, keys) => sum + keys, 0),
    ...(info.fields.has('aof_enabled') && { appendOnly: info.flag('aof_enabled') }),
    ...(availabilityZone ? { availabilityZone } : {}),
  };
}

/** Valkey keeps `redis_version` at 7.2.4 for old clients; its own version is in a field of its own (Valkey 7.2.5 and newer). */
function readVersion(info: InfoText): { flavour: Flavour; version: string } {
  const isValkey = info.fields.get('server_name') === 'valkey' || info.fields.has('valkey_version');
  return isValkey
    ? { flavour: 'valkey', version: info.text('valkey_version') }
    : { flavour: 'redis', version: info.text('redis_version') };
}

function readMasterLink(info: InfoText): Pick<ServerInfo, 'masterLink' | 'masterLinkDownSeconds' | 'syncing'> {
  const masterLink = info.text('master_link_status');
  if (masterLink !== 'up' && masterLink !== 'down')
    throw info.refuse('master_link_status', 'is neither "up" nor "down"');
  // -1 when it never had a link (replication.c, server.c: genRedisInfoString).
  const downSeconds = Number(info.fields.get('master_link_down_since_seconds') ?? -1);
  return {
    masterLink,
    ...(downSeconds >= 0 && { masterLinkDownSeconds: downSeconds }),
    syncing: info.flag('master_sync_in_progress'),
  };
}

/** `slave0:ip=127.0.0.1,port=7003,state=online,offset=42,lag=1`, on Valkey with further fields. */
function readReplicas(info: InfoText): ReplicaLine[] {
  const replicas: ReplicaLine[] = [];
  for (const name of info.numbered('slave')) {
    const text = info.text(name);
    const parts = readParts(text);
    const [host, state] = [parts.get('ip'), parts.get('state')];
    const [port, offset, lagSeconds] = [parts.get('port'), parts.get('offset'), parts.get('lag') ?? '0'].map(Number);
    if (host === undefined || state === undefined || !isWhole(port) || !isWhole(offset) || !isWhole(lagSeconds))
      throw info.refuse(name, 'does not tell address, state and offset of a replica');
    replicas.push({ host, port, state, offset, lagSeconds });
  }
  return replicas;
}

/** `db0:keys=12,expires=0,avg_ttl=0`. */
function readKeys(info: InfoText): Record<number, number> {
  const keysByDatabase: Record<number, number> = {};
  for (const name of info.numbered('db')) {
    const keys = Number(readParts(info.text(name)).get('keys'));
    if (!isWhole(keys)) throw info.refuse(name, 'does not tell a number of keys');
    if (keys > 0) keysByDatabase[Number(name.slice('db'.length))] = keys;
  }
  return keysByDatabase;
}

function readParts(text: string): Map<string, string> {
  return new Map(
    text.split(',').map(part => {
      const equals = part.indexOf('=');
      return [part.slice(0, equals), part.slice(equals + 1)];
    }),
  );
}

function isWhole(value: number | undefined): value is number {
  return Number.isSafeInteger(value);
}

/** The `name:value` lines of an answer. */
class InfoText {
  readonly fields: ReadonlyMap<string, string>;

  constructor(
    private readonly answer: string,
    private readonly address: string,
    private readonly command: string,
  ) {
    const fields = new Map<string, string>();
    // Some 200 lines from each node with each look: no array of them, no pattern.
    for (let start = 0; start < answer.length;) {
      const feed = answer.indexOf('\n', start);
      const next = feed < 0 ? answer.length : feed + 1;
      const last = feed < 0 ? answer.length : feed;
      const end = answer[last - 1] === '\r' ? last - 1 : last;
      if (end > start && answer[start] !== '#') {
        const colon = answer.indexOf(':', start);
        if (colon <= start || colon >= end) throw this.#malformed('it is not name:value', answer.slice(start, end));
        fields.set(answer.slice(start, colon), answer.slice(colon + 1, end));
      }
      start = next;
    }
    this.fields = fields;
  }

  /** Names of the fields `<prefix><number>`. */
  numbered(prefix: string): string[] {
    const names: string[] = [];
    for (const name of this.fields.keys())
      if (name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length))) names.push(name);
    return names;
  }

  text(name: string): string {
    const value = this.fields.get(name);
    if (value === undefined) throw new MalformedReplyError(this.address, this.command, `there is no ${name}`);
    return value;
  }

  /** A whole number; `absent` when the server does not send it. */
  number(name: string, absent?: number): number {
    if (absent !== undefined && !this.fields.has(name)) return absent;
    const value = Number(this.text(name) || Number.NaN);
    if (!Number.isSafeInteger(value)) throw this.refuse(name, 'is not a whole number');
    return value;
  }

  /** In bytes. `kbps` of INFO is 1024 bytes a second, with two decimals; 0 when the server does not send it. */
  kibibytes(name: string): number {
    const text = this.fields.get(name);
    if (text === undefined) return 0;
    const value = text === '' ? Number.NaN : Number(text);
    if (!Number.isFinite(value) || value < 0) throw this.refuse(name, 'is not a number');
    return Math.round(value * 1024);
  }

  flag(name: string): boolean {
    const value = this.text(name);
    if (value !== '0' && value !== '1') throw this.refuse(name, 'is neither 0 nor 1');
    return value === '1';
  }

  refuse(name: string, reason: string): MalformedReplyError {
    return this.#malformed(`${name} ${reason}`, `${name}:${this.fields.get(name)}`);
  }

  #malformed(reason: string, text: string): MalformedReplyError {
    const lines = this.answer.split(/\r?\n/);
    return new MalformedReplyError(this.address, this.command, reason, { number: lines.indexOf(text) + 1, text });
  }
}
