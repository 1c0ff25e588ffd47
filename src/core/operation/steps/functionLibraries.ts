import type { NodeRef } from '../../plan/types';
import type { Reply } from '../../connection/types';
import { fieldsOf, isNotAvailable, textOf } from './replies';
import type { ManagedNodes } from './types';

/** A function library as FUNCTION LIST WITHCODE tells it (Redis 7.0 and newer). */
export interface FunctionLibrary {
  name: string;
  code: string;
  functions: readonly string[];
}

/** What one node has; `undefined` where functions do not exist or may not be read. */
export async function readLibraries(node: NodeRef, nodes: ManagedNodes): Promise<FunctionLibrary[] | undefined> {
  try {
    return librariesIn(await nodes.node(node.address).command(['FUNCTION', 'LIST', 'WITHCODE']), node.address);
  } catch (error) {
    if (isNotAvailable(error)) return undefined;
    throw error;
  }
}

/** All libraries of a node as one binary text. */
export function dumpFunctions(node: NodeRef, nodes: ManagedNodes): Promise<Buffer> {
  return nodes.node(node.address).commandBuffer(['FUNCTION', 'DUMP']);
}

function librariesIn(reply: Reply, address: string): FunctionLibrary[] {
  if (!Array.isArray(reply)) return [];
  const text = (fields: ReadonlyMap<string, Reply>, name: string): string =>
    textOf(fields.get(name), address, 'FUNCTION LIST');
  return reply.map(entry => {
    const fields = fieldsOf(entry);
    const functions = fields.get('functions');
    return {
      name: text(fields, 'library_name'),
      code: text(fields, 'library_code'),
      functions: Array.isArray(functions) ? functions.map(each => text(fieldsOf(each), 'name')) : [],
    };
  });
}

/**
 * Why the libraries of these nodes cannot be put together, whole sentences: one name with two codes, or one function
 * name in two libraries. Empty when they can.
 */
export function libraryConflicts(
  holdings: readonly { node: NodeRef; libraries: readonly FunctionLibrary[] }[],
): string[] {
  const conflicts = new Set<string>();
  const codes = new Map<string, { node: NodeRef; code: string }>();
  const owners = new Map<string, { node: NodeRef; library: string }>();
  for (const { node, libraries } of holdings)
    for (const { name, code, functions } of libraries) {
      const same = codes.get(name);
      if (!same) codes.set(name, { node, code });
      else if (same.code !== code)
        conflicts.add(
          `${same.node.address} and ${node.address} have different code in the function library "${name}".`,
        );
      for (const each of functions) {
        const owner = owners.get(each);
        if (!owner) owners.set(each, { node, library: name });
        else if (owner.library !== name)
          conflicts.add(
            `The function "${each}" is in the library "${owner.library}" on ${owner.node.address} and in "${name}" on ${node.address}.`,
          );
      }
    }
  return [...conflicts];
}
