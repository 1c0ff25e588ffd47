import type { NodeRef } from '../plan/types';
import type { JournalRecord } from './journalRecord';
import { OperationError } from './operationError';
import type { JournalWriter } from './types';
import { whatOf } from './whatOf';

export type LoweredSetting = Extract<JournalRecord, { type: 'setting' }>;

/** A node that answers somewhere else than its plan has it. */
export type NodeMove = Extract<JournalRecord, { type: 'nodeMoved' }>;

/** What an operation has to know to undo itself: kept in memory, and in the journal when there is one. */
export class OperationRecord {
  readonly #records: JournalRecord[];
  readonly #writer: JournalWriter | undefined;
  /** Why the journal could not be written, when `writeIfPossible` failed. */
  failure: unknown;

  constructor(writer?: JournalWriter) {
    this.#writer = writer;
    this.#records = [...(writer?.earlier ?? [])];
  }

  /**
   * `durable`: all of them are on disk when it resolves; for what an undo needs, before the change. Rejects with an
   * OperationError `journalLost`.
   */
  async write(records: readonly JournalRecord[], options: { durable?: boolean } = {}): Promise<void> {
    try {
      await this.#append(records, options);
    } catch (error) {
      throw new OperationError('journalLost', `The journal could not be written any more: ${whatOf(error)}.`, {
        remedy: 'Free disk space, or make its directory writable.',
        cause: error,
      });
    }
  }

  async #append(records: readonly JournalRecord[], { durable = false }: { durable?: boolean }): Promise<void> {
    this.#records.push(...records);
    const writer = this.#writer;
    if (!writer) return;
    // One sync for all: lines go to the file in order.
    const appended = records.map((record, index) =>
      writer.append(record, { durable: durable && index === records.length - 1 }),
    );
    await Promise.all(appended);
  }

  /** For an undo, which goes on whether or not it can be written down; `failure` then says why it could not. */
  async writeIfPossible(records: readonly JournalRecord[]): Promise<void> {
    try {
      await this.#append(records, {});
    } catch (error) {
      this.failure ??= error;
    }
  }

  close(): Promise<void> {
    return this.#writer?.close() ?? Promise.resolve();
  }

  /** Any step was started, by this process or an earlier one. */
  get hasBegun(): boolean {
    return this.#records.some(({ type }) => type === 'stepStarted');
  }

  hasStarted(index: number): boolean {
    return this.#records.some(record => record.type === 'stepStarted' && record.index === index);
  }

  hasFinished(index: number): boolean {
    return this.#records.some(record => record.type === 'stepDone' && record.index === index);
  }

  /** The nodes were looked at before the first change: `foundEmpty` tells what may be reset. */
  get wasChecked(): boolean {
    return this.#records.some(({ type }) => type === 'foundEmpty');
  }

  /** Settings that were lowered and not put back yet. */
  lowered(): LoweredSetting[] {
    const lowered = new Map<string, LoweredSetting>();
    for (const record of this.#records) {
      if (record.type === 'setting') lowered.set(settingKey(record), record);
      if (record.type === 'settingRestored') lowered.delete(settingKey(record));
    }
    return [...lowered.values()];
  }

  /** Nodes that were told to write their configuration file. */
  rewritten(): NodeRef[] {
    return this.#records.flatMap(record => (record.type === 'configRewritten' ? [record.node] : []));
  }

  /** Node id -> what is known of the command that was sent there: `sent` may have got it and may have done it. */
  commands(): Map<string, { node: NodeRef; state: 'sent' | 'done' | 'refused' }> {
    const commands = new Map<string, { node: NodeRef; state: 'sent' | 'done' | 'refused' }>();
    for (const record of this.#records) {
      if (record.type === 'commandSent') commands.set(record.node.id, { node: record.node, state: 'sent' });
      if (record.type === 'commandAnswered') commands.set(record.node.id, record);
    }
    return commands;
  }

  /** Nodes that were empty and alone before the first change, under the id they have since their last reset by us. */
  ownNodes(): { node: NodeRef; wasReset: boolean }[] {
    const own = new Map<string, { node: NodeRef; wasReset: boolean }>();
    for (const record of this.#records) {
      if (record.type === 'foundEmpty')
        for (const node of record.nodes) own.set(node.address, { node, wasReset: false });
      if (record.type === 'nodeReset')
        own.set(record.node.address, { node: { ...record.node, id: record.newId }, wasReset: true });
    }
    return [...own.values()];
  }

  /** Nodes that were found at another address than the plan has, by this process or an earlier one. */
  moves(): NodeMove[] {
    return this.#records.flatMap(record => (record.type === 'nodeMoved' ? [record] : []));
  }

  /** Address -> FUNCTION DUMP as it was before (base64, `null` for none), where it was not put back yet. */
  functionsBefore(): Map<string, { node: NodeRef; dump: string | null }> {
    const dumps = new Map<string, { node: NodeRef; dump: string | null }>();
    for (const record of this.#records) {
      if (record.type === 'functions' && !dumps.has(record.node.address)) dumps.set(record.node.address, record);
      if (record.type === 'functionsRestored') dumps.delete(record.node.address);
    }
    return dumps;
  }
}

function settingKey({ node, parameter }: { node: NodeRef; parameter: string }): string {
  return `${node.address} ${parameter}`;
}
