import type { NodeRef } from '../../plan/types';
import { formatAddress } from '../../topology/address';
import type { ServerInfo } from '../../topology/types';
import { count } from '../../topology/wording';
import { OperationError } from '../operationError';
import { lookAtSelf, type SelfSight } from './selfSight';
import type { ManagedNodes } from './types';

/**
 * Why a replica must keep what it copied: the master it follows does not answer as one that holds the data, so this copy may be
 * the last. Goes on after its address; undefined when the data is elsewhere. `known`: where nodes are reached. Never throws.
 */
export async function whyKeepCopy(
  { own, others, info }: SelfSight,
  known: readonly NodeRef[],
  nodes: ManagedNodes,
): Promise<string | undefined> {
  if (!own.flags.includes('slave') || info.keys === 0) return undefined;
  const line = others.find(({ id }) => id === own.masterId);
  const address = known.find(({ id }) => id === own.masterId)?.address ?? (line && formatAddress(line));
  const why = `holds ${count(info.keys, 'key')}, and ${address ?? 'its master'}, which it copies, does not answer with that data: this copy may be the last`;
  if (address === undefined || own.masterId === undefined) return why;
  const master = await lookAtSelf({ id: own.masterId, address }, nodes).catch(() => undefined);
  const hasData = master?.own.id === own.masterId && master.info.keys > 0 && !isAheadOf(info, master.info);
  return hasData && (master.own.flags.includes('master') || master.info.masterLink === 'up') ? undefined : why;
}

/** The master came back without its data, or this one was not told of the change of hands: what it copied is nowhere else. */
function isAheadOf(copy: ServerInfo, master: ServerInfo): boolean {
  return copy.masterLink !== 'up' && copy.replicationOffset > master.replicationOffset && copy.keys > master.keys;
}

/** Throws an OperationError `lastCopy` where a replica must keep what it copied. */
export async function refuseLastCopy(
  { address }: NodeRef,
  sight: SelfSight,
  known: readonly NodeRef[],
  nodes: ManagedNodes,
): Promise<void> {
  const why = await whyKeepCopy(sight, known, nodes);
  if (why === undefined) return;
  throw new OperationError('lastCopy', `${address} ${why}.`, {
    node: address,
    remedy:
      'Bring its master back with its data, or let this one take over first; then plan anew. If its copy is not needed, stop its server, and remove it when it has failed.',
  });
}
