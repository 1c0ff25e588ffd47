import { openSlotsTrouble, type EndsSight } from '../atomic/ends';
import { readInfo, readSetting } from '../atomic/replies';
import type { Member, Transfer, TransferContext } from '../types';
import { refused } from './beginJob';

/**
 * Refuses what the server would refuse after it began. Throws a MigrationError
 * `engineRefused` for open slots, which stop every atomic move of their node, and for a source that is no primary.
 */
export function checkEnds(transfer: Transfer, ends: EndsSight): void {
  const { source } = transfer;
  if (!ends.source.flags.includes('master')) throw refused(transfer, { text: `${source.address} is a replica now` });
  const open = openSlotsTrouble(transfer, ends);
  if (open) throw refused(transfer, open);
}

/** What a source takes in during the snapshot has to fit into its buffer for the target. */
const leastBufferSeconds = 10;

/** Notes that a move is likely to fail where clients write more than the source may keep for its target. */
export async function warnOfSmallBuffer({ address }: Member, { nodes, note }: TransferContext): Promise<void> {
  const [setting, stats] = await nodes.node(address).pipeline([
    ['CONFIG', 'GET', 'client-output-buffer-limit'],
    ['INFO', 'stats'],
  ]);
  const limit = replicaLimitBytes(readSetting(setting));
  const rate = Number((stats instanceof Error ? {} : readInfo(stats))['instantaneous_input_kbps'] ?? 0) * 1024;
  if (limit === undefined || rate === 0 || limit / rate >= leastBufferSeconds) return;
  note(
    `${address} takes in ${megabytes(rate)} MB/s, and its client-output-buffer-limit for replicas is ${megabytes(limit)} MB: ` +
      'a move that takes longer than that lasts fails. Raise it for the time of the move.',
  );
}

/** `normal 0 0 0 slave 268435456 67108864 60 ...`: class, hard limit, soft limit, seconds above it. Undefined without a limit. */
export function replicaLimitBytes(setting: string | undefined): number | undefined {
  const match = /\b(?:slave|replica) (\d+) (\d+) (\d+)/.exec(setting ?? '');
  return Number(match?.[1]) || Number(match?.[2]) || undefined;
}

function megabytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1);
}
