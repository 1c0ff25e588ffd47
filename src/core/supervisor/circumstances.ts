import { join } from 'node:path';
import { describeHolder } from '../operation/describeHolder';
import { heldLocks } from '../operation/lock';
import { nodeIdsOf } from '../operation/planNodes';
import type { Journal, JournaledOperation } from '../operation/types';
import type { Topology } from '../topology/types';
import { clockText } from '../topology/wording';
import { faultOf } from './fault';
import { hasCome, later, type Memory, type Moment } from './memory';
import { ECHO_MILLISECONDS } from './others';
import type { Circumstances, Lease } from './sight';
import type { SupervisedClient, Tombstone } from './types';

/** How long a replaced node may take to say that it is back, and how often it is asked. */
const PROBE_TIMEOUT_MILLISECONDS = 1000;
const PROBE_MILLISECONDS = 5000;
const MOST_PROBES = 20;

/** Finds out what holds around a cluster: what other operations do to its nodes, and which replaced nodes are back. */
export class CircumstanceFinder {
  #probed: { at: Moment; ids: readonly string[] } | undefined;

  constructor(
    private readonly client: Pick<SupervisedClient, 'node'>,
    private readonly journal: Journal | undefined,
  ) {}

  async find(
    topology: Topology,
    lease: Lease,
    { tombstones, running }: Pick<Memory, 'tombstones' | 'running'>,
    lookError: unknown,
    now: Moment,
  ): Promise<Circumstances> {
    const [known] = await Promise.all([
      operationsOnNodes(this.journal, topology, running?.operationId, now),
      this.#probe(tombstones, topology, now),
    ]);
    return {
      lease,
      ...known,
      answeringTombstones: this.#probed?.ids ?? [],
      ...(lookError === undefined ? {} : { lookError: faultOf(lookError).reason }),
    };
  }

  async #probe(tombstones: readonly Tombstone[], topology: Topology, now: Moment): Promise<void> {
    if (this.#probed && !hasCome(later(this.#probed.at, PROBE_MILLISECONDS), now)) return;
    this.#probed = { at: now, ids: await answeringTombstones(this.client, tombstones, topology) };
  }
}

/** Operations on these nodes but `ownId`, in any process. */
async function operationsOnNodes(
  journal: Journal | undefined,
  topology: Topology,
  ownId: string | undefined,
  now: Moment,
): Promise<Pick<Circumstances, 'operations' | 'isChanging'>> {
  if (!journal) return { operations: [], isChanging: false };
  const ids = new Set(topology.nodes.map(({ id }) => id));
  const locks = (await heldLocks(join(journal.directory, 'locks'))).filter(
    ({ operationId, nodeIds }) => operationId !== ownId && nodeIds.some(id => ids.has(id)),
  );
  const history = (await journal.history()).filter(
    operation =>
      operation.id !== ownId &&
      // Long ended ones are many, and nobody's trouble.
      (operation.needsAttention || isFresh(operation, now)) &&
      operation.plan &&
      nodeIdsOf(operation.plan).some(nodeId => ids.has(nodeId)),
  );
  const operations = [
    ...locks.map(({ title, since, pid, host }) => ({
      title,
      text: `"${title}" runs on these nodes in ${describeHolder({ since, processId: pid, host })}.`,
    })),
    ...history
      .filter(({ needsAttention }) => needsAttention)
      .map(({ title, startedAt }) => ({
        title,
        text: `"${title}", begun at ${clockText(Date.parse(startedAt))}, did not end.`,
      })),
  ];
  return { operations, isChanging: history.some(operation => isFresh(operation, now) && changesNodes(operation)) };
}

function changesNodes({ plan }: JournaledOperation): boolean {
  return plan !== undefined && JSON.stringify(plan.before.nodes) !== JSON.stringify(plan.after.nodes);
}

function isFresh({ state, endedAt }: JournaledOperation, { wall }: Moment): boolean {
  // The clock may have been set back since.
  return state === 'running' || (endedAt !== undefined && Math.abs(wall - Date.parse(endedAt)) < ECHO_MILLISECONDS);
}

/** Which replaced nodes that the topology does not show answer again: nobody lists them, so nobody else asks them. */
async function answeringTombstones(
  client: Pick<SupervisedClient, 'node'>,
  tombstones: readonly Tombstone[],
  topology: Topology,
): Promise<string[]> {
  const shown = new Set(topology.nodes.flatMap(({ id, address }) => [id, address]));
  const unseen = tombstones.filter(({ id, address }) => !shown.has(id) && !shown.has(address));
  const answers = await Promise.all(
    unseen.slice(-MOST_PROBES).map(async ({ id, address }) => {
      try {
        const options = { timeoutMilliseconds: PROBE_TIMEOUT_MILLISECONDS };
        return (await client.node(address).command(['CLUSTER', 'MYID'], options)) === id ? [id] : [];
      } catch {
        // Silent, or not to be asked: not back.
        return [];
      }
    }),
  );
  return answers.flat();
}
