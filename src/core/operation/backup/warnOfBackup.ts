import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { bytesText, joinSome } from '../../plan/phrases';
import type { PlanWarning } from '../../plan/types';
import { clockText } from '../../topology/wording';
import { eachNode } from '../steps/eachNode';
import { textOf } from '../steps/replies';
import type { ManagedNodes } from '../steps/types';
import type { BackupSource } from './chooseSources';
import { interruptedBeside, unfinishedIn, type UnfinishedBackup } from './unfinished';

/** What a person should know before the servers fork. Asks them; changes nothing. */
export async function warnOfBackup(
  sources: readonly BackupSource[],
  directory: string,
  nodes: Pick<ManagedNodes, 'node'>,
): Promise<PlanWarning[]> {
  const warnings: PlanWarning[] = [
    {
      code: 'momentPerShard',
      text: 'Each file is of one moment of its shard, and the moments differ: this is no snapshot of the whole cluster. Keys that belong together in several shards may not fit together.',
    },
  ];
  const add = (code: string, text: string): void => void warnings.push({ code, text });
  const busy: string[] = [];
  await eachNode(sources, async ({ source: { address, info } }) => {
    const [reply] = await nodes.node(address).pipeline([['INFO', 'everything']]);
    const text = textOf(reply, address, 'INFO');
    const field = (name: string): number => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(text)?.[1] ?? 0);
    if (field('rdb_bgsave_in_progress') > 0 || field('aof_rewrite_in_progress') > 0) busy.push(address);
    const [used, system] = [info?.usedMemoryBytes ?? field('used_memory'), field('total_system_memory')];
    // A fork shares pages until they are written to; at the worst all of them are copied.
    if (system > 0 && used * 2 > system)
      add(
        'littleMemory',
        `${address} uses ${bytesText(used)} of ${bytesText(system)}: while it writes the data out, what clients change is in memory twice.`,
      );
  });
  if (busy.length > 0)
    add(
      'savesAlready',
      `${joinSome(busy)} writes its data to disk already: that has to end first, which can take long.`,
    );
  const masters = sources.filter(({ source, master }) => source.id === master.id).map(({ master }) => master.address);
  if (masters.length > 0)
    add(
      'fromMasters',
      `${joinSome(masters)} ${masters.length === 1 ? 'is a master' : 'are masters'}: the fork stops clients for a moment, about 10 ms for each GB in memory.`,
    );
  const [needed, free] = [
    sources.reduce((sum, { source }) => sum + (source.info?.usedMemoryBytes ?? 0), 0),
    await freeBytes(directory),
  ];
  if (free !== undefined && free < needed)
    add(
      'littleDisk',
      `${bytesText(free)} are free at ${directory}, and the shards use ${bytesText(needed)} of memory. Files are smaller most of the time.`,
    );
  return warnings;
}

/** What backups that were interrupted left: in this directory, where it is deleted, and in those beside it. */
export async function warnOfInterrupted(directory: string): Promise<PlanWarning[]> {
  const here = await unfinishedIn(directory);
  return [
    ...(here?.liveness === 'dead'
      ? [{ code: 'interruptedHere', text: `${interruptedText(here)} It is deleted before this one begins.` }]
      : []),
    ...(await interruptedBeside(directory)).map(each => ({
      code: 'interruptedBeside',
      text: `${interruptedText(each)} It can be deleted.`,
    })),
  ];
}

function interruptedText({ directory, since, bytes }: UnfinishedBackup): string {
  return `${directory} has what is left of a backup that was interrupted (begun ${clockText(Date.parse(since))}, ${bytesText(bytes)}): it is no backup.`;
}

/** Of the nearest directory that is there; undefined where the system does not tell. */
async function freeBytes(directory: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(directory);
    return bavail * bsize;
  } catch {
    const parent = dirname(directory);
    return parent === directory ? undefined : freeBytes(parent);
  }
}
