import type { NodeRef } from '../../plan/types';
import type { Topology } from '../../topology/types';
import { OperationError } from '../operationError';
import type { LoweredSetting } from '../operationRecord';
import { eachNode } from './eachNode';
import { fanOut } from './fanOut';
import { configValue, isNotAvailable, throwRefusals } from './replies';
import type { ManagedNodes, RunStep } from './types';

/**
 * Lowers a setting for the time of the operation. What it was is on disk in the journal before it is changed, so that it
 * can be put back whatever happens. A value already as low stays; where CONFIG is not allowed the operation goes on slower.
 */
export const lowerSetting: RunStep<'lowerSetting'> = async (step, context) => {
  const { nodes, record, report, note, mode, topology } = context;
  const { parameter, value } = step;
  // In a cluster in use a short node timeout makes false failovers; other settings do no harm.
  if (mode === 'resume' && parameter === 'cluster-node-timeout' && holdsKeys(step.nodes, topology)) {
    note(`${parameter} was not lowered again: the nodes hold keys by now. The operation takes longer.`);
    return;
  }
  report(`Setting ${parameter} to ${value} on ${step.nodes.length} nodes.`);
  const read = await eachNode(step.nodes, node => readSetting(node, parameter, nodes));
  const known = record.lowered().filter(lowered => lowered.parameter === parameter);
  const changes: LoweredSetting[] = [];
  const again: NodeRef[] = [];
  const untouchable: NodeRef[] = [];
  for (const [index, node] of step.nodes.entries()) {
    const original = read[index];
    if (original === undefined) untouchable.push(node);
    else if (original === value || isLower(original, value)) continue;
    // It is journaled already: a first attempt got that far.
    else if (known.some(lowered => lowered.node.address === node.address && lowered.original === original))
      again.push(node);
    else changes.push({ type: 'setting', node, parameter, original, value });
  }
  if (untouchable.length > 0)
    note(
      `${parameter} could not be lowered on ${untouchable.map(({ address }) => address).join(', ')}: CONFIG or the setting is not available to this user there. ${consequenceOf(parameter)}`,
    );
  if (changes.length > 0) await record.write(changes, { durable: true });
  await fanOut([...changes.map(({ node }) => node), ...again], context, node => lower(node, parameter, value, nodes));
};

function holdsKeys(members: readonly NodeRef[], { nodes }: Topology): boolean {
  return members.some(member => nodes.some(({ id, info }) => id === member.id && (info?.keys ?? 0) > 0));
}

function consequenceOf(parameter: string): string {
  return parameter === 'cluster-allow-replica-migration'
    ? 'An emptied master may become a replica.'
    : 'The operation takes longer.';
}

async function readSetting(node: NodeRef, parameter: string, nodes: ManagedNodes): Promise<string | undefined> {
  try {
    return configValue(await nodes.node(node.address).command(['CONFIG', 'GET', parameter]));
  } catch (error) {
    if (isNotAvailable(error)) return undefined;
    throw error;
  }
}

function isLower(original: string, value: string): boolean {
  return /^\d+$/.test(original) && /^\d+$/.test(value) && Number(original) <= Number(value);
}

async function lower(node: NodeRef, parameter: string, value: string, nodes: ManagedNodes): Promise<void> {
  const [set, get] = await nodes.node(node.address).pipeline([
    ['CONFIG', 'SET', parameter, value],
    ['CONFIG', 'GET', parameter],
  ]);
  if (set instanceof Error && isNotAvailable(set)) return;
  throwRefusals([set ?? null]);
  if (configValue(get) !== value) {
    const what = `${node.address} accepted ${parameter} ${value} but still has another value.`;
    throw new OperationError('settingNotChanged', what, { node: node.address });
  }
}
