import type { PageNode } from '../shared/pageProtocol';

/**
 * What `when` clauses of `webview/context` menus see on a node, as the text of `data-vscode-context`:
 * `webviewSection == node`, `redisClusterNode =~ /\blocal\b/`, or one key per word, `rcm_local`. Commands get it as argument.
 */
export function nodeMenuContext(node: PageNode, clusterId: string): string {
  const words = node.contextValue.split(/\s+/).filter(word => word !== '');
  return JSON.stringify({
    webviewSection: 'node',
    nodeId: node.id,
    clusterId,
    redisClusterNode: node.contextValue,
    ...Object.fromEntries(words.map(word => [`rcm_${word}`, true])),
    preventDefaultContextMenuItems: true,
  });
}

/** The same for the rest of the page. */
export function pageMenuContext(clusterId: string): string {
  return JSON.stringify({ webviewSection: 'topology', clusterId, preventDefaultContextMenuItems: true });
}
