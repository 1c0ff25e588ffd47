import type { InspectedNode, InspectedSlot, SlotInspection } from '../../plan/fix/inspection';
import { membersOf } from '../../plan/fix/members';
import { ownLineOf } from '../../topology/ownLine';
import { SlotSet } from '../../topology/slotSet';
import type { NodeView, Topology } from '../../topology/types';
import { eachNode } from '../steps/eachNode';
import { lookAtMembers } from '../steps/lookAtMembers';
import type { ManagedNodes } from '../steps/types';
import { compareKeys } from './compareKeys';
import { countInDatabases } from './countInDatabases';
import { sayingsOf, wrongSlots } from './slotSayings';

export interface InspectSlotsOptions {
  signal?: AbortSignal;
  /** Look for keys in all slots, where their node does not own them: one cheap question per slot and master. */
  strayKeys?: boolean;
}

/**
 * What the nodes say of slots that are not right: open, owned by nobody, by two, or by a node that is silent, disputed, or
 * (with `strayKeys`) with keys at a node that does not own them. Changes nothing. Rejects with a ConnectionError when a master
 * is lost while its keys are counted.
 */
export async function inspectSlots(
  topology: Topology,
  nodes: ManagedNodes,
  { signal, strayKeys = false }: InspectSlotsOptions = {},
): Promise<SlotInspection> {
  signal?.throwIfAborted();
  const members = membersOf(topology);
  const { views, topology: now } = await lookAtMembers(members, { nodes, topology });
  signal?.throwIfAborted();
  const wrong = wrongSlots(views, now);
  const inspected = await eachNode([...views], ([id, view]) => inspectNode(id, view, nodes));
  const masters = inspected.filter(({ role }) => role === 'master');
  const asked = strayKeys ? SlotSet.all : wrong;
  const counts = new Map(
    await eachNode(masters, async master => {
      const databases = databasesOf(views.get(master.id)!);
      return [master.id, await countInDatabases(master.address, asked, databases, nodes, signal)] as const;
    }),
  );
  if (strayKeys) for (const master of masters) tellHidden(master, views.get(master.id)!, counts.get(master.id)!);
  const stray = strayKeys ? straySlots(views, counts) : SlotSet.empty;
  const slots = sayingsOf(wrong.union(stray), views).map((saying): InspectedSlot => ({
    ...saying,
    keys: Object.fromEntries(
      [...counts].flatMap(([id, bySlot]) => {
        const keys = bySlot.get(saying.slot) ?? 0;
        return keys > 0 ? [[id, keys]] : [];
      }),
    ),
    collisions: [],
  }));
  return {
    stateId: topology.stateId,
    nodes: inspected,
    slots: await compareKeys(slots, inspected, views, nodes, signal),
    strayKeys,
  };
}

async function inspectNode(id: string, view: NodeView, nodes: ManagedNodes): Promise<InspectedNode> {
  const { flags, masterId, configEpoch } = ownLineOf(view)!;
  const { flavour, version } = view.serverInfo;
  const isReplica = flags.includes('slave');
  return {
    id,
    address: view.address,
    role: isReplica ? 'replica' : 'master',
    ...(isReplica && masterId !== undefined && { masterId }),
    version: `${flavour} ${version}`,
    configEpoch,
    hidesKeys: (await nodes.capabilities(view.address)).clusterMigration,
  };
}

function databasesOf({ serverInfo }: NodeView): number[] {
  return [...new Set([0, ...Object.keys(serverInfo.keysByDatabase).map(Number)])].sort((a, b) => a - b);
}

/** Keys the node has and counts in no slot. Those that come and go meanwhile are not many. */
function tellHidden(node: InspectedNode, { serverInfo }: NodeView, counts: ReadonlyMap<number, number>): void {
  if (!node.hidesKeys) return;
  let counted = 0;
  for (const keys of counts.values()) counted += keys;
  node.hiddenKeys = Math.max(0, serverInfo.keys - counted);
}

/** Slots of which a master that does not claim them holds keys. */
function straySlots(
  views: ReadonlyMap<string, NodeView>,
  counts: ReadonlyMap<string, ReadonlyMap<number, number>>,
): SlotSet {
  const stray: number[] = [];
  for (const [id, bySlot] of counts) {
    const { slots } = ownLineOf(views.get(id))!;
    for (const [slot, keys] of bySlot) if (keys > 0 && !slots.has(slot)) stray.push(slot);
  }
  return SlotSet.of(stray);
}
