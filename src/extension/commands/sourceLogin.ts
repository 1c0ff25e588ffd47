import * as vscode from 'vscode';
import type { JournaledOperation, SourceLogin } from '../../core/index';
import type { Prompts } from '../prompts';
import { readTls } from '../sessions/readTls';
import { askCredentials } from './askConnection';

/** Of this window only: a server that keys are imported from once is not worth a place in the secret storage. */
const logins = new Map<string, SourceLogin>();

export function rememberLogin(address: string, login: SourceLogin): void {
  logins.set(address, login);
}

/** Asks how the server is signed in to; undefined when the person turned away. */
export async function askSourceLogin(
  prompts: Prompts,
  title: string,
  address: string,
): Promise<SourceLogin | undefined> {
  const prompt = vscode.l10n.t('Password of {0}. Leave empty for none. It is kept until this window closes.', address);
  const given = await askCredentials(prompts, title, {}, prompt);
  return given && loginOf({ ...given });
}

/** What an argument object, or a person, says of the login. Throws a ClusterError for a file that cannot be read. */
export async function loginOf({ username, password, tls }: Record<string, unknown>): Promise<SourceLogin> {
  return {
    ...(typeof username === 'string' && username !== '' && { username }),
    ...(typeof password === 'string' && password !== '' && { password }),
    ...(typeof tls === 'object' && tls !== null && { tls: await readTls(tls) }),
  };
}

/**
 * What an operation that is gone on with needs to read the server its keys come from: nothing for others; undefined when the
 * person turned away.
 */
export async function sourceLoginFor(
  prompts: Prompts,
  { plan, title }: JournaledOperation,
): Promise<{ sourceLogin?: SourceLogin } | undefined> {
  const source = plan?.steps.flatMap(step => (step.kind === 'copyKeys' ? [step.source] : []))[0];
  if (source === undefined) return {};
  const sourceLogin = logins.get(source) ?? (await askSourceLogin(prompts, title, source));
  if (!sourceLogin) return undefined;
  rememberLogin(source, sourceLogin);
  return { sourceLogin };
}
