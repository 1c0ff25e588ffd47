import type { NodeRef } from '../../plan/types';
import { formatAddress } from '../../topology/address';
import { isOwn } from '../../topology/ownLine';
import { parseClusterNodes } from '../../topology/parseClusterNodes';
import { settleEach } from '../steps/eachNode';
import { poll } from '../../connection/poll';
import { textOf } from '../steps/replies';
import { whatOf } from '../whatOf';
import { isStranger, type Remains } from './remains';
import type { UndoContext, UndoResult } from './types';

const settleTimeoutMilliseconds = 6000;
/** Two runs of the server's 10 Hz cluster cron: a handshake that was in flight shows by then. */
const quietMilliseconds = 200;

/**
 * CLUSTER RESET HARD on the changed nodes, masters first, then verifies that every node stands alone: a MEET that was in
 * flight can bring two of them together again, and then they are reset again. Never throws.
 */
export async function resetNodes(remains: Remains, context: UndoContext): Promise<UndoResult> {
  const { masters, replicas, untouched, notes, kept } = remains;
  const { record, report } = context;
  if (masters.length + replicas.length > 0)
    report(`Resetting ${masters.length + replicas.length} nodes that this operation changed.`);
  const failed = new Map<NodeRef, unknown>();
  for (const group of [masters, replicas]) {
    const outcomes = await settleEach(group, node => resetHard(node, context));
    outcomes.forEach((outcome, index) => {
      if (outcome.status === 'rejected') failed.set(group[index]!, outcome.reason);
    });
  }
  const reset = [...masters, ...replicas].filter(node => !failed.has(node));
  const newIds = new Map<string, string>();
  const restless = await settle([...reset, ...untouched], remains.addresses, newIds, context);
  const alone = reset.filter(node => !restless.has(node));
  await record.writeIfPossible(
    [...alone, ...untouched].flatMap(node => {
      const newId = newIds.get(node.address) ?? node.id;
      return newId === node.id ? [] : [{ type: 'nodeReset', node, newId } as const];
    }),
  );
  return {
    notes: [
      ...(alone.length > 0 ? [`These nodes were reset and are empty again: ${addresses(alone)}.`] : []),
      ...notes,
      ...[...failed].map(([{ address }, reason]) => `${address} was not reset. ${whatOf(reason)}`),
      ...[...restless].map(([{ address }, why]) => `${address} was reset but does not stand alone: ${why}`),
    ],
    settled: failed.size === 0 && restless.size === 0 && kept.length === 0,
  };
}

function addresses(nodes: readonly NodeRef[]): string {
  return nodes.map(({ address }) => address).join(', ');
}

// A full synchronisation that just ended makes a replica flush first.
async function resetHard({ address }: NodeRef, { nodes }: UndoContext): Promise<void> {
  await nodes.node(address).command(['CLUSTER', 'RESET', 'HARD'], { timeoutMilliseconds: settleTimeoutMilliseconds });
}

/** Waits until all stand alone for a while; those that do not, with the reason. */
async function settle(
  members: readonly NodeRef[],
  ours: ReadonlySet<string>,
  newIds: Map<string, string>,
  context: UndoContext,
): Promise<Map<NodeRef, string>> {
  let restless = new Map<NodeRef, string>();
  let quietSince: number | undefined;
  await poll(
    async elapsed => {
      const looks = await settleEach(members, node => whyNotAlone(node, ours, newIds, context));
      restless = new Map();
      looks.forEach((look, index) => {
        const why = look.status === 'fulfilled' ? look.value : whatOf(look.reason);
        if (why !== undefined) restless.set(members[index]!, why);
      });
      if (restless.size > 0) quietSince = undefined;
      else quietSince ??= elapsed;
      return quietSince !== undefined && elapsed - quietSince >= quietMilliseconds ? true : undefined;
    },
    { timeoutMilliseconds: members.length === 0 ? 0 : settleTimeoutMilliseconds, intervalMilliseconds: 50 },
  );
  return restless;
}

/** Undefined when the node knows only itself; resets it again when it only knows other nodes of this operation. */
async function whyNotAlone(
  node: NodeRef,
  ours: ReadonlySet<string>,
  newIds: Map<string, string>,
  context: UndoContext,
): Promise<string | undefined> {
  const reply = await context.nodes.node(node.address).command(['CLUSTER', 'NODES']);
  const lines = parseClusterNodes(textOf(reply, node.address, 'CLUSTER NODES'), node.address);
  const others = lines.filter(line => !isOwn(line));
  const own = lines.find(isOwn)!;
  newIds.set(node.address, own.id);
  if (others.length === 0 && own.slots.isEmpty && own.flags.includes('master')) return undefined;
  if (own.flags.includes('slave')) return 'it is a replica of somebody else again.';
  const stranger = others.find(line => isStranger(line, ours));
  if (stranger) return `it knows ${formatAddress(stranger)}.`;
  await resetHard(node, context);
  return `it knew ${others.length} other nodes of this operation again.`;
}
