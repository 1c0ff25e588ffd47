import { ClusterError } from '../topology/clusterError';
import { parseClusterNodes } from '../topology/parseClusterNodes';
import { parseClusterInfo, parseServerInfo } from '../topology/parseInfo';
import type { FreshFigures } from '../topology/refreshFigures';
import type { SlotTextCache } from '../topology/slotTextCache';
import type { Look } from '../topology/types';
import { ConnectionError, ServerReplyError } from './connectionError';
import type { ReopeningConnection } from './nodeConnection';
import { SAVE_POINTS_QUESTION, type PersistenceMemory } from './persistenceMemory';
import type { WaitOutside } from './turns';
import type { CommandWords, Reply } from './types';

/**
 * What one node says, asked in one go; or why it says nothing. `persistence`: where to remember what it keeps on disk; without
 * it that is not asked. Never rejects with a ClusterError.
 */
export async function lookAtNode(
  connection: ReopeningConnection,
  cache: SlotTextCache,
  persistence?: PersistenceMemory,
  outside: WaitOutside = dialling => dialling,
): Promise<Look> {
  const { address } = connection;
  try {
    await outside(connection.open());
    const start = performance.now();
    const isDue = persistence?.isDue(connection) === true;
    const questions = [...VIEW_QUESTIONS, ...(isDue ? [SAVE_POINTS_QUESTION] : [])];
    const [savePoints, replies] = apart(await connection.pipeline(questions));
    const roundTripMilliseconds = performance.now() - start;
    const refused = replies.filter(reply => reply instanceof Error);
    if (refused.length > 0) throw explainRefusal(address, refused, fieldsOf(replies[2]));
    const [nodes, clusterInfo, info] = replies.map(String) as [string, string, string];
    const serverInfo = parseServerInfo(info, address);
    if (isDue) persistence.hear(connection, savePoints);
    const keeps = persistence?.judge(connection, serverInfo);
    return {
      view: {
        address,
        observedAtMilliseconds: Date.now(),
        roundTripMilliseconds,
        lines: parseClusterNodes(nodes, address, cache),
        clusterInfo: parseClusterInfo(clusterInfo, address),
        serverInfo,
        ...(keeps !== undefined && { persistence: keeps }),
      },
    };
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    return { failure: { address, code: error.code, message: error.message } };
  }
}

const VIEW_QUESTIONS: readonly CommandWords[] = [['CLUSTER', 'NODES'], ['CLUSTER', 'INFO'], ['INFO']];

/** A view does not depend on the right to the further question. */
function apart(replies: (Reply | Error)[]): [Reply | Error | undefined, (Reply | Error)[]] {
  return [replies[VIEW_QUESTIONS.length], replies.slice(0, VIEW_QUESTIONS.length)];
}

/** What one node says of itself alone; undefined when it says nothing. Never rejects with a ClusterError. */
export async function askFigures(
  connection: ReopeningConnection,
  outside: WaitOutside = dialling => dialling,
): Promise<FreshFigures | undefined> {
  const { address } = connection;
  try {
    await outside(connection.open());
    const start = performance.now();
    const info = await connection.command(['INFO']);
    const roundTripMilliseconds = performance.now() - start;
    return { serverInfo: parseServerInfo(String(info), address), roundTripMilliseconds };
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    return undefined;
  }
}

type InfoFields = Readonly<Record<string, string>>;

/** Pure: the one reason behind the refusals of a look. `info` is empty when INFO was refused too. */
export function explainRefusal(node: string, refused: readonly Error[], info: InfoFields): Error {
  const first = refused[0]!;
  const replies = refused.filter(error => error instanceof ServerReplyError);
  const starting = (word: string) => replies.filter(({ reply }) => reply.startsWith(word));
  if (starting('LOADING').length > 0)
    return new ConnectionError('loading', `${node} is still reading its data from disk${progressOf(info)}.`, {
      node,
      remedy: 'It answers when it is done.',
    });
  const denied = starting('NOPERM').map(({ command }) => command);
  if (denied.length > 0)
    return new ConnectionError('noPermission', `${node} does not allow this user to run ${listOf(denied)}.`, {
      node,
      remedy: `Give the user the right with ACL SETUSER <user> ${denied.map(ruleFor).join(' ')}, or connect as another user.`,
    });
  if (replies.some(({ reply }) => /cluster support disabled/i.test(reply)))
    return new ConnectionError('clusterDisabled', `${node} does not run in cluster mode.`, {
      node,
      remedy: 'Set "cluster-enabled yes" in its configuration and start it again.',
    });
  if (replies.some(({ reply, command }) => command.startsWith('CLUSTER') && /unknown command/i.test(reply)))
    return info['redis_mode'] === 'sentinel'
      ? new ConnectionError('clusterDisabled', `${node} is a Sentinel, not a node of a cluster.`, {
          node,
          remedy: 'Check the port.',
        })
      : new ConnectionError('clusterDisabled', `${node} does not know the command CLUSTER.`, {
          node,
          remedy: 'It may be a proxy, or its commands were renamed.',
        });
  return first;
}

function fieldsOf(info: Reply | Error | undefined): InfoFields {
  if (typeof info !== 'string') return {};
  return Object.fromEntries(
    info.split('\r\n').flatMap(line => {
      const colon = line.indexOf(':');
      return colon > 0 ? [[line.slice(0, colon), line.slice(colon + 1)]] : [];
    }),
  );
}

function progressOf(info: InfoFields): string {
  const { loading_loaded_perc: percent, loading_eta_seconds: seconds } = info;
  return percent === undefined || seconds === undefined
    ? ''
    : ` (${Math.floor(Number(percent))} %, about ${seconds} s to go)`;
}

function listOf(commands: readonly string[]): string {
  return commands.length < 2 ? commands.join() : `${commands.slice(0, -1).join(', ')} and ${commands.at(-1)}`;
}

function ruleFor(command: string): string {
  return `+${command.toLowerCase().replace(' ', '|')}`;
}
