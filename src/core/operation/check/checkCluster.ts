import { setMaxListeners } from 'node:events';
import { answeringMasters } from '../../health/check/ownWords';
import { judgeCheck } from '../../health/check/judgeCheck';
import { importingAt, slotsThatAreForeign, slotsToCount, visibleSlots } from '../../health/check/slotsToCount';
import { isUnsettled } from '../../health/check/unsettled';
import type { NodeConnection, ServerCapabilities } from '../../connection/types';
import type { BusLink, CheckEvidence, CheckLook, KeyCounts, StrayKeys } from '../../health/check/types';
import type { SlotSet } from '../../topology/slotSet';
import type { ClusterNode } from '../../topology/types';
import { eachNode } from '../steps/eachNode';
import { poll } from '../../connection/poll';
import { askNode, passingReason, type NodeAnswer } from './askNode';
import { countKeys } from './countKeys';
import { findStrayKeys } from './findStrayKeys';
import { tellChecked, tellNotChecked } from './tellChecked';
import type { CheckedNodes, CheckOptions, CheckReport, CheckSubject, Refused } from './types';

/** From one look to the next: gossip has reached everybody by then, or something is wrong. */
const SETTLING_MILLISECONDS = 500;

/**
 * Asks every node for its view, its bus links, its settings and the keys that matter, all nodes at once, and judges what they
 * answered. Changes nothing. Looks again half a second later when the views differ. A node that does not answer, or refuses a
 * question, is told in the report. Rejects only with the signal's reason, or when the client is closed.
 */
export async function checkCluster(
  nodes: CheckedNodes,
  { strayKeys: wantsStrayKeys = false, signal: given, onProgress = () => undefined }: CheckOptions = {},
): Promise<CheckReport> {
  const signal = AbortSignal.any(given ? [given] : []);
  // Every node listens to it.
  setMaxListeners(0, signal);
  const start = performance.now();
  onProgress({ message: 'Asking every node.', fraction: 0 });
  let latest = await lookDeeply(nodes, signal);
  let earlier: DeepLook | undefined;
  if (isUnsettled(latest)) {
    earlier = latest;
    onProgress({ message: 'The nodes differ: looking again in a moment.', fraction: 0.1 });
    await poll(() => Promise.resolve(undefined), {
      timeoutMilliseconds: SETTLING_MILLISECONDS,
      intervalMilliseconds: SETTLING_MILLISECONDS,
      signal,
    });
    latest = await lookDeeply(nodes, signal);
  }
  const refused = [...latest.refused];
  const keys = await countWanted(nodes, latest, refused, signal);
  const strayKeys = wantsStrayKeys
    ? await scan(nodes, latest, refused, signal, fraction =>
        onProgress({ message: 'Counting keys in slots that belong to others.', fraction: 0.2 + 0.8 * fraction }),
      )
    : undefined;
  const evidence = {
    latest,
    ...(earlier && { earlier }),
    settings: latest.settings,
    keys,
    ...(strayKeys && { strayKeys }),
  };
  const findings = judgeCheck(evidence);
  onProgress({ message: 'Done.', fraction: 1 });
  return {
    topology: latest.topology,
    findings,
    checked: tellChecked(evidence),
    notChecked: tellNotChecked(latest.topology, refused),
    durationMilliseconds: performance.now() - start,
  };
}

type DeepLook = CheckLook & Pick<CheckEvidence, 'settings'> & { refused: readonly Refused[] };

/** Everything is asked of a node in one go, as soon as it is known. */
async function lookDeeply(nodes: CheckedNodes, signal: AbortSignal | undefined): Promise<DeepLook> {
  const asked = new Map<string, Promise<NodeAnswer>>();
  const ask = (address: string): Promise<NodeAnswer> => {
    const asking = asked.get(address) ?? askAt(address);
    asked.set(address, asking);
    return asking;
  };
  const askAt = async (address: string): Promise<NodeAnswer> => askNode(nodes.node(address), signal);
  const { topology, views } = await nodes.look({
    ...(signal && { signal }),
    // What comes of it is seen below, if there is a node of the cluster.
    onAsked: address => void ask(address).catch(() => undefined),
  });
  const links = new Map<string, readonly BusLink[]>();
  const settings = new Map<string, Readonly<Record<string, string>>>();
  const refused: Refused[] = [];
  const answering = topology.nodes.filter(({ reachable, inCluster }) => reachable && inCluster);
  await eachNode(answering, async node => {
    const answer = await ask(node.address);
    if (answer.links) links.set(node.id, answer.links);
    if (answer.settings) settings.set(node.id, answer.settings);
    refused.push(...answer.refused.map(refusal => ({ ...refusal, node })));
  });
  return { topology, views, links, settings, refused };
}

/** Open, unassigned and disputed slots: few, or none. */
function countWanted(
  nodes: CheckedNodes,
  look: CheckLook,
  refused: Refused[],
  signal: AbortSignal | undefined,
): Promise<KeyCounts> {
  const asking = { slotsOf: slotsToCount(look), subject: 'slots', refused, signal } as const;
  return atMasters(nodes, look, asking, (connection, slots, node, { clusterMigration }) =>
    countKeys(connection, clusterMigration ? visibleSlots(slots, node, look) : slots, {
      databases: databasesOf(node),
      signal,
    }),
  );
}

function databasesOf({ info }: ClusterNode): number[] {
  return [...new Set([0, ...Object.keys(info?.keysByDatabase ?? {}).map(Number)])];
}

function scan(
  nodes: CheckedNodes,
  look: CheckLook,
  refused: Refused[],
  signal: AbortSignal | undefined,
  tell: (fraction: number) => void,
): Promise<ReadonlyMap<string, StrayKeys>> {
  const slotsOf = slotsThatAreForeign(look);
  const all = [...slotsOf.values()].reduce((sum, slots) => sum + slots.count, 0);
  let done = 0;
  const asking = { slotsOf, subject: 'strayKeys', refused, signal } as const;
  return atMasters(nodes, look, asking, (connection, foreign, node, capabilities) =>
    findStrayKeys(connection, {
      foreign,
      importing: importingAt(node),
      capabilities,
      signal,
      onCounted: counted => tell(Math.min(1, (done += counted) / Math.max(1, all))),
    }),
  );
}

interface Asking {
  slotsOf: ReadonlyMap<string, SlotSet>;
  subject: CheckSubject;
  refused: Refused[];
  signal: AbortSignal | undefined;
}

type Count<Result> = (
  connection: NodeConnection,
  slots: SlotSet,
  node: ClusterNode,
  capabilities: ServerCapabilities,
) => Promise<Result>;

/** A connection of its own each: counting neither delays the looks nor changes their database. */
async function atMasters<Result>(
  nodes: CheckedNodes,
  { topology }: CheckLook,
  { slotsOf, subject, refused, signal }: Asking,
  count: Count<Result>,
): Promise<Map<string, Result>> {
  const results = new Map<string, Result>();
  const asked = answeringMasters(topology).filter(({ id }) => slotsOf.get(id)?.isEmpty === false);
  await eachNode(asked, async node => {
    let connection: NodeConnection | undefined;
    try {
      const capabilities = await nodes.capabilities(node.address);
      connection = nodes.open(node.address);
      results.set(node.id, await count(connection, slotsOf.get(node.id)!, node, capabilities));
    } catch (error) {
      refused.push({ subject, node, reason: passingReason(error, signal) });
    } finally {
      connection?.close();
    }
  });
  return results;
}
