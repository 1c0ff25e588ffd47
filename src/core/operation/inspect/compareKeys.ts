import type { BufferReply, CommandWords } from '../../connection/types';
import type { InspectedNode, InspectedSlot, KeyCollision, KeyCopy } from '../../plan/fix/inspection';
import type { NodeView } from '../../topology/types';
import type { ManagedNodes } from '../steps/types';
import { digestOf, keyName, samePayload } from '../../migration/payload';
import { readCopy } from './readCopy';

/** Of a slot so many keys per node are looked at. */
const keysPerSlot = 1000;

/**
 * Adds to every slot the keys that two of its holders have, compared by their DUMP where both can be read. Changes nothing:
 * what a node holds of a slot that is neither its own nor open there it does not show.
 */
export async function compareKeys(
  slots: readonly InspectedSlot[],
  inspected: readonly InspectedNode[],
  views: ReadonlyMap<string, NodeView>,
  nodes: ManagedNodes,
  signal?: AbortSignal,
): Promise<InspectedSlot[]> {
  const byId = new Map(inspected.map(node => [node.id, node]));
  const compared: InspectedSlot[] = [];
  for (const slot of slots) {
    signal?.throwIfAborted();
    const holders = Object.keys(slot.keys).map(id => byId.get(id)!);
    if (holders.length < 2) compared.push(slot);
    else compared.push(await compareSlot(slot, holders, views, nodes));
  }
  return compared;
}

async function compareSlot(
  slot: InspectedSlot,
  holders: readonly InspectedNode[],
  views: ReadonlyMap<string, NodeView>,
  nodes: ManagedNodes,
): Promise<InspectedSlot> {
  const collisions: KeyCollision[] = [];
  let cut = false;
  const databases = new Set(holders.flatMap(({ id }) => Object.keys(views.get(id)!.serverInfo.keysByDatabase)));
  for (const database of [...databases].map(Number)) {
    const connections = new Map(holders.map(({ id, address }) => [id, nodes.open(address)]));
    try {
      const holdersOf = new Map<string, InspectedNode[]>();
      for (const holder of holders) {
        const [list] = await inDatabase(database, [['CLUSTER', 'GETKEYSINSLOT', slot.slot, keysPerSlot]], words =>
          connections.get(holder.id)!.pipelineBuffers(words),
        );
        if (!Array.isArray(list)) continue;
        cut ||= list.length === keysPerSlot;
        for (const key of list as Buffer[]) {
          const text = key.toString('base64');
          holdersOf.set(text, [...(holdersOf.get(text) ?? []), holder]);
        }
      }
      for (const [key, having] of holdersOf) {
        if (having.length < 2) continue;
        const bytes = Buffer.from(key, 'base64');
        const copies = await Promise.all(
          having.map(async ({ id }) =>
            canRead(id, slot) ? readCopy(connections.get(id)!, database, bytes) : undefined,
          ),
        );
        collisions.push({
          key,
          name: keyName(bytes),
          database,
          compared: verdict(copies, having),
          copies: having.map(({ id }, index): KeyCopy => {
            const { dump, ...facts } = copies[index] ?? {};
            return {
              node: id,
              ...facts,
              ...(dump && { digest: digestOf(dump) }),
            };
          }),
        });
      }
    } finally {
      for (const connection of connections.values()) connection.close();
    }
  }
  collisions.sort((a, b) => a.database - b.database || (a.name < b.name ? -1 : 1));
  return { ...slot, collisions, ...(cut && { cut: true as const }) };
}

/** One that claims the slot answers, one that imports it does after ASKING; others send the client on. */
function canRead(id: string, { claims, open }: InspectedSlot): boolean {
  return claims.includes(id) || open.some(({ node, direction }) => node === id && direction === 'importing');
}

function verdict(
  copies: readonly ({ dump?: Buffer } | undefined)[],
  having: readonly InspectedNode[],
): KeyCollision['compared'] {
  const dumps = copies.map(copy => copy?.dump);
  if (dumps.some(dump => dump === undefined)) return 'unread';
  const [first, ...others] = dumps as Buffer[];
  if (others.every(dump => samePayload(first!, dump))) return 'equal';
  return having.every(({ version }) => version === having[0]!.version) ? 'different' : 'otherVersions';
}

async function inDatabase(
  database: number,
  words: readonly CommandWords[],
  send: (words: readonly CommandWords[]) => Promise<(BufferReply | Error)[]>,
): Promise<(BufferReply | Error)[]> {
  if (database === 0) return send(words);
  return (await send([['SELECT', database], ...words])).slice(1);
}
