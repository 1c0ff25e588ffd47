import type { NodeConnection, Reply } from '../../connection/types';
import { fullName } from '../../plan/command/commandRules';
import type { CommandInfo } from '../../plan/command/commandNature';
import type { GivenWord } from '../../plan/command/commandText';

/**
 * What a server says of a command, of its subcommand where it knows it (from 7.0 on). Undefined where it does not have the
 * command, or does not let this user ask. Rejects with a ConnectionError.
 */
export async function askCommandInfo(
  words: readonly GivenWord[],
  connection: NodeConnection,
  options: { signal?: AbortSignal; timeoutMilliseconds?: number } = {},
): Promise<CommandInfo | undefined> {
  const { name, withSub } = fullName(words);
  const [reply] = await connection.pipeline([['COMMAND', 'INFO', withSub.replace(' ', '|'), name]], options);
  if (!Array.isArray(reply)) return undefined;
  return reply.map(readInfo).find(info => info !== undefined);
}

/** name, arity, flags, first, last, step, ACL categories (from Redis 6 on), ... */
function readInfo(entry: Reply): CommandInfo | undefined {
  if (!Array.isArray(entry) || entry.length === 0) return undefined;
  const [, , flags, , , , categories] = entry;
  return { flags: textsOf(flags), categories: textsOf(categories) };
}

function textsOf(reply: Reply | undefined): string[] {
  return Array.isArray(reply) ? reply.map(String) : [];
}
