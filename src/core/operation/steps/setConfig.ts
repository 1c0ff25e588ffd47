import { refuseSetting } from '../../plan/config/settingRules';
import { isSameValue } from '../../plan/config/settingValues';
import { count, joinSome, joinWords } from '../../plan/phrases';
import type { NodeRef } from '../../plan/types';
import { OperationError } from '../operationError';
import type { LoweredSetting } from '../operationRecord';
import { groupOutcomes } from '../groupOutcomes';
import type { NodeOutcome } from '../types';
import { whatOf } from '../whatOf';
import { fanOutSettled } from './fanOut';
import { configValue, isNotAvailable, refusalText } from './replies';
import { rewriteConfig } from './rewriteConfig';
import type { RunStep, StepContext, StepOf } from './types';

type Step = StepOf<'setConfig'>;

/** Turning a file on or evicting keys takes a server longer than a look. */
const TIMEOUT_MILLISECONDS = 10_000;

/**
 * Sets settings at one node, and when that one took them at all others. Old values are on disk in the journal before. A node
 * that is silent or may not do it is named in a note. Throws an OperationError `settingRefused` for a value that no node takes,
 * `settingNotSet` when no node has it.
 */
export const setConfig: RunStep<'setConfig'> = async (step, context) => {
  // A plan can come from a file.
  for (const { name } of step.settings) refuseSetting(name);
  const known = new Map(step.settings.map(({ name, value }) => [name, value]));
  const outcomes = await tryFirst(step, known, context);
  const rest = step.nodes.slice(outcomes.length);
  if (rest.length > 0) context.report(`Setting it on ${count(rest.length, 'more node')}.`, 0.3);
  const settled = await fanOutSettled(rest, context, node => setAt(node, step, known, context));
  settled.forEach((outcome, index) => outcomes.push(asOutcome(outcome, rest[index]!)));
  context.signal.throwIfAborted();
  const set = outcomes.filter(({ state }) => state === 'done');
  if (set.length === 0) throw notSet(outcomes);
  const told = step.rewrite ? await rewriteFiles(outcomes, context) : outcomes;
  context.signal.throwIfAborted();
  told.forEach(context.tellOutcome);
  const missing = outcomes.filter(({ state }) => state !== 'done');
  if (missing.length === 0) return;
  for (const { text } of groupOutcomes(missing)) context.note(text);
  context.note(`It is set on ${joinSome(set.map(({ node }) => node.address))}. Set it again for the rest.`);
};

/** In turn until one takes it: `known` then holds the values as that server writes them. */
async function tryFirst(step: Step, known: Map<string, string>, context: StepContext): Promise<NodeOutcome[]> {
  const outcomes: NodeOutcome[] = [];
  for (const node of step.nodes) {
    context.signal.throwIfAborted();
    context.report(`Trying it at ${node.address}.`);
    const [settled] = (await fanOutSettled([node], context, () => setAt(node, step, known, context))) as [
      PromiseSettledResult<string>,
    ];
    if (settled.status === 'rejected' && isBadValue(settled.reason))
      throw new OperationError('settingRefused', whatOf(settled.reason), {
        node: node.address,
        remedy: 'Give another value, or choose nodes whose version knows it; no other node was asked.',
        cause: settled.reason,
      });
    outcomes.push(asOutcome(settled, node));
    if (outcomes.at(-1)!.state === 'done') break;
  }
  return outcomes;
}

/** Rejects with what the node said, or why it said nothing. */
async function setAt(node: NodeRef, step: Step, known: Map<string, string>, context: StepContext): Promise<string> {
  const { nodes, record, signal } = context;
  signal.throwIfAborted();
  const connection = nodes.node(node.address);
  const names = step.settings.map(({ name }) => name);
  const gets = names.map(name => ['CONFIG', 'GET', name] as const);
  const [id, ...first] = await connection.pipeline([['CLUSTER', 'MYID'], ...gets], { signal });
  if (typeof id === 'string' && id !== node.id)
    throw new OperationError('otherNode', `Another node answers at ${node.address} now; it was left.`, {
      node: node.address,
    });
  const before = first.map(configValue);
  const changes = step.settings.flatMap(({ name, value }, index): Change[] => {
    const original = before[index];
    const isSo = original !== undefined && [value, known.get(name)!].some(wanted => isSameValue(original, wanted));
    return isSo ? [] : [{ name, value, original }];
  });
  await writeOriginals(node, changes, context);
  // From here on it is not broken off: whether a server took it has to be known.
  const replies = await connection.pipeline(
    [...changes.map(({ name, value }) => ['CONFIG', 'SET', name, value] as const), ...gets],
    { timeoutMilliseconds: TIMEOUT_MILLISECONDS },
  );
  const after = replies.slice(changes.length).map(configValue);
  const refused = replies.slice(0, changes.length).find(reply => reply instanceof Error);
  if (refused) {
    const unchanged = names.filter((_, index) => after[index] === before[index]);
    await record.writeIfPossible(unchanged.map(parameter => ({ type: 'settingRestored', node, parameter })));
    throw refused;
  }
  const written = changes.flatMap(({ name, value, original }): LoweredSetting[] => {
    const now = after[names.indexOf(name)];
    if (now === undefined || now === value || original === undefined) return [];
    return [{ type: 'setting', node, parameter: name, original, value: now }];
  });
  if (written.length > 0) await record.write(written, { durable: true });
  names.forEach((name, index) => after[index] !== undefined && known.set(name, after[index]));
  return names.map((name, index) => describe(name, before[index], after[index])).join('; ');
}

interface Change {
  name: string;
  value: string;
  /** Undefined where the server did not tell it; CONFIG SET will then say why. */
  original: string | undefined;
}

/** What an earlier attempt journaled stays: that was before any change. */
async function writeOriginals(node: NodeRef, changes: readonly Change[], { record }: StepContext): Promise<void> {
  const journaled = new Set(record.lowered().flatMap(each => (each.node.id === node.id ? [each.parameter] : [])));
  const settings = changes.flatMap(({ name, value, original }): LoweredSetting[] =>
    original === undefined || journaled.has(name) ? [] : [{ type: 'setting', node, parameter: name, original, value }],
  );
  if (settings.length > 0) await record.write(settings, { durable: true });
}

function describe(name: string, before: string | undefined, after: string | undefined): string {
  const [was, is] = [before, after].map(value => (value === '' ? 'empty' : (value ?? 'not told')));
  return was === is ? `${name} is ${is}, as it was` : `${name} was ${was} and is ${is}`;
}

/** The server understood and disliked it, as every other will: not a matter of rights or of this node's state. */
function isBadValue(error: unknown): boolean {
  return /^ERR /.test(refusalText(error)) && !isNotAvailable(error);
}

function asOutcome(settled: PromiseSettledResult<string>, node: NodeRef): NodeOutcome {
  if (settled.status === 'fulfilled') return { node, state: 'done', text: `${settled.value}.` };
  const { reason } = settled as { reason: unknown };
  const text = reason instanceof Error ? reason.message : String(reason);
  return { node, state: refusalText(reason) === '' ? 'silent' : 'refused', text };
}

function notSet(outcomes: readonly NodeOutcome[]): OperationError {
  const why = groupOutcomes(outcomes).map(({ text }) => text);
  return new OperationError('settingNotSet', `No node has it. ${joinWords(why)}`, {
    node: outcomes[0]!.node.address,
    remedy: 'See to the nodes, or use a user that may do it, and try again.',
  });
}

async function rewriteFiles(outcomes: readonly NodeOutcome[], context: StepContext): Promise<NodeOutcome[]> {
  const { nodes, record, note, report } = context;
  const set = outcomes.filter(({ state }) => state === 'done');
  report(`Writing the configuration files of ${count(set.length, 'node')}.`, 0.7);
  await record.write(
    set.map(({ node }) => ({ type: 'configRewritten', node })),
    { durable: true },
  );
  const settled = await fanOutSettled(set, context, ({ node }) => rewriteConfig(node, nodes));
  const failures = new Map<NodeOutcome, string>();
  settled.forEach((outcome, index) => {
    if (outcome.status === 'rejected') failures.set(set[index]!, whatOf(outcome.reason));
  });
  for (const [{ node }, why] of failures)
    note(`${node.address} has it until it restarts: its configuration file was not written. ${why}`);
  return outcomes.map(outcome => {
    if (outcome.state !== 'done') return outcome;
    const why = failures.get(outcome);
    return {
      ...outcome,
      text: `${outcome.text} ${why === undefined ? 'Written to its configuration file.' : `Not written to a file: ${why}`}`,
    };
  });
}
