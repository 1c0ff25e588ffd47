import { ConnectionError } from '../../connection/connectionError';
import type { BufferReply, CommandWords, NodeConnection } from '../../connection/types';
import { SETTING_PATTERNS, SETTINGS_THAT_MATTER } from '../../health/check/settings';
import type { BusLink } from '../../health/check/types';
import { ClusterError } from '../../topology/clusterError';
import type { ClusterNode } from '../../topology/types';
import { eachNode } from '../steps/eachNode';
import { fieldsOf } from '../steps/replies';
import type { CheckSubject } from './types';

/** A question a node did not answer. */
export interface Refused {
  subject: CheckSubject;
  node: ClusterNode;
  reason: string;
}

export interface NodeAnswers {
  links: ReadonlyMap<string, readonly BusLink[]>;
  settings: ReadonlyMap<string, Readonly<Record<string, string>>>;
  refused: readonly Refused[];
}

/**
 * Asks every node for its bus links and the settings that matter, all at once. A question that is refused, or a node that is
 * lost meanwhile, is among `refused`. Rejects only with the signal's reason or when the client was closed.
 */
export async function askNodes(
  nodes: readonly ClusterNode[],
  connect: (address: string) => NodeConnection,
  signal: AbortSignal | undefined,
): Promise<NodeAnswers> {
  const links = new Map<string, BusLink[]>();
  const settings = new Map<string, Record<string, string>>();
  const refused: Refused[] = [];
  await eachNode(nodes, async node => {
    const refuse = (subject: CheckSubject, reason: string): unknown => refused.push({ subject, node, reason });
    try {
      // As bytes: of the links, few of the words are needed.
      const replies = await connect(node.address).pipelineBuffers(QUESTIONS, signal ? { signal } : {});
      const [timeReply, linkReply, ...configReplies] = replies;
      const refusal = configReplies.find(reply => reply instanceof Error);
      const values = readSettings(configReplies);
      if (refusal) refuse('settings', reasonOf(refusal));
      else settings.set(node.id, values);
      if (linkReply instanceof Error) refuse('busLinks', reasonOf(linkReply));
      else links.set(node.id, readLinks(linkReply, youngSince(timeReply, values)));
    } catch (error) {
      const reason = passingReason(error, signal);
      refuse('busLinks', reason);
      refuse('settings', reason);
    }
  });
  return { links, settings, refused };
}

const QUESTIONS: readonly CommandWords[] = [
  ['TIME'],
  ['CLUSTER', 'LINKS'],
  ...SETTING_PATTERNS.map(pattern => ['CONFIG', 'GET', pattern] as const),
];

/** Why one question failed, to be told; what ends the whole check is thrown on. */
export function passingReason(error: unknown, signal: AbortSignal | undefined): string {
  signal?.throwIfAborted();
  if (!(error instanceof ClusterError) || (error instanceof ConnectionError && error.code === 'closed')) throw error;
  return error.message;
}

function reasonOf(error: Error): string {
  return 'reply' in error && /unknown (sub)?command/i.test(String(error.reply))
    ? 'Its version does not know this question (CLUSTER LINKS came with 7.0).'
    : error.message;
}

/** By the node's own clock, in milliseconds; every link is young when it may not be asked. */
function youngSince(time: BufferReply | Error | undefined, settings: Readonly<Record<string, string>>): number {
  if (!Array.isArray(time)) return -Infinity;
  const nodeTimeout = Number(settings['cluster-node-timeout'] ?? DEFAULT_NODE_TIMEOUT_MILLISECONDS);
  return Number(time[0]) * 1000 - nodeTimeout / 2 - 1000;
}

const DEFAULT_NODE_TIMEOUT_MILLISECONDS = 15_000;

/**
 * Flat name-value lists with RESP2: `direction`, `to`, `node`, `<id>`, `create-time`, `<milliseconds>`, ... Of a large cluster
 * there are many: twice as many as nodes, from each.
 */
function readLinks(reply: BufferReply | undefined, youngSinceMilliseconds: number): BusLink[] {
  if (!Array.isArray(reply)) return [];
  const links: BusLink[] = [];
  for (const entry of reply) {
    if (!Array.isArray(entry)) continue;
    const [direction, peerId] = [valueIn(entry, DIRECTION), valueIn(entry, NODE)];
    if ((direction === 'to' || direction === 'from') && peerId)
      links.push({ direction, peerId, isYoung: Number(valueIn(entry, CREATE_TIME)) > youngSinceMilliseconds });
  }
  return links;
}

const [DIRECTION, NODE, CREATE_TIME] = ['direction', 'node', 'create-time'].map(name => Buffer.from(name)) as [
  Buffer,
  Buffer,
  Buffer,
];

function valueIn(fields: readonly BufferReply[], name: Buffer): string | undefined {
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const field = fields[index];
    if (Buffer.isBuffer(field) && name.equals(field)) return String(fields[index + 1]);
  }
  return undefined;
}

function readSettings(replies: readonly (BufferReply | Error | undefined)[]): Record<string, string> {
  const all = replies.flatMap(reply => [...fieldsOf(reply)]);
  return Object.fromEntries(
    all.flatMap(([name, value]) => (SETTINGS_THAT_MATTER.has(name) ? [[name, String(value)]] : [])),
  );
}
