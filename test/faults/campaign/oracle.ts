import assert from 'node:assert/strict';
import { join } from 'node:path';
import { heldLocks } from '../../../src/core/operation/lock';
import type { Journal } from '../../../src/core/operation/types';
import type { PlannedNode } from '../../../src/core/plan/types';
import { openSlots } from '../../support/slots/openSlots';
import { checkCluster, eventually, sendCommand } from '../../support/testCluster';
import type { Fleet } from './fleet';

export type Settings = ReadonlyMap<number, Readonly<Record<string, string>>>;

/** First port -> every setting of that server. */
export async function readSettings({ ports, originOf }: Fleet): Promise<Settings> {
  const read = async (port: number) => {
    const words = (await sendCommand(port, ['CONFIG', 'GET', '*'])) as string[];
    const pairs = words.flatMap((name, index) => (index % 2 === 0 ? [[name, words[index + 1]!]] : []));
    return [originOf(port), Object.fromEntries(pairs) as Record<string, string>] as const;
  };
  return new Map(await Promise.all(ports.map(read)));
}

/** These say where a server is and whom it follows. */
const changing = /^(port|cluster-port|dir|replicaof|slaveof|pidfile|rdb-key-save-delay)$/;

/** No operation leaves a setting as it needed it for itself. */
export async function assertSettings(fleet: Fleet, before: Settings): Promise<void> {
  const now = await readSettings(fleet);
  for (const [port, settings] of before)
    for (const [name, value] of Object.entries(settings))
      if (!changing.test(name)) assert.equal(now.get(port)?.[name], value, `${name} of ${port}`);
}

/** The reference tool finds nothing, no slot is open anywhere, and every key is at one master only, and at its replicas. */
export async function assertWhole(fleet: Fleet, keys: number): Promise<void> {
  const members = await membersOf(fleet);
  await checkCluster({ cliPath: fleet.cliPath, ports: members }, members[0]);
  assert.deepEqual(await openSlots(fleet.ports), [], 'no slot is open');
  await eventually(
    async () => {
      const sizes = await Promise.all(
        fleet.ports.map(async port => ({
          role: ((await sendCommand(port, ['ROLE'])) as string[])[0],
          size: Number(await sendCommand(port, ['DBSIZE'])),
        })),
      );
      const sum = (role: string): number =>
        sizes.filter(each => each.role === role).reduce((total, { size }) => total + size, 0);
      assert.equal(sum('master'), keys, 'keys at masters');
      return true;
    },
    { timeoutMilliseconds: 10_000, what: 'every key is at one master only' },
  );
}

/** Of the cluster: those that list others. */
async function membersOf({ ports }: Fleet): Promise<number[]> {
  const lines = await Promise.all(ports.map(async port => String(await sendCommand(port, ['CLUSTER', 'NODES']))));
  return ports.filter((_, index) => lines[index]!.trim().split('\n').length > 1);
}

/** Nothing is left of operations: none unfinished, no lock, no file half written. */
export async function assertJournalClean(journal: Journal): Promise<void> {
  assert.deepEqual(
    (await journal.unfinished()).map(({ state, title, message }) => `${state}: ${title} ${message}`),
    [],
    'no operation is unfinished',
  );
  // One of a process that was killed right after the end is nobody's, and goes with the next.
  const held = await heldLocks(join(journal.directory, 'locks'));
  assert.deepEqual(
    held.map(({ title, pid }) => `${title}, process ${pid}`),
    [],
    'no lock is held',
  );
}

/** What was planned has come: every node that stays in the cluster has its role, its master and its slots. */
export async function assertPlanned(fleet: Fleet, after: readonly PlannedNode[]): Promise<void> {
  const members = await membersOf(fleet);
  const text = String(await sendCommand(members[0]!, ['CLUSTER', 'NODES']));
  const lines = text
    .trim()
    .split('\n')
    .map(line => line.split(' '));
  const idOf = (address: string): string | undefined => lines.find(([, at]) => at?.startsWith(`${address}@`))?.[0];
  for (const { id, address, role, master, slots } of after) {
    const line = lines.find(([each]) => each === id);
    if (role === 'spare') continue;
    assert(line, `${address} is in the cluster: ${text}`);
    const [, , flags, masterId, , , , , ...ranges] = line;
    const what = `${address}, planned as ${role}\n${text}`;
    assert.equal(/slave/.test(flags!) ? 'replica' : 'master', role, what);
    if (role === 'replica' && master !== undefined) assert.equal(masterId, idOf(master), what);
    if (role === 'master') assert.equal(ranges.join(','), slots, what);
  }
}
