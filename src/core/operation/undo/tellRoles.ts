import type { NodeRef } from '../../plan/types';
import { settleEach } from '../steps/eachNode';
import { lookAtSelf } from '../steps/selfSight';
import { whatOf } from '../whatOf';
import type { UndoContext } from './types';

/** What these nodes are now, by their own word; one whole sentence each. Never throws. */
export async function tellRoles(members: readonly NodeRef[], { nodes }: Pick<UndoContext, 'nodes'>): Promise<string[]> {
  const sights = await settleEach(members, node => lookAtSelf(node, nodes));
  return sights.map((sight, index) => {
    const { address } = members[index]!;
    if (sight.status === 'rejected') return `What ${address} is now could not be asked. ${whatOf(sight.reason)}`;
    const { own, others } = sight.value;
    if (own.flags.includes('master')) {
      if (others.length === 0 && own.slots.isEmpty) return `${address} is empty and knows only itself.`;
      return `${address} is a master with ${own.slots.isEmpty ? 'no slots' : `the slots ${own.slots.toString()}`}.`;
    }
    const master = others.find(({ id }) => id === own.masterId);
    return `${address} is a replica of ${master ? `${master.host}:${master.port}` : own.masterId}.`;
  });
}
