import { Duplex } from 'node:stream';
import type { ClientChannel } from 'ssh2';
import type { Stream } from './types';

type Callback = (error?: Error | null) => void;

/** A channel of SSH that behaves like a socket: there at once, open when the channel is, closed when that is. */
export class TunnelSocket extends Duplex implements Stream {
  connecting = true;
  #channel: ClientChannel | undefined;
  #isGone = false;
  /** What is being written, until the channel has taken it. */
  #writing: { bytes: Buffer; done: Callback } | undefined;
  #silence: NodeJS.Timeout | undefined;

  constructor() {
    super({ allowHalfOpen: false });
  }

  /** From now on it is this channel; one that comes too late is ended. */
  opened(channel: ClientChannel): void {
    // Its faults are those of the connection, which tells them.
    channel.on('error', () => undefined);
    this.#channel = channel;
    if (this.destroyed) {
      channel.resume();
      return void channel.destroy();
    }
    channel.on('data', (bytes: Buffer) => {
      this.#silence?.refresh();
      if (!this.destroyed && !this.push(bytes)) channel.pause();
    });
    channel.once('end', () => this.#ended());
    channel.once('close', () => this.#ended());
    this.connecting = false;
    this.emit('connect');
    this.#send();
  }

  setTimeout(milliseconds: number, silent?: () => void): this {
    clearTimeout(this.#silence);
    if (silent) this.once('timeout', silent);
    if (milliseconds > 0) this.#silence = setTimeout(() => this.emit('timeout'), milliseconds);
    return this;
  }

  // The connection below sends at once and looks for life by itself; whoever holds a socket may ask for both.
  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  override _read(): void {
    this.#channel?.resume();
  }

  override _write(bytes: Buffer, _encoding: string, done: Callback): void {
    if (this.#isGone) return done(closed());
    this.#writing = { bytes, done };
    this.#send();
  }

  override _final(done: Callback): void {
    this.#channel?.end();
    done();
  }

  override _destroy(error: Error | null, done: Callback): void {
    clearTimeout(this.#silence);
    this.connecting = false;
    // What still comes is read to its end, or the channel would stay.
    this.#channel?.resume();
    this.#channel?.destroy();
    done(error);
  }

  #send(): void {
    const { bytes } = this.#writing ?? {};
    if (!bytes || !this.#channel) return;
    this.#silence?.refresh();
    this.#channel.write(bytes, error => this.#taken(error));
  }

  #taken(error?: Error | null): void {
    const done = this.#writing?.done;
    this.#writing = undefined;
    done?.(error);
  }

  // Nothing comes after it, and the channel never takes what it has not taken.
  #ended(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    if (this.destroyed) return;
    this.push(null);
    if (this.#writing) this.#taken(closed());
  }
}

function closed(): Error {
  return Object.assign(new Error('Connection is closed.'), { code: 'EPIPE' });
}
