import { figureOf } from '../../topology/figureOf';
import type { SlotSet } from '../../topology/slotSet';
import { readMaps, readSlots } from '../atomic/replies';
import type { MigrationNodes } from '../types';
import type { Reply } from '../../connection/types';

/** One entry of CLUSTER MIGRATION STATUS (Redis 8.4 and newer, cluster_asm.c). */
export interface ImportTask {
  id: string;
  slots: SlotSet;
  sourceId: string;
  targetId: string;
  operation: 'import' | 'migrate';
  /** `completed` and `canceled` are final. `failed` is not for an import: the server tries again each second. */
  state: string;
  lastError: string;
  retries: number;
  /** How long the source held writes back at the hand-over; only its own entry has it. */
  writePauseMilliseconds: number;
}

/** Throws the error in its place, or a MalformedReplyError for slots that are none. */
export function parseImportTasks(reply: Reply | Error | undefined, address: string): ImportTask[] {
  return readMaps(reply).map(fields => ({
    id: fields['id'] ?? '',
    slots: readSlots(fields['slots'], address, 'CLUSTER MIGRATION STATUS'),
    sourceId: fields['source'] ?? '',
    targetId: fields['dest'] ?? '',
    operation: fields['operation'] === 'migrate' ? 'migrate' : 'import',
    state: fields['state'] ?? '',
    lastError: fields['last_error'] ?? '',
    retries: figureOf(fields['retries']) ?? 0,
    writePauseMilliseconds: figureOf(fields['write_pause_ms']) ?? 0,
  }));
}

/** What a node is still doing. A migrate entry that failed waits for its target to ask again, and stops nobody. */
export async function activeTasks(address: string, nodes: MigrationNodes): Promise<ImportTask[]> {
  const tasks = parseImportTasks(await nodes.node(address).command(['CLUSTER', 'MIGRATION', 'STATUS', 'ALL']), address);
  return tasks.filter(task => !isFinal(task) && !(task.operation === 'migrate' && task.state === 'failed'));
}

export function isFinal({ state }: ImportTask): boolean {
  return state === 'completed' || state === 'canceled';
}

/** The entry of one task at a node; undefined when the node knows none (it was restarted, or forgot it). */
export async function findTask(id: string, address: string, nodes: MigrationNodes): Promise<ImportTask | undefined> {
  const reply = await nodes.node(address).command(['CLUSTER', 'MIGRATION', 'STATUS', 'ID', id]);
  return parseImportTasks(reply, address)[0];
}
