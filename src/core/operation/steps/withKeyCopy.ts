import { openNodeConnection } from '../../connection/nodeConnection';
import type { NodeConnection } from '../../connection/types';
import { KeyOwners } from '../../migration/keyCopy/keyOwners';
import { KeySource } from '../../migration/keyCopy/keySource';
import type { KeyCopyContext } from '../../migration/keyCopy/types';
import type { KeyCopy } from '../../plan/types';
import { eachNode } from './eachNode';
import { lookAtMembers } from './lookAtMembers';
import type { StepContext } from './types';

/** Both ends of a copy, for as long as `work` goes on; `done` counts keys, for whoever watches. */
export async function withKeyCopy(
  copy: KeyCopy,
  context: StepContext,
  done: () => number,
  work: (ends: { source: KeySource; owners: KeyOwners; context: KeyCopyContext }) => Promise<void>,
): Promise<void> {
  const { nodes, sourceLogin } = context;
  const copying = copyContext(copy, context, done);
  const source = new KeySource(copy.source, () => openNodeConnection(copy.source, sourceLogin), copying);
  const owners = new KeyOwners(copying);
  try {
    const masters = new Set((await copying.owners()).values());
    const knowing = await eachNode([...masters], address => knowsTimes(nodes.node(address)));
    const [reply] = await source.ask(0, [['COMMAND', 'INFO', 'PEXPIRETIME']]);
    source.exactTimes = isKnown(reply) && knowing.every(Boolean);
    await work({ source, owners, context: copying });
  } finally {
    source.close();
    owners.close();
  }
}

function copyContext(copy: KeyCopy, context: StepContext, done: () => number): KeyCopyContext {
  const { nodes, signal, safePoint, note, report } = context;
  return {
    nodes,
    latencyMilliseconds: copy.latencyMilliseconds,
    signal,
    safePoint,
    note,
    // A pattern matches fewer than were counted.
    report: message => report(message, copy.keys > 0 ? Math.min(1, done() / copy.keys) : 0),
    owners: async () => {
      const { topology } = await lookAtMembers(copy.nodes, context);
      const masters = topology.nodes.filter(({ role, reachable }) => role === 'master' && reachable);
      return new Map(masters.flatMap(({ address, slots }) => [...slots].map(slot => [slot, address] as const)));
    },
  };
}

/** PEXPIRETIME came with 7.0: times to live as moments, which do not drift on the way. */
async function knowsTimes(connection: NodeConnection): Promise<boolean> {
  const [reply] = await connection.pipelineBuffers([['COMMAND', 'INFO', 'PEXPIRETIME']]);
  return isKnown(reply);
}

function isKnown(reply: unknown): boolean {
  return Array.isArray(reply) && Array.isArray(reply[0]);
}
