import { l10n } from 'vscode';
import { parseAddressList } from '../commands/addressList';

/** What a link from outside asks for. Whoever made it is unknown: nothing of it is done before a person agreed. */
export type ClusterLink =
  | { kind: 'add'; nodes: string[]; name?: string; username?: string; tls: boolean }
  /** `cluster`: an id or a name. */
  | { kind: 'show'; cluster: string };

const longestQuery = 4000;
const longestText = 100;

/**
 * Reads `/add?nodes=host:port,host:port&name=…&user=…&tls=true` and `/show?cluster=…`. Throws an Error in words for anything
 * else, known parameters given twice and passwords included; none of its texts quotes the link.
 */
export function parseLink({ path, query }: { path: string; query: string }): ClusterLink {
  if (query.length > longestQuery) throw new Error(l10n.t('The link is too long.'));
  switch (path) {
    case '/add': {
      const { nodes, name, user, tls } = parametersIn(query, ['nodes', 'name', 'user', 'tls']);
      if (nodes === undefined) throw new Error(l10n.t('The link names no node.'));
      if (tls !== undefined && tls !== 'true' && tls !== 'false')
        throw new Error(l10n.t('In the link, "tls" is neither true nor false.'));
      return {
        kind: 'add',
        nodes: nodesIn(nodes),
        ...(name !== undefined && { name: textIn('name', name) }),
        ...(user !== undefined && { username: userIn(user) }),
        tls: tls === 'true',
      };
    }
    case '/show': {
      const { cluster } = parametersIn(query, ['cluster']);
      if (cluster === undefined) throw new Error(l10n.t('The link names no cluster.'));
      return { kind: 'show', cluster: textIn('cluster', cluster) };
    }
    default:
      throw new Error(l10n.t('A link can add a cluster ("/add") or show one ("/show"), nothing else.'));
  }
}

function parametersIn<Key extends string>(query: string, keys: readonly Key[]): Partial<Record<Key, string>> {
  const found: Partial<Record<Key, string>> = {};
  for (const [key, value] of new URLSearchParams(query)) {
    if (/pass|pw|secret|auth/i.test(key))
      throw new Error(l10n.t('The link holds a password. Nobody should send one like that; none is read from a link.'));
    const known = keys.find(each => each === key);
    if (known === undefined)
      throw new Error(l10n.t('The link says something that is not known here. It can name: {0}.', keys.join(', ')));
    if (found[known] !== undefined) throw new Error(l10n.t('The link gives "{0}" twice.', known));
    found[known] = value;
  }
  return found;
}

function nodesIn(text: string): string[] {
  let nodes: string[];
  try {
    nodes = parseAddressList(text);
  } catch {
    // What it says quotes the text.
    throw new Error(
      l10n.t('The nodes in the link are no list of addresses, each once, like 10.0.0.1:6379,10.0.0.2:6379.'),
    );
  }
  if (nodes.length === 0) throw new Error(l10n.t('The link names no node.'));
  return nodes;
}

function textIn(key: string, text: string): string {
  // Also what turns the order of letters round, so that a name reads as another.
  if (text.trim() === '' || text.length > longestText || /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text))
    throw new Error(l10n.t('In the link, "{0}" is not a line of 1 to {1} characters.', key, longestText));
  return text.trim();
}

function userIn(text: string): string {
  if (!/^[\w.@-]{1,100}$/.test(text)) throw new Error(l10n.t('In the link, "user" is not the name of a user.'));
  return text;
}
