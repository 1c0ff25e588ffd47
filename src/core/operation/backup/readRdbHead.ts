import { figureOf } from '../../topology/figureOf';

/** What the beginning of an RDB file tells. */
export interface RdbHead {
  /** `REDIS` or `VALKEY`, then the version: 11, 80. */
  magic: string;
  rdbVersion: number;
  /** Of the server that wrote it; empty where it does not say. */
  serverVersion: string;
  /** Seconds since 1970 by its clock, of the moment the data is of; absent where it does not say. */
  createdAtSeconds?: number;
  /**
   * Keys in its first database, those among them that have expired and were not removed yet too; absent where that cannot be
   * told from the beginning (functions or modules of great length stand first).
   */
  keys?: number;
}

/** Undefined when this is no RDB file (rdb.c: rdbLoadRioWithLoadingCtx). */
export function readRdbHead(head: Buffer): RdbHead | undefined {
  const match = /^(?:(REDIS)(\d{4})|(VALKEY)(\d{3}))/.exec(head.toString('latin1', 0, 9));
  if (!match) return undefined;
  const found: RdbHead = {
    magic: match[1] ?? match[3]!,
    rdbVersion: Number(match[2] ?? match[4]),
    serverVersion: '',
  };
  try {
    readFields(new Cursor(head, 9), found);
  } catch (error) {
    // What is not all in the beginning, or not known, is left out.
    if (!(error instanceof RangeError)) throw error;
  }
  return found;
}

const FUNCTION = 0xf5;
const AUX = 0xfa;
const SIZES = 0xfb;
const DATABASE = 0xfe;
const END = 0xff;

function readFields(cursor: Cursor, found: RdbHead): void {
  for (;;) {
    switch (cursor.byte()) {
      case AUX: {
        const [name, value] = [cursor.text(), cursor.text()];
        if (name === 'redis-ver' || name === 'valkey-ver') found.serverVersion = value;
        const seconds = name === 'ctime' ? figureOf(value) : undefined;
        if (seconds !== undefined) found.createdAtSeconds = seconds;
        break;
      }
      case FUNCTION:
        cursor.text();
        break;
      case DATABASE:
        cursor.length();
        break;
      case SIZES:
        found.keys = cursor.length();
        return;
      case END:
        found.keys = 0;
        return;
      default:
        return;
    }
  }
}

class Cursor {
  constructor(
    readonly bytes: Buffer,
    public at: number,
  ) {}

  byte(): number {
    return this.bytes.readUInt8(this.at++);
  }

  length(): number {
    const { length, encoding } = this.#size();
    if (encoding !== undefined) throw new RangeError('No length.');
    return length;
  }

  text(): string {
    const { length, encoding } = this.#size();
    switch (encoding) {
      case undefined:
        return this.#take(length).toString('latin1');
      case 0:
        return String(this.#take(1).readInt8());
      case 1:
        return String(this.#take(2).readInt16LE());
      case 2:
        return String(this.#take(4).readInt32LE());
      case 3: {
        const packed = this.length();
        this.length();
        this.#take(packed);
        return '';
      }
      default:
        throw new RangeError('No encoding that is known.');
    }
  }

  /** Two bits say how the length is written (rdb.c: rdbLoadLenByRef). */
  #size(): { length: number; encoding?: number } {
    const first = this.byte();
    switch (first >> 6) {
      case 0:
        return { length: first & 0x3f };
      case 1:
        return { length: ((first & 0x3f) << 8) | this.byte() };
      case 3:
        return { length: 0, encoding: first & 0x3f };
      default:
        return { length: first === 0x80 ? this.#take(4).readUInt32BE() : Number(this.#take(8).readBigUInt64BE()) };
    }
  }

  #take(length: number): Buffer {
    if (this.at + length > this.bytes.length) throw new RangeError('Beyond the beginning.');
    return this.bytes.subarray(this.at, (this.at += length));
  }
}
