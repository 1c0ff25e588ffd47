import { SLOT_COUNT } from '../topology/slotSet';
import { count } from './phrases';
import { PlanError } from './planError';
import type { PlanWarning } from './types';

export interface MasterRequest {
  replicasPerMaster: number;
  masters?: number;
  allowFewMasters?: boolean;
}

/** More nodes than this in one cluster is more than the servers' gossip is made for (Redis cluster specification). */
const MOST_NODES = 1000;

/**
 * How many masters a new cluster of so many nodes gets. Throws a PlanError when the request makes no sense
 * (`badReplicaCount`, `badMasterCount`, `tooManyMasters`), the nodes are too many or too few for it (`tooManyNodes`,
 * `tooFewNodes`), or it leaves fewer than 3 masters and does not allow that (`tooFewMasters`).
 */
export function countMasters(nodes: number, { replicasPerMaster, masters, allowFewMasters }: MasterRequest): number {
  if (!Number.isInteger(replicasPerMaster) || replicasPerMaster < 0)
    throw new PlanError('badReplicaCount', `A master cannot have ${replicasPerMaster} replicas.`, {
      remedy: 'Ask for 0, 1, 2 or more replicas per master.',
    });
  if (masters !== undefined && (!Number.isInteger(masters) || masters < 1))
    throw new PlanError('badMasterCount', `A cluster cannot have ${masters} masters.`, {
      remedy: 'Ask for 3 masters or more, or leave their number out.',
    });
  if (masters !== undefined && masters > SLOT_COUNT)
    throw new PlanError('tooManyMasters', `${masters} masters cannot share ${SLOT_COUNT} slots.`, {
      remedy: `Ask for at most ${SLOT_COUNT} masters; a cluster of at most ${MOST_NODES} nodes is recommended.`,
    });
  if (nodes > MOST_NODES)
    throw new PlanError('tooManyNodes', `${nodes} nodes are too many: a cluster has at most ${MOST_NODES}.`, {
      remedy: 'Choose fewer nodes, or make several clusters.',
    });

  const least = masters ?? 1;
  const needed = least * (1 + replicasPerMaster);
  if (nodes < needed)
    throw new PlanError(
      'tooFewNodes',
      `${describeShape(least, replicasPerMaster)} ${least === 1 ? 'needs' : 'need'} ${count(needed, 'node')}, but there ${nodes === 1 ? 'is' : 'are'} ${nodes || 'none'}.`,
      { remedy: 'Add nodes, or ask for fewer masters or replicas.' },
    );

  const result = masters ?? Math.floor(nodes / (1 + replicasPerMaster));
  if (result < 3 && !allowFewMasters)
    throw new PlanError(
      'tooFewMasters',
      `${masters === undefined ? `${count(nodes, 'node')} make only` : 'You asked for'} ${describeShape(result, replicasPerMaster)}. ${lostFailover(result)}`,
      {
        remedy: `Use at least 3 masters (${describeShape(3, replicasPerMaster)} need ${3 * (1 + replicasPerMaster)} nodes), or allow fewer for a cluster that need not survive.`,
      },
    );
  return result;
}

/** Spells out what fewer than 3 masters cost. */
export function warnOfFewMasters(masters: number): PlanWarning[] {
  if (masters >= 3) return [];
  const text = `This cluster has ${masters === 1 ? 'only 1 master' : 'only 2 masters'}. ${lostFailover(masters)}`;
  return [{ code: 'fewMasters', text }];
}

function lostFailover(masters: number): string {
  return masters === 1
    ? 'There is no automatic failover: when the master dies, no other master is left to vote for its replica.'
    : 'There is no automatic failover: when one of 2 masters dies, the other is no majority and cannot elect its replica.';
}

/** `3 masters with 1 replica each`. */
function describeShape(masters: number, replicasPerMaster: number): string {
  if (replicasPerMaster === 0) return count(masters, 'master');
  return `${count(masters, 'master')} with ${count(replicasPerMaster, 'replica')}${masters === 1 ? '' : ' each'}`;
}
