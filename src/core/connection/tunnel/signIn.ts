import { userInfo } from 'node:os';
import type { AnyAuthMethod, AuthenticationType, utils } from 'ssh2';
import { ConnectionError } from '../connectionError';
import type { SshOptions } from './types';

/** One after the other, each with what a person calls it. */
export type SignInMethods = readonly { name: string; onTheWire: AuthenticationType; method: AnyAuthMethod }[];

/** Default: as `ssh` does, the user this process runs as. */
export function jumpUser({ username }: SshOptions): string {
  return username ?? userInfo().username;
}

/** Throws a ConnectionError `sshKeyUnreadable`, `sshAgentMissing`. `jumpHost`: its name. */
export function signInMethods(
  options: SshOptions,
  jumpHost: string,
  parseKey: (typeof utils)['parseKey'],
): SignInMethods {
  const { key, passphrase, password } = options;
  const username = jumpUser(options);
  const wantsAgent = options.useAgent ?? (key === undefined && password === undefined);
  if (key !== undefined) checkKey(key, passphrase, jumpHost, parseKey);
  return [
    ...(key === undefined
      ? []
      : [
          {
            name: 'key file',
            onTheWire: 'publickey' as const,
            method: {
              type: 'publickey' as const,
              username,
              key,
              ...(passphrase !== undefined && { passphrase }),
            },
          },
        ]),
    ...(wantsAgent
      ? [
          {
            name: 'SSH agent',
            onTheWire: 'publickey' as const,
            method: { type: 'agent' as const, username, agent: agentSocket(options, jumpHost) },
          },
        ]
      : []),
    ...(password === undefined
      ? []
      : [
          {
            name: 'password',
            onTheWire: 'password' as const,
            method: { type: 'password' as const, username, password },
          },
          // How servers with PAM ask for the same; more than one question is about something we do not know.
          {
            name: 'password',
            onTheWire: 'keyboard-interactive' as const,
            method: {
              type: 'keyboard-interactive' as const,
              username,
              prompt: (
                _name: string,
                _instructions: string,
                _language: string,
                prompts: readonly { echo?: boolean }[],
                finish: (answers: string[]) => void,
              ) => finish(prompts.length === 1 && !prompts[0]?.echo ? [password] : []),
            },
          },
        ]),
  ];
}

function checkKey(
  key: string,
  passphrase: string | undefined,
  jumpHost: string,
  parseKey: (typeof utils)['parseKey'],
): void {
  const parsed: unknown = passphrase === undefined ? parseKey(key) : parseKey(key, passphrase);
  const fault = (Array.isArray(parsed) ? parsed[0] : parsed) as Error | { isPrivateKey(): boolean } | undefined;
  if (fault && 'isPrivateKey' in fault && fault.isPrivateKey()) return;
  const now = `The jump host ${jumpHost} was not dialled.`;
  const isEncrypted = fault instanceof Error && /encrypted|passphrase|decrypt|integrity/i.test(fault.message);
  if (!isEncrypted)
    throw new ConnectionError('sshKeyUnreadable', 'The key file for the jump host holds no private key.', {
      now,
      remedy: 'Name the private key, in the format of OpenSSH, PEM or PuTTY; not the .pub file beside it.',
    });
  throw new ConnectionError(
    'sshKeyUnreadable',
    passphrase === undefined
      ? 'The SSH key is encrypted, and its passphrase is missing.'
      : 'The SSH key cannot be decrypted: its passphrase is wrong.',
    { now, remedy: 'Use "Enter SSH Passphrase or Password".' },
  );
}

function agentSocket({ agentSocket }: SshOptions, jumpHost: string): string {
  const found = agentSocket ?? process.env.SSH_AUTH_SOCK;
  if (found) return found;
  if (process.platform === 'win32') return String.raw`\\.\pipe\openssh-ssh-agent`;
  throw new ConnectionError('sshAgentMissing', 'There is no SSH agent: SSH_AUTH_SOCK is not set for VS Code.', {
    now: `The jump host ${jumpHost} was not dialled.`,
    remedy: 'Start the agent before VS Code, name a key file, or enter a password.',
  });
}
