import { ConnectionError } from '../../connection/connectionError';
import type { CommandWords, NodeConnection, Reply } from '../../connection/types';
import { SETTING_PATTERNS, SETTINGS_THAT_MATTER } from '../../health/check/settings';
import type { BusLink } from '../../health/check/types';
import { ClusterError } from '../../topology/clusterError';
import { fieldsOf } from '../steps/replies';
import { readLinks } from './readLinks';
import type { CheckSubject } from './types';

/** What a node answered of itself; what it did not is absent, with the reason in `refused`. */
export interface NodeAnswer {
  links?: readonly BusLink[];
  settings?: Readonly<Record<string, string>>;
  refused: readonly { subject: CheckSubject; reason: string }[];
}

/**
 * Asks a node for its bus links and the settings that matter, in one go. Rejects only with the signal's reason or when the
 * client was closed.
 */
export async function askNode(connection: NodeConnection, signal: AbortSignal | undefined): Promise<NodeAnswer> {
  const options = signal ? { signal } : {};
  const [answered, linked] = await Promise.allSettled([
    connection.pipeline(QUESTIONS, options),
    connection.commandUndecoded(['CLUSTER', 'LINKS'], options),
  ]);
  const [timeReply, ...configReplies] = answered.status === 'fulfilled' ? answered.value : [];
  const values = readSettings(configReplies);
  const refusal: unknown =
    answered.status === 'rejected' ? answered.reason : configReplies.find(reply => reply instanceof Error);
  return {
    ...(refusal === undefined && { settings: values }),
    ...(linked.status === 'fulfilled' && { links: readLinks(linked.value, youngSince(timeReply, values)) }),
    refused: [
      ...(linked.status === 'rejected'
        ? [{ subject: 'busLinks', reason: passingReason(linked.reason, signal) } as const]
        : []),
      ...(refusal === undefined ? [] : [{ subject: 'settings', reason: passingReason(refusal, signal) } as const]),
    ],
  };
}

const QUESTIONS: readonly CommandWords[] = [
  ['TIME'],
  ...SETTING_PATTERNS.map(pattern => ['CONFIG', 'GET', pattern] as const),
];

/** Why one question failed, to be told; what ends the whole check is thrown on. */
export function passingReason(error: unknown, signal: AbortSignal | undefined): string {
  signal?.throwIfAborted();
  if (!(error instanceof ClusterError) || (error instanceof ConnectionError && error.code === 'closed')) throw error;
  return 'reply' in error && /unknown (sub)?command/i.test(String(error.reply))
    ? 'Its version does not know this question (CLUSTER LINKS came with 7.0).'
    : error.message;
}

/** By the node's own clock, in milliseconds; every link is young when it may not be asked. */
function youngSince(time: Reply | Error | undefined, settings: Readonly<Record<string, string>>): number {
  if (!Array.isArray(time)) return -Infinity;
  const nodeTimeout = Number(settings['cluster-node-timeout'] ?? DEFAULT_NODE_TIMEOUT_MILLISECONDS);
  return Number(time[0]) * 1000 - nodeTimeout / 2 - 1000;
}

const DEFAULT_NODE_TIMEOUT_MILLISECONDS = 15_000;

function readSettings(replies: readonly (Reply | Error)[]): Record<string, string> {
  const settings: Record<string, string> = {};
  for (const reply of replies)
    for (const [name, value] of fieldsOf(reply)) if (SETTINGS_THAT_MATTER.has(name)) settings[name] = String(value);
  return settings;
}
