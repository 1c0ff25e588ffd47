import type { NodeConnection } from '../../connection/types';
import { figureOf } from '../../topology/figureOf';
import { textOf } from '../steps/replies';

export interface ConnectedClient {
  id: string;
  address: string;
  /** What it calls itself; empty for most. */
  name: string;
  /** `jedis 5.1.0`; empty where the library or the server (before 7.2) does not tell. */
  library: string;
  user: string;
  kind: 'client' | 'replica' | 'master' | 'subscriber' | 'monitor';
  ageSeconds: number;
  idleSeconds: number;
  /** `get`, `client|list`; of the last one, without arguments. */
  lastCommand: string;
  /** What waits to be sent to it. */
  outputBytes: number;
  /** What it has sent and is not run yet, with the room for it. */
  inputBytes: number;
  /** All the server keeps for it; before 7.0 what is known of its buffers. */
  memoryBytes: number;
}

export interface ConnectedClients {
  /** Those that take most memory, at most 100. */
  clients: readonly ConnectedClient[];
  /** How many there are. */
  total: number;
  /** Of all of them. */
  memoryBytes: number;
  outputBytes: number;
}

const MOST_CLIENTS = 100;

/** Who is connected to one server. Throws a ConnectionError, or a ServerReplyError where the user may not ask. Changes nothing. */
export async function readConnectedClients(
  connection: NodeConnection,
  signal?: AbortSignal,
): Promise<ConnectedClients> {
  const clients = parseClientList(
    textOf(await connection.command(['CLIENT', 'LIST'], signal && { signal }), connection.address, 'CLIENT LIST'),
  );
  const sum = (figure: 'memoryBytes' | 'outputBytes'): number => clients.reduce((all, each) => all + each[figure], 0);
  return {
    clients: [...clients]
      .sort((one, other) => other.outputBytes - one.outputBytes || other.memoryBytes - one.memoryBytes)
      .slice(0, MOST_CLIENTS),
    total: clients.length,
    memoryBytes: sum('memoryBytes'),
    outputBytes: sum('outputBytes'),
  };
}

/** The text of CLIENT LIST: a line for each client, `name=value` with blanks between. What a version does not tell is 0 or empty. */
export function parseClientList(text: string): ConnectedClient[] {
  return text.split('\n').flatMap(line => {
    const fields = new Map(
      line
        .trim()
        .split(' ')
        .map(field => [field.slice(0, field.indexOf('=')), field.slice(field.indexOf('=') + 1)] as const),
    );
    if (!fields.has('id')) return [];
    const word = (name: string): string => fields.get(name) ?? '';
    const number = (name: string): number => figureOf(fields.get(name)) ?? 0;
    const outputBytes = number('omem');
    const inputBytes = number('qbuf') + number('qbuf-free');
    return [
      {
        id: word('id'),
        address: word('addr'),
        name: word('name'),
        library: [word('lib-name'), word('lib-ver')].filter(part => part !== '').join(' '),
        user: word('user'),
        kind: kindOf(word('flags'), number('sub') + number('psub') + number('ssub')),
        ageSeconds: number('age'),
        idleSeconds: number('idle'),
        lastCommand: word('cmd') === 'NULL' ? '' : word('cmd'),
        outputBytes,
        inputBytes,
        memoryBytes: fields.has('tot-mem') ? number('tot-mem') : outputBytes + inputBytes,
      },
    ];
  });
}

/** Flags of CLIENT LIST: S a replica, M a master, O in MONITOR, P a subscriber. */
function kindOf(flags: string, subscriptions: number): ConnectedClient['kind'] {
  if (flags.includes('O')) return 'monitor';
  if (flags.includes('S')) return 'replica';
  if (flags.includes('M')) return 'master';
  return flags.includes('P') || subscriptions > 0 ? 'subscriber' : 'client';
}
