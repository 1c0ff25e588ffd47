import { refer } from '../../plan/plannedNode';
import type { Reply } from '../../connection/types';
import type { Topology } from '../../topology/types';
import { settleEach } from '../steps/eachNode';
import { fieldsOf } from '../steps/replies';
import type { BackupNode, BackupNodes } from './types';

/** Settings that decide how a cluster behaves or what data it can hold; none of them a secret. */
const settings = [
  ...['cluster-node-timeout', 'cluster-require-full-coverage', 'cluster-replica-validity-factor'],
  ...['cluster-migration-barrier', 'cluster-allow-replica-migration', 'cluster-allow-reads-when-down'],
  ...['cluster-databases', 'maxmemory', 'maxmemory-policy', 'appendonly', 'appendfsync', 'save'],
  ...['min-replicas-to-write', 'min-replicas-max-lag', 'notify-keyspace-events', 'proto-max-bulk-len'],
  ...['hash-max-listpack-entries', 'list-max-listpack-size', 'set-max-intset-entries', 'zset-max-listpack-entries'],
];

/** Who was what, and how the masters were set. */
export async function describeNodes({ nodes }: Topology, { node }: BackupNodes): Promise<BackupNode[]> {
  const members = nodes.filter(({ inCluster, status }) => inCluster && status !== 'joining');
  const outcomes = await settleEach(members, async ({ role, reachable, address }) =>
    role === 'master' && reachable
      ? readSettings(await node(address).pipeline(settings.map(name => ['CONFIG', 'GET', name])))
      : undefined,
  );
  return members.map((member, index) => {
    const outcome = outcomes[index]!;
    const { role, masterId, slots, configEpoch, hostLabel, info } = member;
    return {
      ...refer(member),
      role,
      ...(masterId !== undefined && { masterId }),
      slots: slots.toString(),
      configEpoch,
      hostLabel,
      ...(info && { version: `${info.flavour} ${info.version}` }),
      // What a user may not read, or a node that went away did not tell, is missing; the data is what counts.
      ...(outcome.status === 'fulfilled' && outcome.value && { settings: outcome.value }),
    };
  });
}

function readSettings(replies: readonly (Reply | Error)[]): Record<string, string> {
  const pairs = replies.flatMap(reply => [...fieldsOf(reply)]);
  return Object.fromEntries(pairs.map(([name, value]) => [name, String(value)]));
}

/** The names of the libraries one node has; all have the same. */
export async function functionNames(address: string, { node }: BackupNodes): Promise<string[]> {
  const [libraries] = await node(address).pipeline([['FUNCTION', 'LIST']]);
  if (!Array.isArray(libraries)) return [];
  return libraries.flatMap(library =>
    Array.isArray(library) && library[0] === 'library_name' ? [String(library[1])] : [],
  );
}
