import type { NodeRef, Plan } from '../../plan/types';
import { formatAddress } from '../../topology/address';
import { isOwn } from '../../topology/ownLine';
import { parseServerInfo } from '../../topology/parseInfo';
import { parseClusterNodes } from '../../topology/parseClusterNodes';
import { SlotSet } from '../../topology/slotSet';
import type { NodeLine } from '../../topology/types';
import { settleEach } from '../steps/eachNode';
import { followMoved } from '../steps/followMoved';
import { textOf } from '../steps/replies';
import type { ManagedNodes } from '../steps/types';
import { whatOf } from '../whatOf';
import type { UndoContext } from './types';

/** What an unfinished creation left, as its nodes say now. */
export interface Remains {
  /** Changed, without keys: masters first, because a master with keys refuses its reset and a replica does not. */
  masters: NodeRef[];
  replicas: NodeRef[];
  /** As they were found, so far; a late handshake may still reach them. */
  untouched: NodeRef[];
  /** Left as they are, though changed. */
  kept: NodeRef[];
  /** A part of something else by now, reset and replaced ones too: no longer this operation's. */
  foreign: NodeRef[];
  /** Alone and empty under another id: reset by an attempt that was killed before it could write that down, or replaced. */
  renamed: NodeRef[];
  /** Why they are left; whole sentences. */
  notes: string[];
  /** `host:port` of all of them, as planned and as they call themselves. */
  addresses: Set<string>;
}

/** What one node says of itself. */
interface Sight {
  own: NodeLine;
  others: readonly NodeLine[];
  isServing: boolean;
  keys: number;
}

/** Looks at every node that was found empty, once. Never throws. */
export async function lookBeforeReset({ plan, nodes, record, afterInterruption }: UndoContext): Promise<Remains> {
  const candidates = record.ownNodes();
  const sights = await settleEach(candidates, ({ node }) => look(node, nodes));
  const seen = sights.map(sight => (sight.status === 'fulfilled' ? sight.value : undefined));
  await lookElsewhere(
    candidates.map(({ node }) => node),
    seen,
    nodes,
  );
  const remains: Remains = {
    masters: [],
    replicas: [],
    untouched: [],
    kept: [],
    foreign: [],
    renamed: [],
    notes: [],
    addresses: new Set(),
  };
  for (const [index, { node }] of candidates.entries()) {
    remains.addresses.add(node.address);
    const own = seen[index]?.own;
    if (own) remains.addresses.add(formatAddress(own));
  }
  const inUse = afterInterruption ? seen.findIndex(sight => sight && sight.isServing && sight.keys > 0) : -1;
  if (inUse >= 0) {
    remains.kept = candidates.map(({ node }) => node);
    remains.notes.push(
      `${candidates[inUse]!.node.address} serves ${countKeys(seen[inUse]!.keys)}: the cluster is in use, and none of its nodes was reset. Resume the operation instead.`,
    );
    return remains;
  }
  for (const [index, { node, wasReset }] of candidates.entries()) {
    const sight = seen[index];
    const outcome = sights[index];
    if (!sight) {
      const reason = outcome?.status === 'rejected' ? whatOf(outcome.reason) : '';
      remains.kept.push(node);
      remains.notes.push(
        `${node.address} could not be reset and may still hold parts of the cluster. ${reason} If it is at another address now, name that among the nodes to connect to.`,
      );
    } else if (sight.own.id === node.id) sort(node, sight, wasReset, plan, remains);
    else if (sight.others.length === 0 && sight.keys === 0) remains.renamed.push(node);
    else remains.foreign.push(node);
  }
  return remains;
}

/** Who does not answer where it did may be where others list it by now. */
async function lookElsewhere(
  candidates: readonly NodeRef[],
  seen: (Sight | undefined)[],
  nodes: ManagedNodes,
): Promise<void> {
  const missing = candidates.filter(({ id }, index) => seen[index]?.own.id !== id);
  const lines = seen.flatMap(sight => sight?.others ?? []);
  for (const node of await followMoved(missing, lines, nodes))
    seen[candidates.indexOf(node)] = await look(node, nodes).catch(() => undefined);
}

async function look({ address }: NodeRef, nodes: ManagedNodes): Promise<Sight> {
  const [nodesReply, clusterInfo, info] = await nodes
    .node(address)
    .pipeline([['CLUSTER', 'NODES'], ['CLUSTER', 'INFO'], ['INFO']]);
  const lines = parseClusterNodes(textOf(nodesReply, address, 'CLUSTER NODES'), address);
  return {
    own: lines.find(isOwn)!,
    others: lines.filter(line => !isOwn(line)),
    isServing: textOf(clusterInfo, address, 'CLUSTER INFO').includes('cluster_state:ok'),
    keys: parseServerInfo(textOf(info, address, 'INFO'), address).keys,
  };
}

function sort(node: NodeRef, sight: Sight, wasReset: boolean, plan: Plan, remains: Remains): void {
  const { own, others, keys } = sight;
  const { masters, replicas, untouched, kept, foreign, notes, addresses } = remains;
  const isReplica = own.flags.includes('slave');
  if (keys > 0) {
    kept.push(node);
    const slots = own.slots.isEmpty ? '' : `, with the slots ${own.slots.toString()}`;
    notes.push(`${node.address} holds ${countKeys(keys)} now and was left as it is${slots}.`);
  } else if (wasReset && (isReplica || !own.slots.isEmpty || others.some(line => isStranger(line, addresses)))) {
    // We left it empty and alone: this is somebody else's work.
    foreign.push(node);
    notes.push(`${node.address} was reset before and has a part in a cluster again; it was left as it is.`);
  } else if (isTaken(node, sight, plan, addresses)) {
    foreign.push(node);
    notes.push(`${node.address} has a part in another cluster now; it was left as it is.`);
  } else if (isReplica) replicas.push(node);
  else if (others.length > 0 || !own.slots.isEmpty || own.configEpoch !== 0) masters.push(node);
  else untouched.push(node);
}

/** It has what no step of the plan gave it, or knows strangers and nobody of the plan. */
function isTaken({ id }: NodeRef, { own, others }: Sight, { after }: Plan, addresses: ReadonlySet<string>): boolean {
  const { address, master } = after.nodes.find(node => node.id === id) ?? {};
  // A replica may have been elected in its master's place meanwhile.
  const planned = SlotSet.parse(after.nodes.find(node => node.address === (master ?? address))?.slots ?? '');
  const strangers = others.filter(line => isStranger(line, addresses));
  if (!own.slots.difference(planned).isEmpty || strangers.some(line => line.id === own.masterId)) return true;
  return strangers.length > 0 && strangers.length === others.length;
}

function countKeys(keys: number): string {
  return `${keys} ${keys === 1 ? 'key' : 'keys'}`;
}

/** A node that has no part in the operation, by its address; one without an address was reset itself. */
export function isStranger(line: NodeLine, addresses: ReadonlySet<string>): boolean {
  return line.host !== '' && line.port !== 0 && !addresses.has(formatAddress(line));
}
