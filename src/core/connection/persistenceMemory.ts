import type { Persistence, ServerInfo } from '../topology/types';
import type { ReopeningConnection } from './nodeConnection';
import type { CommandWords, Reply } from './types';

/** Save points only change by a CONFIG SET: so long what a server said of them is believed. */
const BELIEVED_MILLISECONDS = 600_000;

/** Asked together with a look, when that is due. A user without the right to it is refused once per connection. */
export const SAVE_POINTS_QUESTION: CommandWords = ['CONFIG', 'GET', 'save'];

/** What servers said of their save points, which INFO does not tell: asked with the first look of a connection, and seldom again. */
export class PersistenceMemory {
  readonly #answers = new WeakMap<ReopeningConnection, Answer>();

  /** Whether a look has to bring the question along. */
  isDue(connection: ReopeningConnection): boolean {
    const known = this.#answers.get(connection);
    if (known?.openings !== connection.openings) return true;
    return known.hasSavePoints !== undefined && performance.now() - known.askedAtMilliseconds > BELIEVED_MILLISECONDS;
  }

  hear(connection: ReopeningConnection, reply: Reply | Error | undefined): void {
    // Of names and values, one pair.
    const points = Array.isArray(reply) ? reply[1] : undefined;
    this.#answers.set(connection, {
      openings: connection.openings,
      askedAtMilliseconds: performance.now(),
      ...(typeof points === 'string' && { hasSavePoints: points !== '' }),
    });
  }

  /** Undefined where the server does not tell. */
  judge(connection: ReopeningConnection, { appendOnly }: ServerInfo): Persistence | undefined {
    if (appendOnly) return 'log';
    const hasSavePoints = this.#answers.get(connection)?.hasSavePoints;
    if (hasSavePoints) return 'snapshots';
    return appendOnly === false && hasSavePoints === false ? 'nothing' : undefined;
  }
}

interface Answer {
  openings: number;
  askedAtMilliseconds: number;
  /** Absent when it was refused. */
  hasSavePoints?: boolean;
}
