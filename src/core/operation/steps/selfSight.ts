import type { NodeRef } from '../../plan/types';
import { isOwn } from '../../topology/ownLine';
import { parseServerInfo } from '../../topology/parseInfo';
import { parseClusterNodes } from '../../topology/parseClusterNodes';
import type { NodeLine, ServerInfo } from '../../topology/types';
import { poll } from '../../connection/poll';
import { isLoading, textOf } from './replies';
import type { ManagedNodes } from './types';

/** What a node says of itself, whichever node it is by now. */
export interface SelfSight {
  own: NodeLine;
  others: readonly NodeLine[];
  info: ServerInfo;
}

/** Throws a ConnectionError when it does not answer, a ServerReplyError while it reads its data in. */
export async function lookAtSelf({ address }: NodeRef, nodes: ManagedNodes): Promise<SelfSight> {
  const [reply, info] = await nodes.node(address).pipeline([['CLUSTER', 'NODES'], ['INFO']]);
  const lines = parseClusterNodes(textOf(reply, address, 'CLUSTER NODES'), address);
  return {
    own: lines.find(isOwn)!,
    others: lines.filter(line => !isOwn(line)),
    info: parseServerInfo(textOf(info, address, 'INFO'), address),
  };
}

const loadTimeoutMilliseconds = 60_000;

/** The same; waits, up to a minute, until it has read its data in. */
export async function lookAtSelfLoaded(node: NodeRef, nodes: ManagedNodes): Promise<SelfSight> {
  const loaded = await poll(
    async () => {
      try {
        return await lookAtSelf(node, nodes);
      } catch (error) {
        if (!isLoading(error)) throw error;
        return undefined;
      }
    },
    { timeoutMilliseconds: loadTimeoutMilliseconds, intervalMilliseconds: 50 },
  );
  return loaded ?? lookAtSelf(node, nodes);
}

/** It knows only itself, owns nothing, follows nobody and holds nothing. */
export function standsAlone({ own, others, info }: SelfSight): boolean {
  return others.length === 0 && own.slots.isEmpty && own.flags.includes('master') && info.keys === 0;
}

/** Whether this very node answers and still lists others, or reads its old data in: it was not emptied. Never throws. */
export async function answersUnchanged(node: NodeRef, nodes: ManagedNodes): Promise<boolean> {
  // The others do not know where it is.
  if (node.address.endsWith(':0')) return false;
  try {
    const { own, others } = await lookAtSelf(node, nodes);
    return own.id === node.id && others.length > 0;
  } catch (error) {
    return isLoading(error);
  }
}
