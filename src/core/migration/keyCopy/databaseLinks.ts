import type { BufferReply, CommandWords, NodeConnection } from '../../connection/types';

/** The slowest server and network that is waited for: 2 MB a second, after 10 s for an answer at all. */
const patienceMilliseconds = 10_000;
const bytesPerMillisecond = 2000;

/** One server, a connection of its own per database. */
export class DatabaseLinks {
  readonly #open: () => NodeConnection;
  readonly #connections = new Map<number, NodeConnection>();

  constructor(open: () => NodeConnection) {
    this.#open = open;
  }

  /**
   * One result per command, an Error for a refusal; `bytes` on their way either way make the time longer. Rejects with a
   * ConnectionError, or a ServerReplyError when the database cannot be selected.
   */
  async ask(database: number, commands: readonly CommandWords[], bytes = 0): Promise<(BufferReply | Error)[]> {
    if (commands.length === 0) return [];
    let connection = this.#connections.get(database);
    if (!connection) this.#connections.set(database, (connection = this.#open()));
    const options = { timeoutMilliseconds: Math.round(patienceMilliseconds + bytes / bytesPerMillisecond) };
    if (database === 0) return connection.pipelineBuffers(commands, options);
    // Each time: a connection that was opened anew looks at database 0.
    const [selected, ...replies] = await connection.pipelineBuffers([['SELECT', database], ...commands], options);
    if (selected instanceof Error) throw selected;
    return replies;
  }

  close(): void {
    for (const connection of this.#connections.values()) connection.close();
    this.#connections.clear();
  }
}
