import { connect } from 'node:net';
import type { Client } from 'ssh2';
import type { Address } from '../../topology/address';
import { withDeadline } from '../deadline';
import { judgeHostKey, knownKeyTypes, type HostKey, type HostKeyVerdict } from './knownHosts';
import { loadSsh2 } from './loadSsh2';
import { jumpUser, signInMethods } from './signIn';
import { describeSshFailure } from './sshFailure';
import type { SshOptions } from './types';

const openMilliseconds = 20_000;
const defaultKeepaliveMilliseconds = 2000;

/** Signed in, or the key that stood in the way. */
export type SshOutcome =
  | { client: Client; signedInBy: string; end: () => void }
  | { hostKey: HostKey; verdict: Exclude<HostKeyVerdict, 'known'> };

/**
 * Dials a jump host, checks its key against `knownHosts` and signs in; nothing secret is shown to one whose key is not
 * known. Rejects with a ConnectionError or the signal's reason; leaves nothing behind then. `end` ends it at once.
 */
export async function connectSsh(
  options: SshOptions,
  { address, name }: { address: Address; name: string },
  knownHosts: string,
  signal: AbortSignal,
): Promise<SshOutcome> {
  // Loaded with the first tunnel.
  const { Client, utils } = await loadSsh2();
  signal.throwIfAborted();
  const methods = signInMethods(options, name, utils.parseKey);
  const client = new Client();
  // Our own: the library leaves one alone that it has half closed.
  const socket = connect(address);
  const end = (): void => void socket.destroy();
  socket.on('error', () => undefined);
  const username = jumpUser(options);
  const left = [...methods];
  const tried: string[] = [];
  let accepted: readonly string[] | undefined;
  let agentFault: Error | undefined;
  let refused: SshOutcome | undefined;
  const opened = new Promise<SshOutcome>((resolve, reject) => {
    client.once('ready', () => resolve({ client, signedInBy: tried.at(-1) ?? 'nothing', end }));
    client.on('error', (error: Error & { level?: string }) => {
      // The other methods come next.
      if (error.level === 'agent') agentFault = error;
      else reject(error);
    });
    client.once('close', () => reject(new Error('it closed the connection')));
  });
  try {
    client.connect({
      sock: socket,
      username,
      readyTimeout: openMilliseconds,
      keepaliveInterval: options.keepaliveMilliseconds ?? defaultKeepaliveMilliseconds,
      keepaliveCountMax: 2,
      algorithms: { serverHostKey: hostKeyAlgorithms(knownKeyTypes(knownHosts, address)) },
      hostVerifier: (hostKey: Buffer) => {
        const verdict = judgeHostKey(knownHosts, address, hostKey);
        if (verdict !== 'known') refused = { hostKey: Buffer.from(hostKey), verdict };
        return verdict === 'known';
      },
      authHandler: (methodsLeft, _isPartly, next) => {
        accepted = methodsLeft ?? accepted;
        // What it does not take would count as one more failure there.
        while (left[0] && methodsLeft && !methodsLeft.includes(left[0].onTheWire)) left.shift();
        const following = left.shift();
        // The types leave out what ends it.
        if (!following) return next(false as never);
        tried.push(following.name);
        next(following.method);
      },
    });
    const outcome = await withDeadline(opened, openMilliseconds, () => silent, signal);
    client.setNoDelay(true);
    return outcome;
  } catch (error) {
    client.on('error', () => undefined);
    end();
    signal.throwIfAborted();
    if (refused) return refused;
    throw describeSshFailure({
      jumpHost: name,
      username,
      error: error as Error,
      tried,
      ...(accepted && { accepted }),
      ...(agentFault && { agentFault }),
    });
  }
}

const silent = Object.assign(new Error('it gave no answer'), { level: 'client-timeout' });

const algorithms = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
] as const;

/** Those it is known by first, or a key that was always there would look like a changed one. */
function hostKeyAlgorithms(known: readonly string[]): (typeof algorithms)[number][] {
  const isKnown = (algorithm: string): boolean =>
    known.includes(algorithm) || (algorithm.startsWith('rsa-') && known.includes('ssh-rsa'));
  return [...algorithms.filter(isKnown), ...algorithms.filter(algorithm => !isKnown(algorithm))];
}
