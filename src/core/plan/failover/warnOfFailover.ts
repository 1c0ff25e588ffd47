import type { PlanWarning } from '../types';
import type { FailoverCase } from './failoverCase';
import { slotsOf } from './findObstacles';

/** What can be lost, item by item, and what will be worse than before. */
export function warnOfFailover(subject: FailoverCase): PlanWarning[] {
  return [
    ...(subject.mode === 'takeover' ? [splitBrain(subject)] : []),
    ...(subject.mode === 'graceful'
      ? []
      : [unsentWrites(subject), ...betterSibling(subject), ...emptyReplica(subject)]),
    ...(subject.mode === 'graceful' ? [] : openSlotsLeft(subject)),
    ...versionsDiffer(subject),
    ...mastersShareHost(subject),
  ];
}

function splitBrain({ master, replica }: FailoverCase): PlanWarning {
  const alive = master.reachable
    ? `${master.address} answers now, so it is alive`
    : `${master.address} does not answer here, but may be alive where nobody here sees it`;
  const text = `${replica.address} takes ${slotsOf(master)} without any vote. ${alive}: until the two meet again both take writes for the same slots, and what one of them took is then lost, even on the new master if both happen to have the same config epoch. Make sure that ${master.address} is down or cut off from its clients first.`;
  return { code: 'splitBrain', text };
}

function unsentWrites({ master, replica }: FailoverCase): PlanWarning {
  const { lagBytes } = replica;
  const amount =
    lagBytes === undefined
      ? `how much that is cannot be told, because ${master.address} does not answer`
      : `${lagBytes} bytes at the last look`;
  const link =
    replica.info?.masterLink === 'up' ? '' : ' Its link to its master is down: all since it broke is missing.';
  const text = `Writes that ${master.address} took and did not send to ${replica.address} are lost: ${amount}.${link}`;
  return { code: 'unsentWrites', text };
}

function betterSibling({ replica, siblings }: FailoverCase): PlanWarning[] {
  const own = replica.info?.replicationOffset ?? 0;
  const [best] = siblings
    .filter(({ reachable, info }) => reachable && info && !info.loading && info.replicationOffset > own)
    .sort((a, b) => b.info!.replicationOffset - a.info!.replicationOffset);
  if (!best) return [];
  const more = best.info!.replicationOffset - own;
  const text = `${best.address}, another replica of the same master, has received ${more} bytes more: promoting it loses less.`;
  return [{ code: 'betterReplica', text }];
}

function emptyReplica({ replica, master }: FailoverCase): PlanWarning[] {
  if (replica.info?.keys !== 0 || master.slots.isEmpty) return [];
  const text = `${replica.address} holds no keys at all: if ${master.address} held any, they are all lost.`;
  return [{ code: 'emptyReplica', text }];
}

function openSlotsLeft({ master, members }: FailoverCase): PlanWarning[] {
  const isOpen = members.some(
    ({ id, openSlots }) => openSlots.length > 0 && (id === master.id || openSlots.some(s => s.peerId === master.id)),
  );
  if (!isOpen) return [];
  const text = `Slots of ${master.address} are being moved: their move ends unfinished, and keys on their way may be on either side. Fix the cluster afterwards.`;
  return [{ code: 'openSlots', text }];
}

function versionsDiffer({ master, replica }: FailoverCase): PlanWarning[] {
  const [from, to] = [master.info, replica.info];
  if (!from || !to || shortVersion(from) === shortVersion(to)) return [];
  const text = `${replica.address} runs ${to.version} and ${master.address} ${from.version}: as a replica of the other the older one may not understand the data of the newer.`;
  return [{ code: 'mixedVersions', text }];
}

function shortVersion({ flavour, version }: { flavour: string; version: string }): string {
  return `${flavour} ${version.split('.').slice(0, 2).join('.')}`;
}

function mastersShareHost({ voters, master, replica, members }: FailoverCase): PlanWarning[] {
  if (new Set(members.map(({ hostLabel }) => hostLabel)).size < 2 || master.slots.isEmpty) return [];
  const onHost = voters.filter(({ id, hostLabel }) => id !== master.id && hostLabel === replica.hostLabel).length + 1;
  const before = voters.filter(({ hostLabel }) => hostLabel === replica.hostLabel).length;
  if (onHost === 1 || onHost <= before) return [];
  const isMajority = onHost * 2 > voters.length || (voters.length - onHost) * 2 <= voters.length;
  const text = `${replica.hostLabel} then holds ${onHost} of ${voters.length} masters${isMajority ? ': if it dies, no majority is left and nothing fails over by itself' : ''}.`;
  return [{ code: 'mastersShareHost', text }];
}
