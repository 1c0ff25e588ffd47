import { ServerReplyError } from '../../connection/connectionError';
import { formatAddress } from '../../topology/address';
import { parseClusterNodes } from '../../topology/parseClusterNodes';
import { SlotSet } from '../../topology/slotSet';
import { listNames, slotsText } from '../../topology/wording';
import { accepted, type End } from './end';
import type { Failure } from './explainFailure';

/** Adds to a refusal with CLUSTERDOWN which slots nobody serves, in the view of the node that refused. Never rejects. */
export async function explainDown(
  failure: Failure,
  { source, target }: { source: End; target: End },
  lane: number,
): Promise<Failure> {
  if (!(failure.cause instanceof ServerReplyError) || !failure.cause.reply.includes('CLUSTERDOWN')) return failure;
  const end = failure.node === target.address ? target : source;
  let text: string;
  try {
    text = String(accepted(await end.texts([['CLUSTER', 'NODES']], { lane }))[0]);
  } catch {
    // The refusal is what has to be told, and is.
    return failure;
  }
  const owners = parseClusterNodes(text, end.address).filter(({ slots }) => !slots.isEmpty);
  const down = `${end.address} takes no commands with keys (CLUSTERDOWN):`;
  const uncovered = SlotSet.all.difference(SlotSet.unionOf(owners.map(({ slots }) => slots)));
  if (!uncovered.isEmpty) {
    const [belong, it] = uncovered.count === 1 ? ['belongs', 'it'] : ['belong', 'them'];
    return {
      ...failure,
      code: 'slotsUncovered',
      what: `${down} ${slotsText(uncovered)} ${belong} to nobody.`,
      remedy: `Fix the cluster and have ${it} assigned: no key can move before.`,
    };
  }
  const failed = owners.filter(({ flags }) => flags.includes('fail'));
  if (failed.length === 0) return failure;
  const lost = SlotSet.unionOf(failed.map(({ slots }) => slots));
  const names = listNames(failed.map(node => (node.host === '' ? node.id.slice(0, 8) : formatAddress(node))));
  return {
    ...failure,
    what: `${down} ${slotsText(lost)} ${lost.count === 1 ? 'belongs' : 'belong'} to ${names}, which failed.`,
    remedy: `Let a replica take over, or start ${names} unless it keeps nothing on disk: it would come back empty.`,
  };
}
