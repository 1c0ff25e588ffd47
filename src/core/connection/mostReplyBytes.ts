import type { CommandWords } from './types';

/**
 * What the reply to a command may take in memory, about, before its sender is given up as no server of ours. A question about
 * the server or its cluster brings a few MB at most (CLUSTER NODES and CLUSTER LINKS of 1000 nodes, CLIENT LIST of 50,000
 * clients); keys and values are as large as servers let them be (proto-max-bulk-len: 512 MB).
 */
export function mostReplyBytes([name]: CommandWords): number {
  return aboutServer.has(name.toUpperCase()) ? 32 * 2 ** 20 : 2 ** 30;
}

const aboutServer = new Set(
  'ACL ASKING AUTH CLIENT CLUSTER COMMAND CONFIG DBSIZE HELLO INFO LATENCY MODULE PING REPLCONF ROLE SELECT SLOWLOG TIME'.split(
    ' ',
  ),
);
