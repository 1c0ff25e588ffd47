import { ConnectionError } from '../connectionError';
import { formatAddress, type Address } from '../../topology/address';
import type { HostKeyVerdict } from './knownHosts';

/** Everything known about an SSH connection that could not be opened, or was lost. */
export interface SshFailure {
  /** `bastion:22` */
  jumpHost: string;
  username: string;
  error: Error & { code?: string | number; level?: string };
  /** How it was tried to sign in. */
  tried: readonly string[];
  /** What the jump host takes; absent before it was asked. */
  accepted?: readonly string[];
  /** What the agent said, where it failed. */
  agentFault?: Error;
}

const nodesMayBeWell = 'Whether the nodes behind it are well is not known: no other way leads there.';

/** Why the jump host did not let us in. Pure. */
export function describeSshFailure({
  jumpHost,
  username,
  error,
  tried,
  accepted,
  agentFault,
}: SshFailure): ConnectionError {
  const name = `The jump host ${jumpHost}`;
  const code = String(error.code ?? '');
  const fail = (kind: ConnectionError['code'], what: string, remedy: string): ConnectionError =>
    new ConnectionError(kind, what, { now: nodesMayBeWell, remedy, cause: error });
  const unreachable = (what: string, remedy: string): ConnectionError => fail('jumpHostUnreachable', what, remedy);
  if (error.level === 'client-authentication' || /authentication failures/i.test(error.message)) {
    const wanted = accepted && accepted.length > 0 ? ` It accepts: ${accepted.join(', ')}.` : '';
    if (agentFault)
      return fail(
        'sshAgentMissing',
        `The SSH agent cannot be used: ${agentFault.message}. ${name} did not let "${username}" in without it (tried: ${list(tried)}).`,
        'Start the agent, name a key file, or enter a password.',
      );
    return fail(
      'jumpHostRefusedLogin',
      `${name} did not let "${username}" in (tried: ${list(tried)}).${wanted}`,
      'Correct the user, the key or the password of the jump host. So that it does not lock us out, it is tried again after a minute at first, and less and less often then.',
    );
  }
  if (tried.length > 0)
    return fail(
      'jumpHostRefusedLogin',
      `${name} did not let "${username}" in (tried: ${list(tried)}): ${error.message}.`,
      'Confirm at the SSH agent if it asks; else look at the log of the jump host. It is tried again after a minute at first, and less and less often then.',
    );
  switch (code) {
    case 'ECONNREFUSED':
      return unreachable(
        `${name} refused the connection: nothing listens on that port.`,
        'Start its SSH server, or correct the port.',
      );
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return unreachable(`${name} cannot be found: its name is not known.`, 'Correct its name, or check the network.');
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return unreachable(`${name} cannot be reached: there is no way to its network (${code}).`, 'Check the network.');
  }
  if (error.level === 'client-timeout' || code === 'ETIMEDOUT')
    return unreachable(
      `${name} did not let us in within 20 s: ${error.message}.`,
      'It may be down or overloaded, or a firewall drops the packets.',
    );
  if (error.level === 'handshake' || error.level === 'protocol')
    return unreachable(
      `${name} and this computer do not understand each other: ${error.message}.`,
      'Check that an SSH server answers there, and which algorithms it allows.',
    );
  return unreachable(
    `The connection to the jump host ${jumpHost} failed: ${error.message}.`,
    'Check that an SSH server answers there.',
  );
}

/** The SSH connection closed while it was in use. */
export function lostJumpHost(jumpHost: string, error: Error | undefined): ConnectionError {
  const isSilent = error?.message === 'Keepalive timeout';
  return new ConnectionError(
    'jumpHostLost',
    isSilent
      ? `The jump host ${jumpHost} went silent, and the connections through it are gone.`
      : `The jump host ${jumpHost} closed the SSH connection, and the connections through it are gone.`,
    {
      now: nodesMayBeWell,
      remedy: 'It is dialled again by itself; the nodes are seen again when it is back.',
      cause: error,
    },
  );
}

/** A host key that is not taken. `fingerprint`: of what it showed. */
export function refuseHostKey(
  jumpHost: string,
  verdict: Exclude<HostKeyVerdict, 'known'>,
  { keyType, fingerprint, files }: { keyType: string; fingerprint: string; files: readonly string[] },
): ConnectionError {
  const shown = `${keyType} ${fingerprint}`;
  const now = 'No password and no key was shown to it, and no node was dialled.';
  if (verdict === 'unknown')
    return new ConnectionError(
      'jumpHostKeyUnknown',
      `The jump host ${jumpHost} is not known here, and nobody confirmed its key (${shown}).`,
      {
        now,
        remedy: `Compare the fingerprint with the host's, then confirm it by "Test Connection", or connect once with ssh: that adds it to ${files[0]}.`,
      },
    );
  const what =
    verdict === 'changed'
      ? `The jump host ${jumpHost} shows another key than before (${shown}).`
      : `The key of the jump host ${jumpHost} was revoked (${shown}).`;
  return new ConnectionError('jumpHostKeyChanged', `${what} Someone may be in between, or it was installed anew.`, {
    now,
    remedy: `Ask whoever runs it. If the new key is right, take the old one out of ${files.join(' or ')} (ssh-keygen -R).`,
  });
}

/**
 * The jump host did not open a way to an address: what it met there as this computer would have told it, with the code of the
 * system; else a ConnectionError. Pure.
 */
export function describeChannelFailure(jumpHost: string, address: Address, error: Error & { reason?: unknown }): Error {
  const node = formatAddress(address);
  const told = error.message.replace(/^\(SSH\) Channel open failure: /, '');
  // SSH_OPEN_ADMINISTRATIVELY_PROHIBITED (RFC 4254, 5.1)
  if (error.reason === 1)
    return new ConnectionError(
      'forwardingForbidden',
      `The jump host ${jumpHost} lets us in, but forbids to go on to ${node}.`,
      {
        node,
        remedy: 'Allow it in its sshd_config: AllowTcpForwarding local (or yes), and PermitOpen for the nodes.',
        cause: error,
      },
    );
  const met = meanings.find(({ words }) => words.test(told));
  if (met) return Object.assign(new Error(told), { code: met.code });
  return new ConnectionError('jumpHostCannotReach', `The jump host ${jumpHost} opens no way to ${node}: ${told}.`, {
    node,
    remedy: 'Look at the log of its SSH server. Names and addresses count as the jump host sees them.',
    cause: error,
  });
}

// sshd hands on what its own system says (channels.c, connect_to_helper).
const meanings = [
  { words: /refused/i, code: 'ECONNREFUSED' },
  { words: /timed out/i, code: 'ETIMEDOUT' },
  { words: /no route|unreachable/i, code: 'EHOSTUNREACH' },
  { words: /unknown host|not known|resol/i, code: 'ENOTFOUND' },
];

function list(tried: readonly string[]): string {
  return [...new Set(tried)].join(', ') || 'nothing';
}
