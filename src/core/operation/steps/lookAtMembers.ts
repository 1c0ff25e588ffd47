import { ClusterError } from '../../topology/clusterError';
import { mergeLooks } from '../../topology/mergeLooks';
import { ownLineOf } from '../../topology/ownLine';
import { viewsOf } from '../../topology/viewsOf';
import { parseClusterNodes } from '../../topology/parseClusterNodes';
import { parseClusterInfo, parseServerInfo } from '../../topology/parseInfo';
import { SlotTextCache } from '../../topology/slotTextCache';
import type { Look, NodeView, Topology } from '../../topology/types';
import type { NodeRef } from '../../plan/types';
import { eachNode } from './eachNode';
import { followMoved } from './followMoved';
import { textOf } from './replies';
import type { StepContext } from './types';

/** What the members of a cluster say: one by one, and all together. */
export interface MembersSight {
  /** Node id -> its view; missing when it did not answer, or another node does at its address. */
  views: ReadonlyMap<string, NodeView>;
  topology: Topology;
}

/** With `topology`, an earlier one, what failed since keeps its place in it. */
type Looker = Pick<StepContext, 'nodes'> & Partial<Pick<StepContext, 'topology'>>;

/**
 * Asks all these nodes afresh, and no other; one that does not answer where it did is looked for where the others list it. A
 * node that does not answer is in the topology with the reason.
 */
export async function lookAtMembers(members: readonly NodeRef[], context: Looker): Promise<MembersSight> {
  const cache = new SlotTextCache();
  const looks = await eachNode(members, member => look(member, context, cache));
  const missing = members.filter((member, index) => !isOf(member, looks[index]!));
  const lines = missing.length === 0 ? [] : viewsOf(looks).flatMap(view => view.lines);
  for (const member of await followMoved(missing, lines, context.nodes))
    looks[members.indexOf(member)] = await look(member, context, cache);
  const views = new Map<string, NodeView>();
  looks.forEach((look, index) => {
    const member = members[index]!;
    if (isOf(member, look)) views.set(member.id, look.view);
  });
  const topology = mergeLooks(looks, {
    ...(context.topology && { previous: context.topology }),
    nowMilliseconds: Date.now(),
  });
  context.nodes.elections.note(topology);
  return { views, topology };
}

function isOf({ id }: NodeRef, look: Look): look is { view: NodeView } {
  return 'view' in look && ownLineOf(look.view)?.id === id;
}

async function look({ id, address }: NodeRef, { nodes }: Looker, cache: SlotTextCache): Promise<Look> {
  try {
    const start = performance.now();
    const [lines, clusterInfo, info] = await nodes
      .node(address)
      .pipeline([['CLUSTER', 'NODES'], ['CLUSTER', 'INFO'], ['INFO']]);
    return {
      view: {
        address,
        observedAtMilliseconds: Date.now(),
        roundTripMilliseconds: performance.now() - start,
        lines: parseClusterNodes(textOf(lines, address, 'CLUSTER NODES'), address, cache),
        clusterInfo: parseClusterInfo(textOf(clusterInfo, address, 'CLUSTER INFO'), address),
        serverInfo: parseServerInfo(textOf(info, address, 'INFO'), address),
      },
    };
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    return { failure: { address, nodeId: id, code: error.code, message: error.message } };
  }
}
