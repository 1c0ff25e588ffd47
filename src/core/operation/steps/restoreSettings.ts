import { MalformedReplyError } from '../../topology/malformedReplyError';
import type { LoweredSetting } from '../operationRecord';
import { eachNode } from './eachNode';
import { configValue, throwRefusals } from './replies';
import type { ManagedNodes, RunStep } from './types';

/** Puts back every setting this operation lowered on these nodes, each verified. */
export const restoreSettings: RunStep<'restoreSettings'> = async (step, { nodes, record, report, note }) => {
  const addresses = new Set(step.nodes.map(({ address }) => address));
  const lowered = record.lowered().filter(({ node }) => addresses.has(node.address));
  report(`Putting back ${lowered.length} settings.`);
  const restored = await eachNode([...groupByNode(lowered)], async ([address, settings]) => {
    for (const text of await restoreOn(address, settings, nodes)) note(text);
    return settings;
  });
  await record.write(restored.flat().map(({ node, parameter }) => ({ type: 'settingRestored', node, parameter })));
};

/** Address -> what was lowered there. */
export function groupByNode(settings: readonly LoweredSetting[]): Map<string, LoweredSetting[]> {
  const byNode = new Map<string, LoweredSetting[]>();
  for (const setting of settings)
    byNode.set(setting.node.address, [...(byNode.get(setting.node.address) ?? []), setting]);
  return byNode;
}

/**
 * Puts settings of one node back and verifies them. One that somebody else changed meanwhile is left as it is; the texts
 * say so. Throws when the node cannot be asked or refuses, and a MalformedReplyError.
 */
export async function restoreOn(
  address: string,
  settings: readonly LoweredSetting[],
  nodes: ManagedNodes,
): Promise<string[]> {
  const connection = nodes.node(address);
  const gets = settings.map(({ parameter }) => ['CONFIG', 'GET', parameter] as const);
  const before = (await connection.pipeline(gets)).map(configValue);
  settings.forEach((setting, index) => refuseNonsense(address, setting, before[index]));
  const still = settings.filter(({ value }, index) => before[index] === value);
  const texts = settings.flatMap(({ parameter, value, original }, index) =>
    before[index] === value || before[index] === original
      ? []
      : [`${address}: ${parameter} is ${before[index]} now, set by somebody else; it was left.`],
  );
  if (still.length === 0) return texts;
  throwRefusals(
    await connection.pipeline(still.map(({ parameter, original }) => ['CONFIG', 'SET', parameter, original] as const)),
  );
  const after = (await connection.pipeline(gets)).map(configValue);
  const wrong = settings.find((setting, index) => still.includes(setting) && after[index] !== setting.original);
  if (wrong) throw new Error(`${address} accepted ${wrong.parameter} ${wrong.original} but has another value.`);
  return texts;
}

/** An answer that was damaged on its way must not be taken for somebody else's value: the setting would stay lowered. */
function refuseNonsense(address: string, { parameter, original }: LoweredSetting, now: string | undefined): void {
  const isNumber = /^\d+$/.test(original);
  if (now !== undefined && (!isNumber || /^\d+$/.test(now))) return;
  const reason = now === undefined ? `${parameter} is missing` : `${parameter} is ${JSON.stringify(now)}, no number`;
  throw new MalformedReplyError(address, 'CONFIG GET', reason);
}
