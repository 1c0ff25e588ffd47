import { groupBy } from '../../topology/groupBy';
import { ownLineOf } from '../../topology/ownLine';
import { SLOT_COUNT } from '../../topology/slotSet';
import type { NodeView, Topology } from '../../topology/types';
import { count, listNames, nodeName } from '../../topology/wording';
import { majorityOf } from '../clusterPicture';
import type { CheckEvidence } from './types';

/** A node says "fail" for 2 s after its start, and for as long as its node timeout (at most 5 s) after it missed the majority. */
const YOUNG_SECONDS = 10;

/** Why each node that calls the cluster down does so, in its own numbers: `A: 100 slots belong to nobody`. */
export function clusterDownCauses({ latest, settings }: Pick<CheckEvidence, 'latest' | 'settings'>): string {
  const { topology, views } = latest;
  const down = views.flatMap(view => {
    const id = ownLineOf(view)?.id;
    const node = topology.nodes.find(other => other.id === id && other.inCluster && other.clusterState === 'fail');
    if (!node || topology.forgotten.includes(node.id)) return [];
    return [
      { node, cause: causeOf(view, topology, settings.get(node.id)?.['cluster-require-full-coverage'] !== 'no') },
    ];
  });
  const groups = [...groupBy(down, ({ cause }) => cause)];
  return groups.map(([cause, nodes]) => `${listNames(nodes.map(({ node }) => nodeName(node)))}: ${cause}`).join('; ');
}

function causeOf({ clusterInfo, lines, serverInfo }: NodeView, { nodes }: Topology, needsAllSlots: boolean): string {
  const causes: string[] = [];
  const missing = SLOT_COUNT - clusterInfo.slotsAssigned;
  if (needsAllSlots && missing > 0)
    causes.push(`${count(missing, 'slot')} belong${missing === 1 ? 's' : ''} to nobody`);
  if (needsAllSlots && clusterInfo.slotsFailed > 0)
    causes.push(
      `${count(clusterInfo.slotsFailed, 'slot')} belong${clusterInfo.slotsFailed === 1 ? 's' : ''} to a master that failed`,
    );
  const voters = lines.filter(line => !line.slots.isEmpty && line.flags.includes('master'));
  const reached = voters.filter(({ flags }) => !flags.includes('fail') && !flags.includes('fail?'));
  if (voters.length > 0 && reached.length < majorityOf(voters.length))
    causes.push(`it reaches ${reached.length} of ${count(voters.length, 'master')} with slots, which is no majority`);
  if (causes.length > 0) return causes.join(', and ');
  if (serverInfo.uptimeSeconds <= YOUNG_SECONDS) return 'it has just started';
  return nodes.length > 1
    ? 'nothing it says explains it; after a partition it waits up to 5 s before it serves again'
    : 'it knows no other node';
}
