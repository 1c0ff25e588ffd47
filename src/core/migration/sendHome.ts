import type { BufferReply, CommandWords } from '../connection/types';
import { SlotSet } from '../topology/slotSet';
import { accepted, type Channel } from './classic/end';
import { Migrator } from './classic/migrate';
import type { Pair } from './classic/pair';
import { isCollision } from './classic/replaceKeys';
import { MigrationError } from './migrationError';
import { samePayload } from './payload';

/** A key that the holder and the owner have with other contents. */
export interface HomeKey {
  slot: number;
  database: number;
  key: Buffer;
  /** As DUMP gives them. */
  dumps: { owner: Buffer; holder: Buffer };
}

/** What `bringHome` did and could not do. */
export interface Homecoming {
  /** Keys that went to the owner. */
  moved: number;
  /** Keys both had, equal: removed from the holder. */
  equal: number;
  /** Keys both had with other contents: the copy that was not chosen is gone. */
  dropped: number;
  /** Keys both have with other contents, and nothing said which one counts: their slots stay open at the holder. */
  undecided: HomeKey[];
}

/** Whose copy counts; `undefined`: nobody knows, and both are kept. */
export type KeyChoice = 'owner' | 'holder' | undefined;

/** Clients miss the keys that are on their way: few at a time. */
const keysAtOnce = 50;
const mostFruitlessPasses = 5;

/**
 * Sends all keys of one slot from the holder (`pair.source`, where the slot is open) to its owner (`pair.target`). Adds up in
 * `coming`. Rejects with a ServerReplyError, a ConnectionError or a MigrationError.
 */
export async function sendHome(
  pair: Pair,
  slot: number,
  databases: readonly number[],
  choose: (key: HomeKey) => KeyChoice,
  coming: Homecoming,
): Promise<void> {
  for (const database of databases) await new Sender(pair, slot, { lane: 0, database }, choose, coming).send();
}

class Sender {
  readonly #migrator: Migrator;
  /** Kept where they are, in base64. */
  readonly #kept = new Set<string>();

  constructor(
    readonly pair: Pair,
    readonly slot: number,
    readonly channel: Required<Channel>,
    readonly choose: (key: HomeKey) => KeyChoice,
    readonly coming: Homecoming,
  ) {
    this.#migrator = new Migrator(pair, channel, {
      bytesPerKey: () => 200,
      careful: new Set([slot]),
      taken: new Set(),
      arrived: () => undefined,
    });
    for (const { key, slot: itsSlot, database } of coming.undecided)
      if (itsSlot === slot && database === channel.database) this.#kept.add(key.toString('base64'));
  }

  async send(): Promise<void> {
    let last = '';
    for (let fruitless = 0; ;) {
      const keys = await this.#list();
      if (keys.length === 0) return;
      const names = keys.map(key => key.toString('base64')).join();
      fruitless = names === last ? fruitless + 1 : 0;
      if (fruitless === mostFruitlessPasses) throw this.#stuck();
      last = names;
      const reply = await this.#migrate(keys);
      if (isCollision(reply)) for (const key of keys) await this.#settle(key);
      else if (reply instanceof Error) throw reply;
      // NOKEY: they expired meanwhile.
      else if (String(reply) === 'OK') this.coming.moved += keys.length;
    }
  }

  async #list(): Promise<Buffer[]> {
    const words: CommandWords = ['CLUSTER', 'GETKEYSINSLOT', this.slot, keysAtOnce + this.#kept.size];
    const [list] = accepted(await this.pair.source.buffers([words], this.channel));
    return (list as Buffer[]).filter(key => !this.#kept.has(key.toString('base64')));
  }

  async #migrate(keys: Buffer[], replace = false): Promise<BufferReply | Error> {
    const words = this.#migrator.wordsFor({ slot: this.slot, keys }, 1, { replace });
    return (await this.pair.source.buffers([words], this.channel))[0]!;
  }

  /** One key of a batch of which some are at both ends. */
  async #settle(key: Buffer): Promise<void> {
    const { source: holder, target: owner } = this.pair;
    const dump: CommandWords = ['DUMP', key];
    const [[, theirs], [ours]] = await Promise.all([
      holder.buffers([['ASKING'], dump], this.channel),
      owner.buffers([dump], this.channel),
    ]);
    for (const reply of [theirs, ours]) if (reply instanceof Error) throw reply;
    // It went with the others, or expired.
    if (!Buffer.isBuffer(theirs)) return;
    if (!Buffer.isBuffer(ours)) {
      accepted([await this.#migrate([key])]);
      this.coming.moved++;
    } else if (samePayload(ours, theirs)) {
      await this.#drop(key);
      this.coming.equal++;
    } else {
      const collision = {
        slot: this.slot,
        database: this.channel.database,
        key,
        dumps: { owner: ours, holder: theirs },
      };
      const choice = this.choose(collision);
      if (choice === undefined) {
        this.#kept.add(key.toString('base64'));
        this.coming.undecided.push(collision);
        return;
      }
      if (choice === 'owner') await this.#drop(key);
      else accepted([await this.#migrate([key], true)]);
      this.coming.dropped++;
    }
  }

  async #drop(key: Buffer): Promise<void> {
    accepted(await this.pair.source.buffers([['ASKING'], ['DEL', key]], this.channel));
  }

  #stuck(): MigrationError {
    const { source, target } = this.pair;
    return new MigrationError(
      'engineFailed',
      `${source.address} goes on listing keys of slot ${this.slot} that it does not hand to ${target.address}.`,
      { node: source.address, slots: SlotSet.of([this.slot]) },
    );
  }
}
