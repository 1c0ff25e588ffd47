import type { ClusterNode } from '../../topology/types';
import type { InspectedSlot } from './inspection';
import type { FixScene } from './fixScene';

/** What becomes of one slot. Ids of nodes. */
export interface SlotVerdict {
  slot: number;
  /** Absent only when somebody of the masters is still to be chosen for it: it is empty as far as that shows. */
  owner?: string;
  /** The owner does not claim it, or others see another one: it is made sure of with a new epoch. */
  claim: boolean;
  /** Nobody owns it, by anybody's word. */
  wasUncovered: boolean;
  /** It is taken from this node, which is silent. */
  takenFrom?: string;
  /** Who claims it too, and gives it up. */
  release: readonly string[];
  /** Whose keys go to the owner. */
  bring: readonly string[];
  /** Where it is closed; a replica's is closed through its master. */
  close: readonly string[];
  /** The move that is finished: from the owner to this one. */
  moveTo?: string;
  /** The node at the other end of an open slot, which is gone: keys may be with it. */
  gonePeer?: string;
}

/** Why a slot stays as it is. */
export interface LeftSlot {
  slot: number;
  left: 'uncovered' | 'ownerSilent' | 'peerSilent';
  /** The node it is about. */
  node?: string;
}

/** Decides about one slot. Undefined: nothing is wrong with it. Pure. */
export function judgeSlot(slot: InspectedSlot, scene: FixScene): SlotVerdict | LeftSlot | undefined {
  const ownership = findOwner(slot, scene);
  if ('left' in ownership) return ownership;
  const { owner } = ownership;
  const open = settleOpen(slot, owner, scene);
  if ('left' in open) return open;
  // A slot that was given away has no views worth keeping.
  const seenOtherwise = slot.views.some(view => view.owner !== (owner ?? null));
  const claim = owner === undefined || !slot.claims.includes(owner) || slot.claims.length > 1 || seenOtherwise;
  const verdict: SlotVerdict = {
    slot: slot.slot,
    ...ownership,
    claim,
    release: slot.claims.filter(id => id !== owner),
    ...open,
  };
  const hasWork = claim || verdict.bring.length > 0 || verdict.close.length > 0 || verdict.moveTo !== undefined;
  return hasWork ? verdict : undefined;
}

type Ownership = Pick<SlotVerdict, 'owner' | 'wasUncovered' | 'takenFrom'>;

function findOwner(slot: InspectedSlot, scene: FixScene): Ownership | LeftSlot {
  const { claims } = slot;
  const said = scene.nodes.find(({ slots }) => slots.has(slot.slot)) ?? scene.byId.get(mostSaid(slot) ?? '');
  // Even when another one claims it: that one may have slept while this one served.
  if (said?.role === 'master' && scene.isSilent(said)) {
    if (!scene.takes(said)) return { slot: slot.slot, left: 'ownerSilent', node: said.id };
    return { ...heirOf(slot, scene), wasUncovered: false, takenFrom: said.id };
  }
  // The one with most keys: what the others hold has to travel.
  if (claims.length > 0) return { owner: mostKeys(claims, slot, scene), wasUncovered: false };
  if (said && scene.canServe(said)) return { owner: said.id, wasUncovered: false };
  if (!scene.request.uncovered) return { slot: slot.slot, left: 'uncovered' };
  return { ...heirOf(slot, scene), wasUncovered: true };
}

/** Who claims it, else who holds most keys of it, gets the slot; without keys that is chosen later. */
function heirOf(slot: InspectedSlot, scene: FixScene): { owner?: string } {
  const holders = Object.keys(slot.keys).filter(id => scene.canServe(scene.byId.get(id)));
  const heirs = slot.claims.length > 0 ? slot.claims : holders;
  return heirs.length > 0 ? { owner: mostKeys(heirs, slot, scene) } : {};
}

/** Of equals the one most call the owner. */
function mostKeys(ids: readonly string[], { keys, slot }: InspectedSlot, { byId }: FixScene): string {
  const rank = (id: string): number => keys[id] ?? 0;
  const settled = (id: string): number => Number(byId.get(id)?.slots.has(slot) ?? false);
  return [...ids].sort((a, b) => rank(b) - rank(a) || settled(b) - settled(a) || (a < b ? -1 : 1))[0]!;
}

/** The owner by the word of most. */
function mostSaid({ views }: InspectedSlot): string | undefined {
  const said = views.filter(({ owner }) => owner !== null).sort((a, b) => b.viewers.length - a.viewers.length);
  return said[0]?.owner ?? undefined;
}

type Opening = Pick<SlotVerdict, 'bring' | 'close' | 'moveTo' | 'gonePeer'>;

/** What becomes of the keys beside the owner's, and of the ends that are open. */
function settleOpen(slot: InspectedSlot, owner: string | undefined, scene: FixScene): Opening | LeftSlot {
  const { open, keys } = slot;
  const masterOpen = open.filter(({ node }) => scene.byId.get(node)?.role === 'master');
  const outward = masterOpen.find(({ node, direction }) => node === owner && direction === 'migrating');
  const peer = outward && scene.byId.get(outward.peer);
  if (outward && peer && scene.isSilent(peer) && peer.status !== 'failed')
    return { slot: slot.slot, left: 'peerSilent', node: peer.id };
  const target = moveTarget(slot, owner, outward && peer, scene);
  // Whom the owner sends clients to may get keys until that is over, whether or not it shows any now.
  const isFed =
    scene.canServe(peer) &&
    peer?.clusterState !== 'fail' &&
    masterOpen.some(({ node, direction }) => node === peer?.id && direction === 'importing');
  const holders = new Set([...Object.keys(keys), ...(isFed ? [outward!.peer] : [])]);
  const bring = [...holders].filter(id => id !== owner && id !== target);
  // Bringing home closes the slot at both; moving does, too.
  const handled = new Set([...bring, ...(target === undefined ? [] : [owner, target])]);
  const close = masterOpen
    .map(({ node }) => node)
    .filter(node => !handled.has(node) && !(node === owner && bring.length > 0));
  const stale = open
    .filter(({ node }) => scene.byId.get(node)?.role === 'replica')
    .filter(({ node }) => !masterOpen.some(at => at.node === scene.byId.get(node)?.masterId))
    .map(({ node }) => node);
  return {
    bring,
    close: [...new Set([...close, ...stale])],
    ...(target !== undefined && { moveTo: target }),
    ...(outward && !scene.canServe(peer) && { gonePeer: outward.peer }),
  };
}

/** Where the move goes that shall be finished. Undefined: it is rolled back, or there is none. */
function moveTarget(
  { open }: InspectedSlot,
  owner: string | undefined,
  peer: ClusterNode | undefined,
  { request, byId, canServe }: FixScene,
): string | undefined {
  if (owner === undefined || request.openSlots === 'rollBack') return undefined;
  const importing = open.filter(
    ({ node, direction, peer: from }) =>
      direction === 'importing' && node !== owner && from === owner && canServe(byId.get(node)),
  );
  if (peer && canServe(peer)) {
    const isTwoEnded = importing.some(({ node }) => node === peer.id);
    return request.openSlots !== undefined || isTwoEnded ? peer.id : undefined;
  }
  return request.openSlots === 'finish' && importing.length === 1 ? importing[0]!.node : undefined;
}
