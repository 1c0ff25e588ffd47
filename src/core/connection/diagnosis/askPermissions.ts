import type { NodeConnection, CommandWords, Reply } from '../types';
import { permissions, type Permission } from './permissions';
import type { PermissionFindings } from './types';

type Verdict = 'allowed' | 'missing' | 'withoutKeys' | 'absent' | 'unknown';

/**
 * What the user of this connection may do: by ACL DRYRUN, which runs nothing, else by trying what only reads. Never sends a
 * write. Rejects with a ConnectionError when the server cannot be asked.
 */
export async function askPermissions(
  connection: Pick<NodeConnection, 'pipeline'>,
  { username, signal }: { username?: string | undefined; signal?: AbortSignal },
): Promise<PermissionFindings> {
  const options = signal ? { signal } : {};
  const [whoAmI] = await connection.pipeline([['ACL', 'WHOAMI']], options);
  const user = typeof whoAmI === 'string' ? whoAmI : undefined;
  const name = user ?? (username || 'default');
  const dryRuns = permissions.map(({ words }): CommandWords => ['ACL', 'DRYRUN', name, ...words]);
  const [first] = await connection.pipeline(dryRuns.slice(0, 1), options);
  if (!(first instanceof Error)) {
    const replies = await connection.pipeline(dryRuns, options);
    return sortOut(user, 'dryRun', index => dryRunVerdict(replies[index]));
  }
  const askable = permissions.filter(({ canBeAsked }) => canBeAsked);
  const replies = await connection.pipeline(
    askable.map(({ words }) => words),
    options,
  );
  const answers = new Map(askable.map((permission, index) => [permission, askedVerdict(replies[index])]));
  return sortOut(user, 'asked', index => answers.get(permissions[index]!) ?? 'unknown');
}

function sortOut(
  user: string | undefined,
  how: PermissionFindings['how'],
  verdictOf: (index: number) => Verdict,
): PermissionFindings {
  const sorted: Record<Verdict, Permission[]> = { allowed: [], missing: [], withoutKeys: [], absent: [], unknown: [] };
  permissions.forEach((permission, index) => sorted[verdictOf(index)].push(permission));
  return { user, how, ...sorted };
}

// acl.c, aclCommand: "OK", or a text that says what the user may not; an error for a command the server does not have.
function dryRunVerdict(reply: Reply | Error | undefined): Verdict {
  if (reply === 'OK') return 'allowed';
  if (reply instanceof Error) return /not found|unknown/i.test(reply.message) ? 'absent' : 'unknown';
  if (typeof reply !== 'string') return 'unknown';
  return /no permissions to access|database/i.test(reply) ? 'withoutKeys' : 'missing';
}

// Servers ask for the right to a command after they know it and its number of words, and before they look at anything else.
function askedVerdict(reply: Reply | Error | undefined): Verdict {
  if (!(reply instanceof Error)) return 'allowed';
  if (/\bNOPERM\b/.test(reply.message))
    return /no permissions to access/i.test(reply.message) ? 'withoutKeys' : 'missing';
  return /unknown (sub)?command/i.test(reply.message) ? 'absent' : 'allowed';
}
