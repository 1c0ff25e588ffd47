import { MalformedReplyError } from './malformedReplyError';
import { SlotSet, type SlotRange } from './slotSet';
import type { NodeRole } from './types';

const COMMAND = 'CLUSTER SHARDS';

/** A node as CLUSTER SHARDS lists it. Its `health` knows no suspicion, and a replica without data shows as `loading`. */
export interface ShardNodeReply {
  id: string;
  /** Absent on a server that takes TLS only. */
  port?: number;
  tlsPort?: number;
  /** Empty while the server does not know its own address. */
  host: string;
  hostname?: string;
  role: NodeRole;
  replicationOffset: number;
  health: 'online' | 'loading' | 'fail';
  /** Valkey 9.1 and newer. */
  availabilityZone?: string;
}

export interface ShardReply {
  /** Valkey 9.1 and newer. */
  id?: string;
  slots: SlotSet;
  nodes: readonly ShardNodeReply[];
}

/**
 * Reads CLUSTER SHARDS (Redis and Valkey 7.0 and newer): flat arrays as RESP2 gives them, maps or objects as RESP3 does.
 * One node's opinion, and known to be wrong around diverged shard ids: CLUSTER NODES stays the truth.
 * Throws a MalformedReplyError that names the node and the shard.
 */
export function parseClusterShards(reply: unknown, address: string): ShardReply[] {
  if (!Array.isArray(reply)) throw new MalformedReplyError(address, COMMAND, 'it is not a list of shards');
  return reply.map((shard: unknown, index) => {
    const refuse: Refuse = reason =>
      new MalformedReplyError(address, COMMAND, reason, {
        number: index + 1,
        text: JSON.stringify(plain(shard)) ?? '',
      });
    return readShard(new Fields(shard, refuse), refuse);
  });
}

type Refuse = (reason: string) => MalformedReplyError;

function readShard(shard: Fields, refuse: Refuse): ShardReply {
  const nodes = shard.list('nodes').map(node => readNode(new Fields(node, refuse), refuse));
  const id = shard.optionalText('id');
  return { ...(id ? { id } : {}), slots: readSlots(shard.list('slots'), refuse), nodes };
}

function readSlots(bounds: unknown[], refuse: Refuse): SlotSet {
  if (bounds.length % 2 !== 0) throw refuse('a slot range has a start and no end');
  const ranges: SlotRange[] = [];
  for (let index = 0; index < bounds.length; index += 2)
    ranges.push({ start: slotIn(bounds[index], refuse), end: slotIn(bounds[index + 1], refuse) });
  try {
    return SlotSet.fromRanges(ranges);
  } catch (error) {
    throw refuse(`its slots are wrong (${(error as Error).message})`);
  }
}

/** A number with RESP2 and RESP3; its digits from a proxy that sends every number as text. */
function slotIn(bound: unknown, refuse: Refuse): number {
  const isNumber = typeof bound === 'number' || (typeof bound === 'string' && /^\d{1,5}$/.test(bound));
  if (!isNumber) throw refuse('there is something other than a slot among its slots');
  return Number(bound);
}

const ROLES: ReadonlyMap<string, NodeRole> = new Map([
  ['master', 'master'],
  ['primary', 'master'],
  ['replica', 'replica'],
  ['slave', 'replica'],
]);
const HEALTHS: ReadonlyMap<string, ShardNodeReply['health']> = new Map([
  ['online', 'online'],
  ['loading', 'loading'],
  ['fail', 'fail'],
  // As the documentation spells it; the servers send `fail`.
  ['failed', 'fail'],
]);

function readNode(node: Fields, refuse: Refuse): ShardNodeReply {
  const id = node.text('id');
  if (!/^[0-9a-f]{40}$/.test(id)) throw refuse(`"${id}" is not a node id`);
  const role = ROLES.get(node.text('role'));
  if (!role) throw refuse(`"${node.text('role')}" is not a role`);
  const health = HEALTHS.get(node.text('health'));
  if (!health) throw refuse(`"${node.text('health')}" is not a health`);
  const port = node.optionalPort('port');
  const tlsPort = node.optionalPort('tls-port');
  if (port === undefined && tlsPort === undefined) throw refuse('a node has no port');
  const hostname = node.optionalText('hostname');
  const availabilityZone = node.optionalText('availability-zone');
  return {
    id,
    ...(port === undefined ? {} : { port }),
    ...(tlsPort === undefined ? {} : { tlsPort }),
    host: node.text('ip'),
    ...(hostname ? { hostname } : {}),
    role,
    replicationOffset: node.number('replication-offset'),
    health,
    ...(availabilityZone ? { availabilityZone } : {}),
  };
}

/** The named fields of a reply, however they were sent. */
class Fields {
  readonly #values: ReadonlyMap<unknown, unknown>;
  readonly #refuse: Refuse;

  constructor(reply: unknown, refuse: Refuse) {
    this.#refuse = refuse;
    if (reply instanceof Map) this.#values = reply;
    else if (Array.isArray(reply) && reply.length % 2 === 0) {
      const pairs = reply as unknown[];
      const values = new Map<unknown, unknown>();
      for (let index = 0; index < pairs.length; index += 2) values.set(pairs[index], pairs[index + 1]);
      this.#values = values;
    } else if (typeof reply === 'object' && reply !== null && !Array.isArray(reply)) {
      this.#values = new Map(Object.entries(reply));
    } else throw refuse('there is something other than named fields');
  }

  list(name: string): unknown[] {
    const value = this.#values.get(name);
    if (!Array.isArray(value)) throw this.#refuse(`"${name}" is not a list`);
    return value as unknown[];
  }

  text(name: string): string {
    const value = this.#values.get(name);
    if (typeof value !== 'string') throw this.#refuse(`"${name}" is missing or not a text`);
    return value;
  }

  optionalText(name: string): string | undefined {
    return this.#values.get(name) == null ? undefined : this.text(name);
  }

  number(name: string): number {
    const value = this.#values.get(name);
    const number = typeof value === 'string' && value !== '' ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isSafeInteger(number))
      throw this.#refuse(`"${name}" is missing or not a whole number`);
    return number;
  }

  optionalPort(name: string): number | undefined {
    if (!this.#values.has(name)) return undefined;
    const port = this.number(name);
    if (port < 0 || port > 65535) throw this.#refuse(`"${name}" is not between 0 and 65535`);
    return port;
  }
}

/** JSON shows a Map as an empty object. */
function plain(reply: unknown): unknown {
  return reply instanceof Map ? Object.fromEntries(reply) : reply;
}
