import {
  markdownTable,
  plainMarkdown,
  type ConnectedClient,
  type ConnectedClients,
  type SlowCommands,
} from '../../core/index';
import { reportOf, type Report, type ReportAction } from '../report';
import { formatBytes } from '../tree/nodeText';
import { durationText } from '../tree/tooltips';

/** `refresh`: makes the text anew. */
export function describeSlowCommands(address: string, slow: SlowCommands, refresh: ReportAction): Report {
  return reportOf([
    { text: `# Slow commands of ${plainMarkdown(address)}`, actions: [refresh] },
    '',
    ...slowLines(slow),
    '',
  ]);
}

/** At most `most` of them, and of how many. */
export function slowLines(
  { commands, logged, thresholdMicroseconds, nowMilliseconds }: SlowCommands,
  most = Infinity,
): string[] {
  const rows = commands
    .slice(0, most)
    .map(({ microseconds, command, atMilliseconds, client, clientName }) => [
      milliseconds(microseconds),
      command,
      `${durationText(Math.max(0, Math.round((nowMilliseconds - atMilliseconds) / 1000)))} ago`,
      client,
      clientName,
    ]);
  const threshold = thresholdText(thresholdMicroseconds);
  if (rows.length === 0) return [`None is logged. ${threshold}`.trimEnd()];
  return [
    `${shownOf(rows.length, logged)}, slowest first. ${threshold} Times are those on the server alone. Keys are shown as patterns, values never.`,
    '',
    ...markdownTable(['Took', 'Command', 'When', 'Client', 'Client name'], rows, ['Took']),
  ];
}

export function describeClients(address: string, connected: ConnectedClients, refresh: ReportAction): Report {
  return reportOf([
    { text: `# Clients of ${plainMarkdown(address)}`, actions: [refresh] },
    '',
    ...clientLines(connected),
    '',
  ]);
}

/** At most `most` of them, and of how many. */
export function clientLines({ clients, total, memoryBytes, outputBytes }: ConnectedClients, most = Infinity): string[] {
  const rows = clients
    .slice(0, most)
    .map(client => [
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
    `${shownOf(rows.length, total)}, most output waiting first, then most memory. All together: ${formatBytes(memoryBytes)} of memory, ${formatBytes(outputBytes)} of it output that waits to be sent.`,
    '',
    ...markdownTable(['Output', 'Memory', 'Address', 'Name', 'User', 'Last command', 'Age', 'Idle', 'Library'], rows, [
      'Output',
      'Memory',
    ]),
  ];
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

/** `0.08 ms` */
export function milliseconds(microseconds: number): string {
  const value = microseconds / 1000;
  return `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ms`;
}
