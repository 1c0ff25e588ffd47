import type { Redis } from 'ioredis';
import type { LinkTarget } from './linkTarget';
import { ConnectionError } from './connectionError';
import { isErrorReply, refusal } from './refusal';
import type { CommandWords } from './types';

/** The name every connection bears in the server's CLIENT LIST. */
export const CLIENT_NAME = 'redis-cluster-manager';

/** What answered is no server of ours: its reply makes no sense. */
export class SenselessReply extends Error {
  override name = 'SenselessReply' as const;
}

/**
 * Signs in and names the connection, in one round trip. Rejects with a ConnectionError (`wrongPassword`,
 * `passwordRequired`, `protectedMode`, `maxClients`, `usersNotSupported`), a SenselessReply, or what ioredis says when the
 * connection breaks. A server that needs no password is content with one.
 */
export async function greet(redis: Redis, target: GreetTarget): Promise<void> {
  const { node } = target;
  const signIn = signInWords(target);
  redis.stream.cork();
  const signedIn = signIn && redis.call(...signIn);
  const named = redis.call('CLIENT', 'SETNAME', CLIENT_NAME);
  redis.stream.uncork();
  // Both are on their way; whichever fails first is enough, and the other must not surface as an unhandled rejection.
  named.catch(() => undefined);
  if (signIn && signedIn) {
    const refused = await refusalOf(signedIn);
    if (refused !== undefined && !needsNoPassword.test(refused))
      throw turnAway(refused, target) ?? refusal(node, signIn, refused);
  }
  // The name is a courtesy: a user who may not set it is still let in.
  const refused = await refusalOf(named);
  const turnedAway = refused === undefined ? undefined : turnAway(refused, target);
  if (turnedAway) throw turnedAway;
}

/** Undefined where nobody has to sign in. */
export function signInWords({ username, password }: GreetTarget): CommandWords | undefined {
  if (username) return ['AUTH', username, password ?? ''];
  return password ? ['AUTH', password] : undefined;
}

/** The error reply, undefined after OK. */
async function refusalOf(reply: Promise<unknown>): Promise<string | undefined> {
  try {
    if ((await reply) !== 'OK') throw new SenselessReply('OK was expected.');
    return undefined;
  } catch (error) {
    if (isErrorReply(error)) return error.message;
    throw error;
  }
}

export type GreetTarget = Pick<LinkTarget, 'node' | 'username' | 'password'>;

// Redis 5 and 6+ word it differently (auth.c, acl.c: authCommand).
export const needsNoPassword = /no password is set|without any password configured/;

/** What an error reply means that keeps us out altogether; undefined for any other. Pure. */
export function turnAway(reply: string, { node, username, password }: GreetTarget): ConnectionError | undefined {
  const user = username ? `user "${username}"` : 'the default user';
  if (reply.startsWith('WRONGPASS') && !password)
    return new ConnectionError('passwordRequired', `${node} wants a password for ${user}, and none was given.`, {
      node,
      remedy: 'Enter its password, or correct the user.',
    });
  if (/^WRONGPASS|^ERR invalid password/.test(reply))
    return new ConnectionError('wrongPassword', `${node} did not accept the password for ${user}.`, {
      node,
      remedy: 'Enter the right user and password; the user may also be disabled there.',
    });
  if (reply.startsWith('NOAUTH'))
    return new ConnectionError('passwordRequired', `${node} wants a password, and none was given.`, {
      node,
      remedy: 'Enter its password.',
    });
  if (reply.startsWith('DENIED'))
    return new ConnectionError(
      'protectedMode',
      `${node} is in protected mode: without a password it serves only its own host.`,
      { node, remedy: 'Set a password there (requirepass), or connect from its host.' },
    );
  if (/^ERR max number of clients/.test(reply))
    return new ConnectionError('maxClients', `${node} takes no more clients: its maxclients limit is reached.`, {
      node,
      remedy: 'Close clients (CLIENT LIST, CLIENT KILL) or raise maxclients there.',
    });
  if (/wrong number of arguments for 'auth'/.test(reply))
    return new ConnectionError('usersNotSupported', `${node} knows no users: it is older than Redis 6.`, {
      node,
      remedy: 'Leave the user name empty and give the password alone.',
    });
  return undefined;
}
