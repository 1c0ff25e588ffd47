import type { NodeConnection, Reply } from '../../connection/types';
import { configValue, throwRefusals } from '../steps/replies';
import { figureOf } from '../../topology/figureOf';
import { hideArguments, type FirstKeys } from './hideArguments';

export interface SlowCommand {
  /** When it ran, milliseconds since 1970 by the server's clock. */
  atMilliseconds: number;
  /** What it took on the server, without waiting for its turn or for the network. */
  microseconds: number;
  /** Its name, the pattern of its first key and how many arguments more it had; no value ever. */
  command: string;
  /** Empty where the server does not tell. */
  client: string;
  clientName: string;
}

export interface SlowCommands {
  /** Slowest first; at most 128, the latest ones. */
  commands: readonly SlowCommand[];
  /** How many the log of the server holds. */
  logged: number;
  /** From so much on a command is logged; below 0: none is. Undefined where the user may not ask. */
  thresholdMicroseconds: number | undefined;
  /** The server's clock when it was asked. */
  nowMilliseconds: number;
}

/** How many entries are asked for; the log itself keeps 128 unless it was set otherwise. */
const MOST_COMMANDS = 128;

/** The slow log of one server. Throws a ConnectionError, or a ServerReplyError where the user may not ask. Changes nothing. */
export async function readSlowCommands(connection: NodeConnection, signal?: AbortSignal): Promise<SlowCommands> {
  const options = signal && { signal };
  const [log, length, threshold, time] = await connection.pipeline(
    [
      ['SLOWLOG', 'GET', String(MOST_COMMANDS)],
      ['SLOWLOG', 'LEN'],
      ['CONFIG', 'GET', 'slowlog-log-slower-than'],
      ['TIME'],
    ],
    options,
  );
  throwRefusals([log!, length!]);
  const entries = Array.isArray(log) ? log.flatMap(entry => (Array.isArray(entry) ? [entry] : [])) : [];
  const firstKeys = await askFirstKeys(
    entries.map(([, , , words]) => String((Array.isArray(words) && words[0]) || '')),
    connection,
    options,
  );
  const now = Array.isArray(time) ? figureOf(time[0]) : undefined;
  return {
    commands: entries
      .flatMap(entry => readEntry(entry, firstKeys))
      .sort((one, other) => other.microseconds - one.microseconds || other.atMilliseconds - one.atMilliseconds),
    logged: figureOf(length) ?? entries.length,
    thresholdMicroseconds: threshold instanceof Error ? undefined : figureOf(configValue(threshold)),
    nowMilliseconds: now === undefined ? Date.now() : now * 1000,
  };
}

/** id, time, microseconds, words, client, its name: the last two from 4.0 on. None for what has no time. */
function readEntry(
  [, seconds, took, words, client, clientName]: readonly Reply[],
  firstKeys: FirstKeys,
): SlowCommand[] {
  const [at, microseconds] = [figureOf(seconds), figureOf(took)];
  if (at === undefined || microseconds === undefined) return [];
  const slow: SlowCommand = {
    atMilliseconds: at * 1000,
    microseconds,
    command: hideArguments(Array.isArray(words) ? words.map(String) : [], firstKeys),
    client: typeof client === 'string' ? client : '',
    clientName: typeof clientName === 'string' ? clientName : '',
  };
  return [slow];
}

/** COMMAND INFO: name, arity, flags, first key, ... A server that does not say leaves all keys hidden. */
async function askFirstKeys(
  names: readonly string[],
  connection: NodeConnection,
  options: { signal: AbortSignal } | undefined,
): Promise<FirstKeys> {
  const asked = [...new Set(names.map(name => name.toLowerCase()))].filter(name => /^[\w.-]{1,40}$/.test(name));
  if (asked.length === 0) return new Map();
  const [infos] = await connection.pipeline([['COMMAND', 'INFO', ...asked]], options);
  if (!Array.isArray(infos)) return new Map();
  return new Map(
    infos.flatMap(info =>
      Array.isArray(info) && typeof info[3] === 'number' ? [[String(info[0]).toLowerCase(), info[3]] as const] : [],
    ),
  );
}
