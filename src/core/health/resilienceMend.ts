import { listNames, nodeName } from '../topology/wording';
import type { ClusterPicture } from './clusterPicture';
import { restartRisk } from './persistence';
import type { Loss, LossSubject, Mend, ShardFate } from './resilienceTypes';

/** The action that would take the worst out of a loss; nothing where the cluster just goes on. */
export function mendFor(loss: Omit<Loss, 'text'>, picture: ClusterPicture): { remedy: string; mend: Mend } | undefined {
  const { subject, quorumLost, fates } = loss;
  if (quorumLost) return mendQuorum(subject, picture);
  const bad = fates.find(({ kind }) => kind === 'lost') ?? fates.find(({ kind }) => kind === 'unfit');
  return bad && mendForShard(bad, subject, picture);
}

function mendQuorum(subject: LossSubject, picture: ClusterPicture): { remedy: string; mend: Mend } {
  const { voters } = picture;
  const dead = voters.filter(({ status }) => status === 'failed');
  if (dead.length > 0)
    return {
      remedy: [
        `Start ${listNames(dead.map(nodeName))}, or resume it if it is paused.`,
        ...dead.flatMap(node => restartRisk(node, picture.topology)?.text ?? []),
      ].join(' '),
      mend: { kind: 'startNodes', nodeIds: dead.map(({ id }) => id) },
    };
  if (subject.kind !== 'node' && voters.length >= 3 && couldLeadElsewhere(subject, picture))
    return {
      remedy: 'Balance the roles: fail over one of its masters to a replica on another host.',
      mend: { kind: 'balanceRoles' },
    };
  return {
    remedy:
      voters.length < 3
        ? 'Three masters or more can outvote a failed one: add masters, and give them slots.'
        : `Put masters on more ${subject.kind}s: three at least, none with half of them.`,
    mend: { kind: 'addMasters' },
  };
}

/** A master of it has a replica outside, and there is more than one place to choose from. */
function couldLeadElsewhere({ nodeIds }: LossSubject, { shards, nodes }: ClusterPicture): boolean {
  const inside = new Set(nodeIds);
  const hosts = new Set([...nodes.values()].map(({ hostLabel }) => hostLabel));
  return (
    hosts.size > 2 &&
    shards.some(({ masterId = '', replicaIds }) => inside.has(masterId) && replicaIds.some(id => !inside.has(id)))
  );
}

/** The action that would keep a shard alive through that loss. */
export function mendForShard(
  fate: ShardFate,
  subject: LossSubject,
  { nodes, shards }: ClusterPicture,
): { remedy: string; mend: Mend } {
  const shard = shards.find(({ id }) => id === fate.shardId)!;
  const dead = shard.replicaIds.flatMap(id => nodes.get(id) ?? []).filter(({ status }) => status === 'failed');
  if (dead.length > 0)
    return {
      remedy: `Start ${listNames(dead.map(nodeName))}, or resume it if it is paused.`,
      mend: { kind: 'startNodes', nodeIds: dead.map(({ id }) => id) },
    };
  const master = nodes.get(shard.masterId ?? '');
  const name = master ? nodeName(master) : 'its master';
  const inside = new Set(subject.nodeIds);
  const hasReplicasOutside = shards.some(({ replicaIds }) => replicaIds.some(id => !inside.has(id)));
  if (subject.kind !== 'node' && shard.replicaIds.length > 0 && hasReplicasOutside)
    return {
      remedy: `Balance the roles: let a replica of another ${subject.kind} follow ${name}.`,
      mend: { kind: 'balanceRoles' },
    };
  const where = subject.kind === 'node' ? '' : ` ${subject.kind === 'zone' ? 'in' : 'on'} another ${subject.kind}`;
  return {
    remedy: `Give ${name} a replica${where}.`,
    mend: { kind: 'addReplica', masterId: shard.masterId ?? '' },
  };
}
