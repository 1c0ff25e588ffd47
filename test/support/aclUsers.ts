import type { Permission } from '../../src/core/connection/diagnosis/permissions';
import { aclWords } from '../../src/core/connection/diagnosis/aclRule';
import { sendCommand, type TestServers } from './testCluster';

/** Makes a user with these rights, as far as the servers have the commands, on each of them. */
export async function makeUser(
  { ports, password }: TestServers,
  user: { username: string; password: string },
  wanted: readonly Permission[],
  options: { keys?: boolean } = {},
): Promise<void> {
  const known = (await sendCommand(
    ports[0]!,
    ['COMMAND', 'INFO', ...wanted.map(({ command }) => command)],
    password,
  )) as unknown[];
  const words = aclWords(wanted, {
    ...options,
    knows: each => each.since === undefined || known[wanted.indexOf(each)] !== null,
  });
  for (const port of ports)
    await sendCommand(port, ['ACL', 'SETUSER', user.username, 'reset', 'on', `>${user.password}`, ...words], password);
}

/** What the servers refused a user since they started, as a rule would allow it: `config|get`. */
export async function refusedTo({ ports, password }: TestServers, username: string): Promise<string[]> {
  const logs = await Promise.all(ports.map(port => sendCommand(port, ['ACL', 'LOG', 1000], password)));
  const entries = (logs as string[][][]).flat().map(entry => {
    const at = (name: string): string | undefined => entry[entry.indexOf(name) + 1];
    return { username: at('username'), what: `${at('reason')} ${at('object')}` };
  });
  return [...new Set(entries.filter(entry => entry.username === username).map(({ what }) => what))].sort();
}
