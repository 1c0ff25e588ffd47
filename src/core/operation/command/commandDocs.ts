import type { Reply } from '../../connection/types';
import type { Topology } from '../../topology/types';
import { fieldsOf, textOf } from '../steps/replies';
import type { NodesToAsk } from './commandNature';

/** A command, for the person who types it. */
export interface CommandDoc {
  /** `CONFIG SET` */
  name: string;
  /** `key value [NX|XX]`; empty where it takes none or the server does not tell. */
  syntax: string;
  /** Empty where the server does not tell. */
  summary: string;
}

/**
 * The commands of the first node that tells them: with syntax and summary from COMMAND DOCS (7.0 and newer), else their names from
 * COMMAND LIST. Empty when none tells. Rejects with the reason of the signal alone.
 */
export async function commandDocs(
  { nodes: all }: Topology,
  nodes: NodesToAsk,
  signal: AbortSignal | undefined,
): Promise<CommandDoc[]> {
  for (const { address } of all.filter(({ reachable }) => reachable)) {
    try {
      const [docs, list] = await nodes.node(address).pipeline(
        [
          ['COMMAND', 'DOCS'],
          ['COMMAND', 'LIST'],
        ],
        signal && { signal },
      );
      const found = Array.isArray(docs)
        ? readDocs(docs)
        : Array.isArray(list)
          ? list.map(name => nameOnly(name, address))
          : [];
      if (found.length > 0) return found.sort((one, other) => (one.name < other.name ? -1 : 1));
    } catch {
      // The next one may tell.
      signal?.throwIfAborted();
    }
  }
  return [];
}

function nameOnly(name: Reply, address: string): CommandDoc {
  return { name: textOf(name, address, 'COMMAND LIST').toUpperCase().replace('|', ' '), syntax: '', summary: '' };
}

/** name, document, name, document ...; containers have documents of their subcommands inside. */
function readDocs(reply: Reply[]): CommandDoc[] {
  const docs: CommandDoc[] = [];
  for (const [name, document] of fieldsOf(reply)) {
    const fields = fieldsOf(document);
    const subcommands = fields.get('subcommands');
    if (Array.isArray(subcommands) && subcommands.length > 0) docs.push(...readDocs(subcommands));
    else
      docs.push({
        name: name.toUpperCase().replace('|', ' '),
        syntax: syntaxOf(fields.get('arguments')),
        summary: String(fields.get('summary') ?? ''),
      });
  }
  return docs;
}

function syntaxOf(reply: Reply | undefined): string {
  return Array.isArray(reply) ? reply.map(argumentText).join(' ') : '';
}

// The shape is that of COMMAND DOCS: name, type, token, flags and, of blocks and choices, arguments.
function argumentText(reply: Reply): string {
  const fields = fieldsOf(reply);
  const [name, type, token] = ['name', 'type', 'token'].map(field => fields.get(field));
  const flags = Array.isArray(fields.get('flags')) ? (fields.get('flags') as Reply[]).map(String) : [];
  const inner = fields.get('arguments');
  const parts = Array.isArray(inner) ? inner.map(argumentText) : [];
  const isChoice = type === 'oneof';
  const value = parts.length > 0 ? parts.join(isChoice ? '|' : ' ') : type === 'pure-token' ? '' : String(name);
  const once = [
    token === undefined ? '' : String(token),
    isChoice && !flags.includes('optional') ? `<${value}>` : value,
  ]
    .filter(Boolean)
    .join(' ');
  const text = flags.includes('multiple') ? `${once} [${once} ...]` : once;
  return flags.includes('optional') ? `[${text}]` : text;
}
