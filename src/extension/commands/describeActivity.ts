import type { ConnectedClient, ConnectedClients, SlowCommands } from '../../core/index';
import { formatBytes } from '../tree/nodeText';
import { durationText } from '../tree/tooltips';
import { plain, table } from './markdownText';

/** `refresh`: a link that makes the text anew. */
export function describeSlowCommands(
  address: string,
  { commands, logged, thresholdMicroseconds, nowMilliseconds }: SlowCommands,
  refresh: string,
): string {
  const rows = commands.map(({ microseconds, command, atMilliseconds, client, clientName }) => [
    milliseconds(microseconds),
    command,
    `${durationText(Math.max(0, Math.round((nowMilliseconds - atMilliseconds) / 1000)))} ago`,
    client,
    clientName,
  ]);
  return [
    `# Slow commands of ${plain(address)}`,
    '',
    `${shownOf(commands.length, logged)}, slowest first. ${thresholdText(thresholdMicroseconds)} Times are those on the server alone. Keys are shown as patterns, values never. ${refresh}`,
    '',
    ...(rows.length === 0
      ? ['None is logged.']
      : table(['Took', 'Command', 'When', 'Client', 'Client name'], rows, ['right'])),
    '',
  ].join('\n');
}

export function describeClients(address: string, connected: ConnectedClients, refresh: string): string {
  const { clients, total, memoryBytes, outputBytes } = connected;
  const rows = clients.map(client => [
    formatBytes(client.outputBytes),
    formatBytes(client.memoryBytes),
    client.address,
    client.name,
    kindText(client),
    client.lastCommand.toUpperCase().replace('|', ' '),
    durationText(client.ageSeconds),
    durationText(client.idleSeconds),
    client.library,
  ]);
  return [
    `# Clients of ${plain(address)}`,
    '',
    `${shownOf(clients.length, total)}, most output waiting first, then most memory. All together: ${formatBytes(memoryBytes)} of memory, ${formatBytes(outputBytes)} of it output that waits to be sent. ${refresh}`,
    '',
    ...table(['Output', 'Memory', 'Address', 'Name', 'User', 'Last command', 'Age', 'Idle', 'Library'], rows, [
      'right',
      'right',
    ]),
    '',
  ].join('\n');
}

function shownOf(shown: number, all: number): string {
  return shown < all ? `${shown} of ${all}` : `${all}`;
}

function thresholdText(microseconds: number | undefined): string {
  if (microseconds === undefined || Number.isNaN(microseconds)) return '';
  return microseconds < 0
    ? 'The server logs none now (`slowlog-log-slower-than` is below 0).'
    : `The server logs what takes ${milliseconds(microseconds)} or more (\`slowlog-log-slower-than\`).`;
}

function kindText({ kind, user }: ConnectedClient): string {
  return kind === 'client' ? user : [user, `(${kind})`].filter(part => part !== '').join(' ');
}

function milliseconds(microseconds: number): string {
  const value = microseconds / 1000;
  return `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ms`;
}
