import { SlotSet } from '../../topology/slotSet';
import type { NodeLine } from '../../topology/types';
import { count, listNames, nodeName, sentenceStart, slotsText } from '../../topology/wording';
import { MigrationError } from '../migrationError';
import type { Member, Transfer } from '../types';
import { keysOf, type EndLook, type KeysBySlot } from './lookAtEnd';

/** How far a slot is on its way, by the word of its two ends. */
export interface SlotState {
  slot: number;
  /** `left`: the source itself calls the target the owner. */
  atSource: 'stable' | 'migrating' | 'left';
  atTarget: 'none' | 'importing' | 'owner';
  /** The target holds keys of it already. */
  begun: boolean;
  /** The target takes a node for its owner that has failed, or none: see `isOrphan`. */
  isOrphan: boolean;
}

/**
 * What has to be done with these slots; those that are done already are left out. `targetLook` must have counted keys. Pure.
 * Throws a MigrationError `ownerChanged`, `slotsOpen` or `strayKeys`.
 */
export function judgeSlots(
  slots: readonly number[],
  { source, target }: Pick<Transfer, 'source' | 'target'>,
  sourceLook: EndLook,
  targetLook: EndLook,
): SlotState[] {
  checkIdentity(source, sourceLook, slots);
  checkIdentity(target, targetLook, slots);
  checkOwners(slots, { source, target }, sourceLook, targetLook);
  checkPeers(slots, sourceLook, { at: source, direction: 'migrating', towards: target });
  checkPeers(slots, targetLook, { at: target, direction: 'importing', towards: source });
  const targetAtSource = sourceLook.lines.find(({ id }) => id === target.id)!;
  const states = slots.map((slot): SlotState => {
    const isMigrating = sourceLook.open.has(slot);
    const importing = targetLook.open.has(slot);
    return {
      slot,
      atSource: targetAtSource.slots.has(slot) ? 'left' : isMigrating ? 'migrating' : 'stable',
      atTarget: targetLook.own.slots.has(slot) ? 'owner' : importing ? 'importing' : 'none',
      begun: keysOf(targetLook.keys, slot) > 0,
      isOrphan: isOrphan(slot, targetLook),
    };
  });
  checkStrays(states, target, targetLook);
  return states.filter(
    ({ slot, atSource, atTarget }) =>
      atSource !== 'left' || atTarget !== 'owner' || sourceLook.open.has(slot) || targetLook.open.has(slot),
  );
}

/**
 * The owner of a slot has failed, or there is none, in the view of a node. A failover ends that, but not where the slot is
 * importing: there nobody but SETSLOT changes the owner, and meanwhile the node holds the whole cluster to be down
 * (cluster.c of 7.0: clusterUpdateSlotsConfigWith).
 */
export function isOrphan(slot: number, { lines }: EndLook): boolean {
  const owner = lines.find(({ slots }) => slots.has(slot));
  return owner === undefined || owner.flags.includes('fail');
}

/** Ids a node goes by in the view of another: its own, those it stands in for, and its replicas, which may be old masters. */
function idsOf({ id, formerIds = [] }: Member, lines: readonly NodeLine[]): ReadonlySet<string> {
  return new Set([id, ...formerIds, ...lines.filter(({ masterId }) => masterId === id).map(line => line.id)]);
}

function checkIdentity({ id, address }: Member, { own }: EndLook, slots: readonly number[]): void {
  const remedy = 'Look at the cluster again and plan anew.';
  if (own.id !== id)
    throw new MigrationError('ownerChanged', `Another node answers at ${address} now.`, {
      node: address,
      slots: SlotSet.of(slots),
      remedy,
    });
  if (!own.flags.includes('master'))
    throw new MigrationError('ownerChanged', `${address} is a replica now: another node took over from it.`, {
      node: address,
      slots: SlotSet.of(slots),
      remedy,
    });
}

function checkOwners(
  slots: readonly number[],
  { source, target }: Pick<Transfer, 'source' | 'target'>,
  sourceLook: EndLook,
  targetLook: EndLook,
): void {
  if (!sourceLook.lines.some(({ id }) => id === target.id))
    throw new MigrationError('ownerChanged', `${source.address} does not know ${target.address}.`, {
      node: source.address,
      slots: SlotSet.of(slots),
      remedy: 'Wait until both are in one cluster and know each other.',
    });
  const foreign = new Map<NodeLine, number[]>();
  for (const slot of slots) {
    if (targetLook.own.slots.has(slot) || sourceLook.own.slots.has(slot)) continue;
    const owner = sourceLook.lines.find(line => line.slots.has(slot));
    if (owner && owner.id !== target.id) foreign.set(owner, [...(foreign.get(owner) ?? []), slot]);
  }
  const [first] = foreign;
  if (!first) return;
  const [{ id, host, port }, theirs] = first;
  const name = nodeName({ id, host, port, address: `${host}:${port}` });
  throw new MigrationError(
    'ownerChanged',
    `${sentenceStart(slotsText(SlotSet.of(theirs)))} ${theirs.length === 1 ? 'belongs' : 'belong'} to ${name} now, not to ${source.address}.`,
    { node: source.address, slots: SlotSet.of(theirs), remedy: 'Look at the cluster again and plan anew.' },
  );
}

interface Expected {
  at: Member;
  direction: 'migrating' | 'importing';
  towards: Member;
}

function checkPeers(slots: readonly number[], { open, lines }: EndLook, { at, direction, towards }: Expected): void {
  const ids = idsOf(towards, lines);
  const odd = slots.filter(slot => {
    const peer = open.get(slot);
    if (!peer || (peer.direction === direction && ids.has(peer.peerId))) return false;
    // One that failed and owns nothing any more has no part in this.
    const line = lines.find(({ id }) => id === peer.peerId);
    return peer.direction !== direction || (line && !line.flags.includes('fail'));
  });
  if (odd.length === 0) return;
  const { peerId, direction: seen } = open.get(odd[0]!)!;
  const line = lines.find(({ id }) => id === peerId);
  const name = line ? nodeName({ ...line, address: `${line.host}:${line.port}` }) : `node ${peerId.slice(0, 8)}`;
  const way = seen === 'migrating' ? `migrating to ${name}` : `importing from ${name}`;
  throw new MigrationError(
    'slotsOpen',
    `${sentenceStart(slotsText(SlotSet.of(odd)))} ${odd.length === 1 ? 'is' : 'are'} already open at ${at.address}, ${way}.`,
    { node: at.address, slots: SlotSet.of(odd), remedy: 'Finish that move first, or take it back.' },
  );
}

// Open at either end: an earlier attempt brought the keys. Otherwise nobody knows how old they are.
function checkStrays(states: readonly SlotState[], { address }: Member, { keys }: EndLook): void {
  const stray = states.filter(state => isNew(state) && state.begun).map(({ slot }) => slot);
  if (stray.length > 0) throw strayKeys(stray, address, keys);
}

/** No earlier attempt has opened it. */
export function isNew({ atSource, atTarget }: SlotState): boolean {
  return atSource === 'stable' && atTarget === 'none';
}

export function strayKeys(slots: readonly number[], address: string, keys: KeysBySlot): MigrationError {
  const counts = slots.map(slot => `${count(keysOf(keys, slot), 'key')} of slot ${slot}`);
  return new MigrationError('strayKeys', `${address} holds ${listNames(counts, 6)}, which it does not own.`, {
    node: address,
    slots: SlotSet.of(slots),
    remedy:
      'They would come back to life when the slot arrives there. Look at them, and delete them there (CLUSTER GETKEYSINSLOT, ASKING) if they are of no use.',
  });
}
