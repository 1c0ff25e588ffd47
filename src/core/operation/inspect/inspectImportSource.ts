import { openNodeConnection } from '../../connection/nodeConnection';
import { normalAddress } from '../../connection/connectOptions';
import type { CommandWords, NodeConnection, Reply } from '../../connection/types';
import { keyText } from '../../migration/measure/keyText';
import { payloadVersion } from '../../migration/payload';
import type { BigSourceKey, ImportFacts, ImportSource, ImportTarget } from '../../plan/import/importFacts';
import { parseServerInfo } from '../../topology/parseInfo';
import type { ClusterNode, Topology } from '../../topology/types';
import { eachNode } from '../steps/eachNode';
import type { ManagedNodes } from '../steps/types';
import type { SourceLogin } from '../types';

/** Keys of each database of which the size is asked. */
const sampledKeys = 100;
const bigKeyBytes = 8 * 1024 * 1024;

/**
 * What an import from this server has to know: what it holds, what it writes, what the masters can take. Changes nothing.
 * Rejects with a ClusterError `badAddress`, a ConnectionError, a ServerReplyError, or the signal's reason.
 */
export async function inspectImportSource(
  address: string,
  login: SourceLogin,
  topology: Topology,
  nodes: ManagedNodes,
  signal?: AbortSignal,
): Promise<ImportFacts> {
  const name = normalAddress(address);
  const connection = openNodeConnection(name, login);
  try {
    const masters = topology.nodes.filter(
      ({ role, slots, reachable }) => role === 'master' && !slots.isEmpty && reachable,
    );
    const { clock, ...source } = await lookAtSource(connection, topology, signal);
    const targets = await eachNode(masters, master => lookAtTarget(master, clock, nodes));
    signal?.throwIfAborted();
    return { stateId: topology.stateId, source, targets };
  } finally {
    connection.close();
  }
}

/** By how much the server's clock is ahead of ours. */
type Clock = number | undefined;

async function lookAtSource(
  connection: NodeConnection,
  topology: Topology,
  signal?: AbortSignal,
): Promise<ImportSource & { clock: Clock }> {
  const { address } = connection;
  const [info, id, time, ...replies] = await connection.pipeline(
    [['INFO', 'everything'], ['CLUSTER', 'MYID'], ['TIME'], ...memoryQuestions],
    signal && { signal },
  );
  if (info instanceof Error) throw info;
  const text = String(info);
  const { flavour, version, role, masterLink, clusterEnabled, loading, usedMemoryBytes, maxMemoryBytes } =
    parseServerInfo(text, address);
  const databases = readDatabases(text);
  const sample = loading ? { bigKeys: [], sampledKeys: 0 } : await sampleSizes(connection, databases);
  return {
    address,
    flavour,
    version,
    role,
    ...(masterLink && { masterLink }),
    clusterEnabled,
    isMember: typeof id === 'string' && topology.nodes.some(node => node.id === id),
    loading,
    ...(await readPayloadVersion(connection)),
    usedMemoryBytes,
    maxMemoryBytes,
    ...readMemory(replies),
    databases,
    ...sample,
    clock: clockOf(time),
  };
}

const memoryQuestions: readonly CommandWords[] = [
  ['CONFIG', 'GET', 'maxmemory-policy'],
  ['MODULE', 'LIST'],
];

/** What the server does not tell, or the user may not ask, is absent. */
function readMemory([policy, modules]: (Reply | Error)[]): { evictionPolicy?: string; modules: string[] } {
  const evictionPolicy = Array.isArray(policy) ? policy[1] : undefined;
  return {
    ...(typeof evictionPolicy === 'string' && { evictionPolicy }),
    modules: Array.isArray(modules)
      ? modules.flatMap(module => (Array.isArray(module) && typeof module[1] === 'string' ? [module[1]] : []))
      : [],
  };
}

/** `db0:keys=12,expires=2,avg_ttl=0` */
function readDatabases(info: string): ImportSource['databases'] {
  return [...info.matchAll(/^db(\d+):keys=(\d+),expires=(\d+)/gm)]
    .map(([, database, keys, expiring]) => ({
      database: Number(database),
      keys: Number(keys),
      expiring: Number(expiring),
    }))
    .filter(({ keys }) => keys > 0);
}

/** FUNCTION DUMP bears the version of every payload, whatever the server holds; it came with 7.0. */
async function readPayloadVersion(connection: NodeConnection): Promise<{ payloadVersion?: number }> {
  const [dump] = await connection.pipelineBuffers([['FUNCTION', 'DUMP']]);
  const version = Buffer.isBuffer(dump) ? payloadVersion(dump) : undefined;
  return version === undefined ? {} : { payloadVersion: version };
}

async function sampleSizes(
  connection: NodeConnection,
  databases: ImportSource['databases'],
): Promise<{ bigKeys: BigSourceKey[]; sampledKeys: number }> {
  const bigKeys: BigSourceKey[] = [];
  let looked = 0;
  for (const { database } of databases) {
    const picks = Array.from({ length: sampledKeys }, (): CommandWords => ['RANDOMKEY']);
    const picked = await connection.pipelineBuffers([['SELECT', database], ...picks]);
    const names = new Map(
      picked.slice(1).flatMap(key => (Buffer.isBuffer(key) ? [[key.toString('hex'), key] as const] : [])),
    );
    const keys = [...names.values()];
    const sizes = await connection.pipelineBuffers([
      ['SELECT', database],
      ...keys.map((key): CommandWords => ['MEMORY', 'USAGE', key]),
    ]);
    for (const [index, key] of keys.entries()) {
      const bytes = sizes[index + 1];
      if (typeof bytes !== 'number') continue;
      looked++;
      if (bytes > bigKeyBytes) bigKeys.push({ database, name: keyText(key), bytes });
    }
  }
  return { bigKeys: bigKeys.sort((a, b) => b.bytes - a.bytes), sampledKeys: looked };
}

async function lookAtTarget({ id, address }: ClusterNode, clock: Clock, nodes: ManagedNodes): Promise<ImportTarget> {
  const connection = nodes.node(address);
  const [time, databases, ...replies] = await connection.pipeline([
    ['TIME'],
    ['CONFIG', 'GET', 'cluster-databases'],
    ...memoryQuestions,
  ]);
  const ahead = clockOf(time);
  return {
    id,
    address,
    ...(await readPayloadVersion(connection)),
    databases: Array.isArray(databases) ? Number(databases[1] ?? 1) : 1,
    ...readMemory(replies),
    clockAheadMilliseconds: ahead === undefined || clock === undefined ? 0 : Math.round(ahead - clock),
  };
}

function clockOf(time: Reply | Error | undefined): Clock {
  if (!Array.isArray(time)) return undefined;
  return Number(time[0]) * 1000 + Number(time[1]) / 1000 - Date.now();
}
