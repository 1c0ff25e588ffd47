import type { CommandWords, Reply } from '../../connection/types';
import type { Batch, Key } from './batch';
import { BYTES_PER_SECOND } from '../pace';
import type { Channel } from './end';
import { needsNoPassword, isTransferTrouble } from './explainFailure';
import type { Pair } from './pair';
import type { BytesPerKey } from './sampleSizes';
import { isCollision, replaceKeys } from './replaceKeys';

/** What is known of the keys that go, and who wants to know what became of them. */
export interface Handover {
  bytesPerKey: BytesPerKey;
  /** Slots whose keys go one by one and with more time, since together they failed; they join it here. */
  careful: Set<number>;
  /** Slots that belong to the target already while the source still holds keys. */
  taken: ReadonlySet<number>;
  /** So many keys of a slot have arrived. */
  arrived: (slot: number, keys: number) => void;
}

const MOST_KEYS = 1000;
/**
 * A server that hangs holds up its peer until the MIGRATE times out, and the next one after that, for all that were sent
 * are worked off: together they stay below half the node timeout. A server that forks is silent for less than this.
 */
const LEAST_TIMEOUT_MILLISECONDS = 200;
const MOST_MIGRATES = 64;

/** Makes MIGRATEs of lists of keys, and judges what came of them. */
export class Migrator {
  readonly #pair: Pair;
  readonly #channel: Required<Channel>;
  readonly #handover: Handover;
  readonly #patienceMilliseconds: number;

  constructor(pair: Pair, channel: Required<Channel>, handover: Handover) {
    this.#pair = pair;
    this.#channel = channel;
    this.#handover = handover;
    this.#patienceMilliseconds = pair.nodeTimeoutMilliseconds / 2 / pair.pace.lanes;
  }

  /** The lists to ask for now, so that they fill one burst. */
  chooseLists(loads: readonly { slot: number; keys: number }[]): { slot: number; keys: number }[] {
    const { keysPerBurst, bytesPerBurst } = this.#pair.pace;
    const lists: { slot: number; keys: number }[] = [];
    let room = 1;
    for (const { slot, keys } of loads) {
      const share = Math.max(1 / keysPerBurst, this.#handover.bytesPerKey(slot) / bytesPerBurst);
      const wanted = Math.min(keys, Math.max(lists.length === 0 ? 1 : 0, Math.floor(room / share)));
      if (wanted === 0 || lists.length === this.#migratesPerBurst) break;
      lists.push({ slot, keys: wanted });
      room -= wanted * share;
    }
    return lists;
  }

  batches(slot: number, keys: readonly Key[]): Batch[] {
    const { bytesPerKey, careful } = this.#handover;
    const { keysPerBurst, bytesPerBurst } = this.#pair.pace;
    const fitting = Math.floor(bytesPerBurst / bytesPerKey(slot));
    const most = careful.has(slot) ? 1 : Math.max(1, Math.min(MOST_KEYS, keysPerBurst, fitting));
    const batches: Batch[] = [];
    for (let start = 0; start < keys.length; start += most)
      batches.push({ slot, keys: keys.slice(start, start + most) });
    return batches;
  }

  /** Takes from the head of `ready` what goes in one burst. */
  takeBurst(ready: Batch[]): Batch[] {
    const { careful, bytesPerKey } = this.#handover;
    const { keysPerBurst, bytesPerBurst } = this.#pair.pace;
    let [keys, bytes, length] = [0, 0, 0];
    for (const batch of ready) {
      keys += batch.keys.length;
      bytes += batch.keys.length * bytesPerKey(batch.slot);
      const isTooMuch = keys > keysPerBurst || bytes > bytesPerBurst || length === this.#migratesPerBurst;
      if (length > 0 && (isTooMuch || careful.has(batch.slot))) break;
      length++;
      if (careful.has(batch.slot)) break;
    }
    return ready.splice(0, length);
  }

  wordsFor({ slot, keys }: Batch, inBurst: number, { replace = false } = {}): CommandWords {
    const { targetAddress, nodeTimeoutMilliseconds, credentials } = this.#pair;
    const { careful, bytesPerKey } = this.#handover;
    const expected = (4000 * keys.length * bytesPerKey(slot)) / BYTES_PER_SECOND;
    const timeout = careful.has(slot)
      ? Math.max(1000, nodeTimeoutMilliseconds * 0.9)
      : Math.max(LEAST_TIMEOUT_MILLISECONDS, this.#patienceMilliseconds / inBurst, expected);
    const { host, port } = targetAddress;
    const options = [...(replace ? ['REPLACE'] : []), ...credentials, 'KEYS'];
    return ['MIGRATE', host, port, '', this.#channel.database, Math.ceil(timeout), ...options, ...keys];
  }

  /** Throws the first refusal that is more than a key that is at both ends. */
  async settle(batches: readonly Batch[], replies: readonly (Reply | Error)[]): Promise<void> {
    const { arrived, careful } = this.#handover;
    const collided: Batch[] = [];
    let refused: Error | undefined;
    batches.forEach((batch, index) => {
      const reply = replies[index]!;
      if (!(reply instanceof Error)) {
        // NOKEY: they expired or were deleted meanwhile.
        if (reply === 'OK') arrived(batch.slot, batch.keys.length);
      } else if (isCollision(reply)) collided.push(batch);
      else {
        if (isTransferTrouble(reply)) careful.add(batch.slot);
        refused ??= reply;
      }
    });
    if (refused && needsNoPassword(refused)) this.#pair.credentials = [];
    if (refused) throw refused;
    for (const batch of collided) await this.#replace(batch);
  }

  async #replace(batch: Batch): Promise<void> {
    const { arrived, taken } = this.#handover;
    const send = async (keys: readonly Key[]): Promise<Reply | Error> => {
      const words = this.wordsFor({ slot: batch.slot, keys }, 1, { replace: true });
      return (await this.#pair.source.texts([words], this.#channel))[0]!;
    };
    const replaced = await replaceKeys(this.#pair, this.#channel, batch, { isTaken: taken.has(batch.slot), send });
    this.#pair.replaced += replaced;
    arrived(batch.slot, batch.keys.length);
  }

  get #migratesPerBurst(): number {
    const fitting = Math.floor(this.#patienceMilliseconds / LEAST_TIMEOUT_MILLISECONDS);
    return Math.max(1, Math.min(MOST_MIGRATES, fitting));
  }
}
