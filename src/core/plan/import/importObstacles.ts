import { count, joinSome } from '../phrases';
import type { ImportFacts, ImportSource, ImportTarget } from './importFacts';
import type { ImportRequest } from './importRequest';

/** Why nothing can be imported from this source as asked. */
export interface ImportObstacle {
  code: string;
  /** A whole sentence. */
  text: string;
  remedy: string;
}

/** What stands in the way, the worst first; looked at when an import is planned and again when it begins. Pure. */
export function importObstacles({ source, targets }: ImportFacts, request: ImportRequest): ImportObstacle[] {
  return [
    ...wrongSource(source),
    ...databaseObstacles(source, targets, request),
    ...targets.flatMap(target => versionObstacle(source, target)),
  ];
}

function wrongSource({ address, isMember, clusterEnabled, role, loading, masterLink }: ImportSource): ImportObstacle[] {
  if (isMember)
    return [
      {
        code: 'sourceIsMember',
        text: `${address} is a node of this cluster itself.`,
        remedy: 'Name a server outside. Keys move within the cluster with their slots.',
      },
    ];
  if (clusterEnabled && role === 'replica')
    return [
      {
        code: 'sourceIsClusterReplica',
        text: `${address} is a replica in another cluster, and sends those who read to its master.`,
        remedy: 'Name its master.',
      },
    ];
  if (loading)
    return [
      {
        code: 'sourceLoading',
        text: `${address} is still reading its data in.`,
        remedy: 'Wait until it is done.',
      },
    ];
  if (masterLink === 'down')
    return [
      {
        code: 'sourceBehind',
        text: `${address} is a replica that has lost its master: nobody knows how old its keys are.`,
        remedy: 'Name its master, or make it one (REPLICAOF NO ONE).',
      },
    ];
  return [];
}

function databaseObstacles(
  { address, databases }: ImportSource,
  targets: readonly ImportTarget[],
  request: ImportRequest,
): ImportObstacle[] {
  const pairs = databasePairs(databases, request);
  if (pairs.length === 0)
    return [
      {
        code: 'nothingToImport',
        text: `${address} holds no keys${request.databases ? ' in these databases' : ''}.`,
        remedy: 'There is nothing to do.',
      },
    ];
  const room = Math.min(...targets.map(target => target.databases));
  const outside = pairs.filter(({ target }) => target >= room);
  if (outside.length === 0) return [];
  const texts = outside.map(({ source, target }) => (source === target ? `${source}` : `${source} (to ${target})`));
  return [
    {
      code: 'databasesMissing',
      text: `The cluster has ${room === 1 ? 'database 0 only' : `databases 0 to ${room - 1}`}, and keys shall come from database ${joinSome(texts)}.`,
      remedy: `Leave ${outside.length === 1 ? 'it' : 'them'} out, or say which database of the cluster the keys go to. Valkey 9 has as many as cluster-databases says.`,
    },
  ];
}

/**
 * Servers read DUMPs of their own RDB version and older ones. Redis went on from 12, Valkey from 80: these do not read each
 * other's (rdb.h, rdb.c: verifyDumpPayload; seen on Redis 7.0 to 8.6 and Valkey 8.0 to 9.1).
 */
function versionObstacle(source: ImportSource, target: ImportTarget): ImportObstacle[] {
  const [from, to] = [source.payloadVersion, target.payloadVersion];
  if (from === undefined || to === undefined) return [];
  const isForeign = from >= 12 && from < 80 && to >= 80;
  if (from <= to && !isForeign) return [];
  return [
    {
      code: 'sourceTooNew',
      text: `${target.address} cannot read what ${source.address} (${source.flavour} ${source.version}) writes: RDB version ${from}, and it reads ${isForeign ? 'up to 11, and its own from 80' : `up to ${to}`}.`,
      remedy: isForeign
        ? 'Keys of Redis 7.4 and newer cannot go to Valkey this way.'
        : 'Upgrade the cluster first, or import into another one.',
    },
  ];
}

/** Which databases go where; those without keys are left out. */
export function databasePairs(
  databases: ImportSource['databases'],
  request: Pick<ImportRequest, 'databases'>,
): { source: number; target: number; keys: number }[] {
  const wanted = request.databases ?? databases.map(({ database }) => ({ source: database, target: database }));
  return wanted.flatMap(({ source, target }) => {
    const keys = databases.find(({ database }) => database === source)?.keys ?? 0;
    return keys === 0 ? [] : [{ source, target, keys }];
  });
}

/** `10 keys in database 0, 2 of them expiring`. */
export function databaseText({ database, keys, expiring }: ImportSource['databases'][number]): string {
  return `${count(keys, 'key')} in database ${database}${expiring > 0 ? `, ${expiring} of them expiring` : ''}`;
}
