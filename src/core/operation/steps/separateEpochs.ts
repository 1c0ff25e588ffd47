import type { NodeRef } from '../../plan/types';
import { count } from '../../topology/wording';
import { OperationError } from '../operationError';
import { lookAt } from './nodeSight';
import { poll } from '../../connection/poll';
import type { RunStep, StepContext } from './types';

const deadlineMilliseconds = 15_000;

/**
 * Gives masters that have the same config epoch different ones. A node whose epoch is the highest already is not raised by
 * BUMPEPOCH: then another master is raised first. Throws an OperationError `epochsCollide`.
 */
export const separateEpochs: RunStep<'separateEpochs'> = async ({ nodes, collided }, context) => {
  for (const group of collided) {
    context.report(`Giving ${count(group.length, 'master')} different epochs.`);
    const apart = await poll(async () => ((await separate(group, nodes, context)) ? true : undefined), {
      signal: context.signal,
      timeoutMilliseconds: deadlineMilliseconds,
      intervalMilliseconds: 200,
    });
    if (apart) continue;
    throw new OperationError(
      'epochsCollide',
      `${group.map(({ address }) => address).join(' and ')} still have the same config epoch.`,
      {
        node: group[0]!.address,
        remedy: 'Look whether their bus ports reach each other: then they separate by themselves.',
      },
    );
  }
};

async function separate(group: readonly NodeRef[], all: readonly NodeRef[], { nodes }: StepContext): Promise<boolean> {
  const epochs = await Promise.all(group.map(async node => (await lookAt(node, nodes)).own.configEpoch));
  const twice = group.find((_, index) => epochs.indexOf(epochs[index]!) < index);
  if (!twice) return true;
  const reply = String(await nodes.node(twice.address).command(['CLUSTER', 'BUMPEPOCH']));
  const other = all.find(({ id }) => !group.some(node => node.id === id));
  if (reply.startsWith('STILL') && other) await nodes.node(other.address).command(['CLUSTER', 'BUMPEPOCH']);
  return false;
}
