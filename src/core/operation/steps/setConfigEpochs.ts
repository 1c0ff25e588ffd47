import { eachNode } from './eachNode';
import { fanOut } from './fanOut';
import { lookAt, sightOf } from './nodeSight';
import { throwRefusals } from './replies';
import type { RunStep } from './types';

/**
 * Gives every node a config epoch of its own, so that no two masters meet with the same. A node that has one already, or
 * knows others, cannot be given one (SET-CONFIG-EPOCH, cluster.c 7.0); it keeps its own and the rest avoid that number.
 */
export const setConfigEpochs: RunStep<'setConfigEpochs'> = async ({ epochs }, context) => {
  const { nodes, report } = context;
  report(`Numbering the config epochs of ${epochs.length} nodes.`);
  const sights = await eachNode(epochs, ({ node }) => lookAt(node, nodes));
  const taken = new Set(sights.map(({ own }) => own.configEpoch).filter(epoch => epoch !== 0));
  const changes = epochs.flatMap(({ node, epoch }, index) => {
    const sight = sights[index]!;
    return sight.own.configEpoch === 0 && sight.lines.length === 1 ? [{ node, epoch: takeEpoch(epoch, taken) }] : [];
  });
  await fanOut(changes, context, async ({ node, epoch }) => {
    const connection = nodes.node(node.address);
    const [set, after] = await connection.pipeline([
      ['CLUSTER', 'SET-CONFIG-EPOCH', epoch],
      ['CLUSTER', 'NODES'],
    ]);
    // Refused although the look allowed it: another process was quicker, and the epoch it set serves as well.
    if (sightOf(node, after).own.configEpoch === 0) throwRefusals([set ?? null]);
  });
};

function takeEpoch(wanted: number, taken: Set<number>): number {
  let epoch = wanted;
  while (taken.has(epoch)) epoch++;
  taken.add(epoch);
  return epoch;
}
