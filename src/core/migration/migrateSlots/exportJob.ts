import type { Reply } from '../../connection/types';
import { figureOf } from '../../topology/figureOf';
import type { SlotSet } from '../../topology/slotSet';
import { readMaps, readSlots } from '../atomic/replies';
import type { MigrationNodes } from '../types';

/** One entry of CLUSTER GETSLOTMIGRATIONS (Valkey 9 and newer, cluster_migrateslots.c). */
export interface SlotJob {
  /** The same at both ends. */
  name: string;
  operation: 'import' | 'export';
  slots: SlotSet;
  /** Absent on replicas. */
  sourceId: string;
  targetId: string;
  createdAtSeconds: number;
  /** `success`, `failed` and `cancelled` are final. */
  state: string;
  message: string;
  /** 9.1 and newer: what the target has not got yet of the writes since the snapshot. */
  remainingBytes: number;
}

/** As sent: the newest first. Throws the error in its place, or a MalformedReplyError for slots that are none. */
export function parseSlotJobs(reply: Reply | Error | undefined, address: string): SlotJob[] {
  return readMaps(reply).map(fields => ({
    name: fields['name'] ?? fields['link_name'] ?? '',
    operation: fields['operation'] === 'IMPORT' ? 'import' : 'export',
    slots: readSlots(fields['slot_ranges'], address, 'CLUSTER GETSLOTMIGRATIONS'),
    sourceId: fields['source_node'] ?? '',
    targetId: fields['target_node'] ?? '',
    createdAtSeconds: figureOf(fields['create_time']) ?? 0,
    state: fields['state'] ?? '',
    message: (fields['message'] ?? '').trim(),
    remainingBytes: figureOf(fields['remaining_repl_size']) ?? 0,
  }));
}

export async function jobsAt(address: string, nodes: MigrationNodes): Promise<SlotJob[]> {
  return parseSlotJobs(await nodes.node(address).command(['CLUSTER', 'GETSLOTMIGRATIONS']), address);
}

export function isOver({ state }: SlotJob): boolean {
  return state === 'success' || state === 'failed' || state === 'cancelled';
}
