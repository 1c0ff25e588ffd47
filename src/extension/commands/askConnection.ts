import * as vscode from 'vscode';
import { connect, type ClusterClient, type ConnectOptions, type Topology } from '../../core/index';
import { viewIds } from '../../shared/commandIds';
import { askSsh, type SshAnswer } from '../clusterList/askSsh';
import { askSecurity, type Security } from '../clusterList/askTls';
import { confirmHostKey } from '../confirmHostKey';
import type { Choice, Prompts } from '../prompts';
import type { ClusterDefinition, ClusterSecrets } from '../sessions/types';
import { jumpHostText } from '../sessions/jumpHostText';
import { readSsh } from '../sessions/readSsh';
import { readTls } from '../sessions/readTls';
import { parseAddressList } from './addressList';
import { newClusterId } from './newClusterId';

/** How to reach a cluster, as far as the user was asked. */
export interface ConnectionDraft extends ClusterSecrets {
  nodes: string[];
  username?: string;
  tls?: NonNullable<ClusterDefinition['tls']>;
  addressMap?: Record<string, string>;
  ssh?: NonNullable<ClusterDefinition['ssh']>;
}

/** What an argument object says of how to connect. Throws an Error for a bad or doubled address. */
export function draftOf(given: Omit<ConnectionDraft, 'nodes'>, nodes: readonly string[]): ConnectionDraft {
  const { username, password, tls, ssh, addressMap } = given;
  return {
    nodes: parseAddressList(nodes.join(',')),
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(tls && { tls }),
    ...(ssh && { ssh }),
    ...(addressMap && { addressMap }),
  };
}

/** An entry of the list, with an id of its own, that is reached like that; it holds no secret. */
export function definitionOf(
  { nodes, username, tls, ssh, addressMap }: ConnectionDraft,
  name: string,
): ClusterDefinition {
  return {
    ...{ id: newClusterId(name), name, nodes },
    ...(username !== undefined && { username }),
    ...(tls && { tls }),
    ...(ssh && { ssh }),
    ...(addressMap && { addressMap }),
  };
}

export async function askAddresses(
  prompts: Prompts,
  title: string,
  prompt: string,
  value: string,
  fewest = 1,
): Promise<string[] | undefined> {
  const text = await prompts.input({
    title,
    prompt,
    value,
    placeholder: '10.0.0.1:6379, 10.0.0.2:6379',
    validate: typed => reasonAgainst(typed, fewest),
  });
  return text === undefined ? undefined : parseAddressList(text);
}

/** Of one server. */
export async function askAddress(prompts: Prompts, title: string, prompt: string): Promise<string | undefined> {
  const placeholder = '10.0.0.1:6379';
  const text = await prompts.input({ title, prompt, placeholder, validate: typed => reasonAgainst(typed, 1, 1) });
  return text === undefined ? undefined : parseAddressList(text)[0];
}

/**
 * Asks for TLS, user and password, and where `offersJumpHost` for one of these; `earlier` fills the boxes when something has
 * to be corrected.
 */
export async function askCredentials(
  prompts: Prompts,
  title: string,
  earlier: Omit<ConnectionDraft, 'nodes'>,
  passwordPrompt = vscode.l10n.t('Password. Leave empty for none. It is kept in the secret storage of VS Code.'),
  offersJumpHost = false,
): Promise<Omit<ConnectionDraft, 'nodes'> | undefined> {
  const { ssh: sshBefore, sshSecret: secretBefore } = earlier;
  let way: SshAnswer = {
    ...(sshBefore && { ssh: sshBefore }),
    ...(secretBefore !== undefined && { sshSecret: secretBefore }),
  };
  const ask = (): Promise<Security | 'jumpHost' | undefined> =>
    askSecurity<'jumpHost'>(prompts, title, earlier.tls, offersJumpHost ? [jumpHostChoice(way)] : []);
  let secured = await ask();
  while (secured === 'jumpHost') {
    const answer = await askSsh(prompts, title, way.ssh);
    if (!answer) return undefined;
    way = answer;
    secured = await ask();
  }
  if (secured === undefined) return undefined;
  const caFile = secured === 'tls' ? await askCaFile(prompts, title, earlier.tls?.caFile ?? '') : '';
  if (caFile === undefined) return undefined;
  const username = await prompts.input({
    title,
    prompt: vscode.l10n.t('ACL user. Leave empty for the default user.'),
    value: earlier.username ?? '',
  });
  if (username === undefined) return undefined;
  const password = await prompts.input({
    title,
    prompt: passwordPrompt,
    password: true,
    value: earlier.password ?? '',
  });
  if (password === undefined) return undefined;
  return {
    ...(username !== '' && { username }),
    ...(password !== '' && { password }),
    ...(secured === 'tls' && { tls: caFile === '' ? {} : { caFile } }),
    ...(secured === 'unverified' && { tls: { skipVerification: true } }),
    ...way,
  };
}

function jumpHostChoice({ ssh }: SshAnswer): Choice<'jumpHost'> {
  return {
    label: vscode.l10n.t('Through an SSH Jump Host…'),
    description: ssh ? jumpHostText(ssh) : vscode.l10n.t('asked first, then this again'),
    value: 'jumpHost',
  };
}

/** Looks at the nodes once, through a client of its own that is closed again. */
export async function lookOnce(draft: ConnectionDraft): Promise<Topology> {
  return withClient(draft, client => client.observe());
}

/** Does something through a client of its own that is closed again; VS Code shows that something is going on. */
export async function withClient<Result>(
  draft: ConnectionDraft,
  work: (client: ClusterClient) => Promise<Result>,
): Promise<Result> {
  const { nodes, username, password, tls, addressMap, keyPassphrase, ssh, sshSecret } = draft;
  const options: ConnectOptions = {
    nodes,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(addressMap && { addressMap }),
    ...(tls && { tls: await readTls(tls, keyPassphrase) }),
    ...(ssh && { ssh: await readSsh(ssh, sshSecret, confirmHostKey) }),
  };
  return vscode.window.withProgress({ location: { viewId: viewIds.clusters } }, async () => {
    const client = connect(options);
    try {
      return await work(client);
    } finally {
      await client.close();
    }
  });
}

async function askCaFile(prompts: Prompts, title: string, value: string): Promise<string | undefined> {
  return prompts.input({
    title,
    prompt: vscode.l10n.t('Path of the CA certificate (PEM). Leave empty for the authorities of this machine.'),
    value,
  });
}

function reasonAgainst(typed: string, fewest: number, most = Infinity): string | undefined {
  try {
    const count = parseAddressList(typed).length;
    if (count > most) return vscode.l10n.t('Too many addresses: {0} given, {1} wanted.', count, most);
    return count < fewest ? vscode.l10n.t('Too few addresses: {0} given, {1} needed.', count, fewest) : undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
