import type { BufferReply, CommandWords, NodeConnection, Reply } from '../../connection/types';
import type { Member } from '../types';

/** Whose connection, and which database it looks at. */
export interface Channel {
  /** Commands of one lane wait for each other, those of another do not. */
  lane: number;
  /** Default 0. */
  database?: number;
}

/** One node of a move, on connections of its own: what is slow there holds up nobody else. */
export class End {
  readonly id: string;
  readonly address: string;
  readonly formerIds: readonly string[];
  /** Its server answers a SETSLOT only when its replicas have it, one after the other per connection. */
  settersAtOnce = 1;
  readonly #open: () => NodeConnection;
  readonly #timeoutMilliseconds: number;
  readonly #connections = new Map<string, NodeConnection>();

  constructor({ id, address, formerIds = [] }: Member, open: () => NodeConnection, timeoutMilliseconds: number) {
    this.id = id;
    this.address = address;
    this.formerIds = formerIds;
    this.#open = open;
    this.#timeoutMilliseconds = timeoutMilliseconds;
  }

  /** One result per command, an Error for a refusal. Rejects with a ConnectionError. */
  async texts(commands: readonly CommandWords[], channel: Channel): Promise<(Reply | Error)[]> {
    return this.#selected(channel, commands, (connection, all, options) => connection.pipeline(all, options));
  }

  /** The same with the bytes of every text. */
  async buffers(commands: readonly CommandWords[], channel: Channel): Promise<(BufferReply | Error)[]> {
    return this.#selected(channel, commands, (connection, all, options) => connection.pipelineBuffers(all, options));
  }

  /** Sends SETSLOT commands, over as many connections as the server needs to work on several at once. */
  async tell(commands: readonly CommandWords[], { lane }: Channel): Promise<(Reply | Error)[]> {
    const width = Math.min(this.settersAtOnce, commands.length);
    const replies: (Reply | Error)[] = [];
    const options = { timeoutMilliseconds: this.#timeoutMilliseconds };
    const results = await Promise.allSettled(
      Array.from({ length: width }, async (_, share) => {
        const shares = commands.filter((_, index) => index % width === share);
        const got = await this.#connection(`setter ${lane} ${share}`).pipeline(shares, options);
        got.forEach((reply, index) => (replies[index * width + share] = reply));
      }),
    );
    for (const result of results) if (result.status === 'rejected') throw result.reason;
    return replies;
  }

  close(): void {
    for (const connection of this.#connections.values()) connection.close();
    this.#connections.clear();
  }

  async #selected<Result>(
    { lane, database = 0 }: Channel,
    commands: readonly CommandWords[],
    send: (
      connection: NodeConnection,
      commands: readonly CommandWords[],
      options: { timeoutMilliseconds: number },
    ) => Promise<(Result | Error)[]>,
  ): Promise<(Result | Error)[]> {
    if (commands.length === 0) return [];
    const connection = this.#connection(`lane ${lane} database ${database}`);
    const options = { timeoutMilliseconds: this.#timeoutMilliseconds };
    if (database === 0) return send(connection, commands, options);
    // Each time: a connection that was opened anew looks at database 0.
    const [selected, ...replies] = await send(connection, [['SELECT', database], ...commands], options);
    return selected instanceof Error ? commands.map(() => selected) : replies;
  }

  #connection(purpose: string): NodeConnection {
    let connection = this.#connections.get(purpose);
    if (!connection) {
      connection = this.#open();
      this.#connections.set(purpose, connection);
    }
    return connection;
  }
}

/** The replies, none of which may be a refusal. Throws the first one. */
export function accepted<Result>(replies: readonly (Result | Error)[]): Result[] {
  const refused = replies.find(reply => reply instanceof Error);
  if (refused) throw refused;
  return replies as Result[];
}
