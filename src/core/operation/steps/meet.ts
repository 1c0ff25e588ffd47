import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { CommandWords } from '../../connection/types';
import type { NodeRef } from '../../plan/types';
import { formatAddress, parseAddress } from '../../topology/address';
import { SlotTextCache } from '../../topology/slotTextCache';
import { OperationError } from '../operationError';
import { lookIntervalMilliseconds, meetTimeoutMilliseconds, nextLook } from './deadlines';
import { eachNode } from './eachNode';
import { lookAt, lookUnlessLoading, type NodeSight } from './nodeSight';
import { poll } from '../../connection/poll';
import { throwRefusals } from './replies';
import type { RunStep, StepContext } from './types';

/** One node that does not have another one: not at all, only in a handshake, or without a link. */
interface MissingLink {
  from: NodeRef;
  to: NodeRef;
}

/** Where a node is met: `CLUSTER MEET` takes IP addresses only (cluster.c, clusterStartHandshake). */
interface MeetTarget {
  node: NodeRef;
  ip: string;
  port: number;
  busPort: number;
}

/**
 * Makes all nodes know each other: every hub meets every other node, gossip does the rest. Done when every node lists
 * every other with a connected link; when some join a cluster, when every link from and to them is there. Pairs that miss
 * each other for long are introduced again, by themselves.
 */
export const meet: RunStep<'meet'> = async ({ nodes: members, hubs, joiners = members }, context) => {
  const { nodes } = context;
  const newcomers = new Set(joiners.map(({ id }) => id));
  const sights = await eachNode(members, node => lookAt(node, nodes));
  if (missingLinks(sights, newcomers).length === 0) return;
  const targets = new Map<string, MeetTarget>();
  await eachNode(sights, async sight => targets.set(sight.node.id, await meetTarget(sight)));
  const hubIds = new Set(hubs.map(({ id }) => id));
  await introduce(
    missingLinks(sights, newcomers).filter(({ from, to }) => hubIds.has(from.id) && !isHandshaking(sights, from, to)),
    targets,
    context,
  );
  await awaitMesh(members, newcomers, targets, context);
};

async function awaitMesh(
  members: readonly NodeRef[],
  newcomers: ReadonlySet<string>,
  targets: ReadonlyMap<string, MeetTarget>,
  context: StepContext,
): Promise<void> {
  const { nodes, signal, report } = context;
  const timeoutMilliseconds = meetTimeoutMilliseconds(members.length);
  // A handshake lives for max(node timeout, 1 s); only then is introducing again more than noise.
  const patienceMilliseconds = 1200 + members.length * 40;
  const cache = new SlotTextCache();
  let pending: readonly NodeRef[] = members;
  let missing: MissingLink[] = [];
  let looks = 0;
  let nextIntroduction = patienceMilliseconds;
  const met = await poll(
    async elapsed => {
      const looked = pending;
      const seen = await eachNode(looked, node => lookUnlessLoading(node, nodes, cache));
      // A replica that loads what it copied has met its master at the least; what the others say of it counts.
      const sights = seen.flatMap(sight => sight ?? []);
      missing = missingLinks(sights, newcomers, members);
      if (missing.length === 0 && looked.length === members.length) return true;
      pending = nextLook(members, new Set(missing.map(({ from }) => from.id)), ++looks);
      const old = members.length - newcomers.size;
      const total = members.length * (members.length - 1) - old * (old - 1);
      report(`Nodes meet: ${total - missing.length} of ${total} links are up.`, 1 - missing.length / total);
      if (elapsed >= nextIntroduction && missing.length > 0) {
        nextIntroduction = elapsed + patienceMilliseconds;
        await introduce(missing.slice(0, 200), targets, context);
      }
      return undefined;
    },
    { signal, timeoutMilliseconds, intervalMilliseconds: lookIntervalMilliseconds(members.length) },
  );
  if (!met) throw notMet(missing, targets, timeoutMilliseconds);
}

function missingLinks(
  sights: readonly NodeSight[],
  newcomers: ReadonlySet<string>,
  members: readonly NodeRef[] = sights.map(({ node }) => node),
): MissingLink[] {
  return sights.flatMap(({ node: from, lines }) => {
    const linked = new Set(
      lines.filter(({ flags, linkConnected }) => linkConnected && !flags.includes('handshake')).map(({ id }) => id),
    );
    const counts = (id: string): boolean => newcomers.has(from.id) || newcomers.has(id);
    return members.filter(({ id }) => id !== from.id && counts(id) && !linked.has(id)).map(to => ({ from, to }));
  });
}

// During a handshake a node has a random id: only its address tells which one it is.
function isHandshaking(sights: readonly NodeSight[], from: NodeRef, to: NodeRef): boolean {
  const lines = sights.find(({ node }) => node.id === from.id)?.lines ?? [];
  return lines.some(line => line.flags.includes('handshake') && formatAddress(line) === to.address);
}

async function meetTarget({ node, own }: NodeSight): Promise<MeetTarget> {
  const { port, busPort } = own;
  // Its own line has an announced address, or the host that was dialled.
  if (isIP(own.host)) return { node, ip: own.host, port, busPort };
  const { host } = parseAddress(node.address);
  try {
    return { node, ip: (await lookup(host)).address, port, busPort };
  } catch (cause) {
    const what = `The name ${host} of ${node.address} cannot be resolved here, and CLUSTER MEET takes only IP addresses.`;
    throw new OperationError('unknownHost', what, { node: node.address, cause });
  }
}

async function introduce(
  links: readonly MissingLink[],
  targets: ReadonlyMap<string, MeetTarget>,
  { nodes }: StepContext,
): Promise<void> {
  const commands = new Map<string, CommandWords[]>();
  for (const { from, to } of links) {
    const { ip, port, busPort } = targets.get(to.id)!;
    // The bus port as an argument came with Redis 4; the default one is left out.
    const words: CommandWords = ['CLUSTER', 'MEET', ip, port, ...(busPort === port + 10000 ? [] : [busPort])];
    commands.set(from.address, [...(commands.get(from.address) ?? []), words]);
  }
  await eachNode([...commands], async ([address, words]) => throwRefusals(await nodes.node(address).pipeline(words)));
}

const namedPairs = 6;

function notMet(
  missing: readonly MissingLink[],
  targets: ReadonlyMap<string, MeetTarget>,
  timeoutMilliseconds: number,
): OperationError {
  const worst = nodeInMost(missing);
  const pairs = missing
    .slice(0, namedPairs)
    .map(({ from, to }) => `${from.address} has no link to ${to.address} (bus port ${targets.get(to.id)?.busPort})`);
  const more = missing.length > namedPairs ? `, and ${missing.length - namedPairs} more` : '';
  const what = `${missing.length} links between nodes did not come up within ${Math.round(timeoutMilliseconds / 1000)} s: ${pairs.join(', ')}${more}.`;
  return new OperationError('nodesDidNotMeet', what, {
    node: worst?.address,
    remedy:
      'Every node must reach the bus port of every other one (client port + 10000, or cluster-port), at the address it announces: look at firewalls, at bind, and in containers or behind NAT at cluster-announce-ip, cluster-announce-port and cluster-announce-bus-port.',
  });
}

function nodeInMost(missing: readonly MissingLink[]): NodeRef | undefined {
  const counts = new Map<string, { node: NodeRef; count: number }>();
  for (const { from, to } of missing)
    for (const node of [from, to]) {
      const entry = counts.get(node.id) ?? { node, count: 0 };
      entry.count++;
      counts.set(node.id, entry);
    }
  return [...counts.values()].sort((a, b) => b.count - a.count)[0]?.node;
}
