import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The cluster's id of the server that stored its state in this folder; undefined before it stored any. */
export function readNodeId(directory: string): string | undefined {
  try {
    return OWN_LINE.exec(readFileSync(join(directory, 'nodes.conf'), 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}

// `<id> <address> myself,master ...`, as in CLUSTER NODES.
const OWN_LINE = /^([0-9a-f]{40}) \S+ (?:\S+,)?myself\b/m;
