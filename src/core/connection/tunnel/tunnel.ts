import type { Client, ClientChannel } from 'ssh2';
import { formatAddress, type Address } from '../../topology/address';
import { ConnectionError } from '../connectionError';
import { abortable, withDeadline } from '../deadline';
import { connectSsh, type SshOutcome } from './connectSsh';
import {
  addKnownHost,
  defaultKnownHostsFiles,
  fingerprintOf,
  judgeHostKey,
  readKnownHosts,
  typeOfKey,
  type HostKey,
  type HostKeyVerdict,
} from './knownHosts';
import { Openings } from './openings';
import { describeChannelFailure, lostJumpHost, refuseHostKey } from './sshFailure';
import type { TunnelSocket } from './tunnelSocket';
import type { SshOptions, Tunnel } from './types';

/** For a person who compares a fingerprint. */
const confirmMilliseconds = 120_000;
/** Of a jump host that was not reached. */
const retryMilliseconds = 1000;
/** Of one that turned us away: such tries are counted there, and some lock out whoever fails too often. */
const retryRefusedMilliseconds = 60_000;
const longestRetryMilliseconds = 3_600_000;

/** Dials nothing yet. */
export function openTunnel(options: SshOptions): Tunnel {
  return new SshTunnel(options);
}

/** Why it is not tried again before some time. */
interface Refusal {
  error: ConnectionError;
  untilMilliseconds: number;
  /** Where a key stood in the way: as soon as the files say something else of it, it is tried again. */
  about?: { hostKey: HostKey; verdict: HostKeyVerdict };
}

class SshTunnel implements Tunnel {
  readonly name: string;
  readonly #options: SshOptions;
  readonly #address: Address;
  readonly #files: readonly string[];
  readonly #closing = new AbortController();
  readonly #sockets = new Set<TunnelSocket>();
  readonly #openings = new Openings(address => this.#channelTo(address));
  #opening: Promise<Client> | undefined;
  #end: (() => void) | undefined;
  #signedInBy: string | undefined;
  #refusal: Refusal | undefined;
  /** In a row. */
  #refusals = 0;
  /** Of the key nobody confirmed: nobody is asked about it again. */
  #declined: string | undefined;

  constructor(options: SshOptions) {
    this.#options = options;
    this.#address = { host: options.host, port: options.port ?? 22 };
    this.#files = options.knownHostsFiles ?? defaultKnownHostsFiles();
    this.name = formatAddress(this.#address);
  }

  get signedInBy(): string | undefined {
    return this.#signedInBy;
  }

  async open(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await abortable(this.#connected(), signal);
  }

  dial(address: Address): TunnelSocket {
    const socket = this.#openings.take(address);
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    return socket;
  }

  close(): void {
    if (this.#closing.signal.aborted) return;
    const reason = new ConnectionError('closed', `The connection to the jump host ${this.name} was closed here.`);
    this.#closing.abort(reason);
    this.#end?.();
    this.#endSockets(reason);
  }

  async #connected(): Promise<Client> {
    this.#closing.signal.throwIfAborted();
    const opening = (this.#opening ??= this.#open());
    opening.catch(() => {
      if (this.#opening === opening) this.#opening = undefined;
    });
    return opening;
  }

  async #open(): Promise<Client> {
    if (this.#refusal && (await this.#isHeldBack(this.#refusal))) throw this.#refusal.error;
    try {
      const client = await this.#signIn();
      this.#refusal = undefined;
      this.#refusals = 0;
      return client;
    } catch (error) {
      if (error instanceof ConnectionError && error !== this.#refusal?.error) {
        const wait = passing.has(error.code) ? retryMilliseconds : this.#refusedWait();
        this.#refusal = { error, untilMilliseconds: performance.now() + wait };
      }
      throw error;
    }
  }

  #refusedWait(): number {
    return Math.min(longestRetryMilliseconds, retryRefusedMilliseconds * 2 ** this.#refusals++);
  }

  async #isHeldBack({ untilMilliseconds, about }: Refusal): Promise<boolean> {
    if (performance.now() >= untilMilliseconds) return false;
    if (!about) return true;
    return judgeHostKey(await this.#knownHosts(), this.#address, about.hostKey) === about.verdict;
  }

  async #signIn(): Promise<Client> {
    let outcome = await this.#dialJumpHost();
    if ('verdict' in outcome && outcome.verdict === 'unknown' && (await this.#isConfirmed(outcome.hostKey)))
      outcome = await this.#dialJumpHost();
    if ('verdict' in outcome) throw this.#refuse(outcome);
    const { client, signedInBy, end } = outcome;
    this.#signedInBy = signedInBy;
    this.#end = end;
    let fault: Error | undefined;
    client.on('error', (error: Error) => {
      fault = error;
      // The library half closes it then, and would wait for the other side for ever.
      end();
    });
    client.once('close', () => this.#lost(fault));
    if (this.#closing.signal.aborted) end();
    this.#closing.signal.throwIfAborted();
    return client;
  }

  async #dialJumpHost(): Promise<SshOutcome> {
    const jumpHost = { address: this.#address, name: this.name };
    return connectSsh(this.#options, jumpHost, await this.#knownHosts(), this.#closing.signal);
  }

  async #isConfirmed(hostKey: HostKey): Promise<boolean> {
    const { confirmHostKey } = this.#options;
    const file = this.#files[0];
    if (!confirmHostKey || file === undefined) return false;
    const fingerprint = fingerprintOf(hostKey);
    if (fingerprint === this.#declined) return false;
    const asked = confirmHostKey({ address: this.name, keyType: typeOfKey(hostKey), fingerprint, file });
    const isTrusted = await withDeadline(asked, confirmMilliseconds, () => nobody, this.#closing.signal).catch(
      (error: unknown) => {
        if (error !== nobody) throw error;
        // Who compares by telephone takes longer: the next dial finds it among the known.
        this.#addLate(asked, file, hostKey);
        return false;
      },
    );
    if (!isTrusted) {
      this.#declined = fingerprint;
      return false;
    }
    try {
      await addKnownHost(file, this.#address, hostKey);
    } catch (cause) {
      throw this.#filesFault(`${file} cannot be written`, cause);
    }
    return true;
  }

  #addLate(asked: Promise<boolean>, file: string, hostKey: HostKey): void {
    asked
      .then(async isTrusted => {
        if (isTrusted && !this.#closing.signal.aborted) await addKnownHost(file, this.#address, hostKey);
      })
      .catch(() => undefined);
  }

  async #knownHosts(): Promise<string> {
    try {
      return await readKnownHosts(this.#files);
    } catch (cause) {
      throw this.#filesFault(`${this.#files.join(' or ')} cannot be read`, cause);
    }
  }

  #filesFault(what: string, cause: unknown): ConnectionError {
    return new ConnectionError(
      'jumpHostKeyUnknown',
      `Whether the jump host ${this.name} is known is not known: ${what}.`,
      {
        now: 'No password and no key was shown to it.',
        remedy: 'Make the file readable and writable for yourself.',
        cause,
      },
    );
  }

  #refuse(about: { hostKey: HostKey; verdict: Exclude<HostKeyVerdict, 'known'> }): ConnectionError {
    const { hostKey, verdict } = about;
    const facts = { keyType: typeOfKey(hostKey), fingerprint: fingerprintOf(hostKey), files: this.#files };
    const error = refuseHostKey(this.name, verdict, facts);
    this.#refusal = { error, about, untilMilliseconds: performance.now() + retryRefusedMilliseconds };
    return error;
  }

  async #channelTo(address: Address): Promise<ClientChannel> {
    const client = await this.#connected();
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void =>
        reject(
          'reason' in error ? describeChannelFailure(this.name, address, error) : lostJumpHost(this.name, undefined),
        );
      try {
        // Where it comes from means nothing: there is no port of ours behind it.
        client.forwardOut('127.0.0.1', 0, address.host, address.port, (error, channel) =>
          error ? fail(error) : resolve(channel),
        );
      } catch (error) {
        fail(error as Error);
      }
    });
  }

  #lost(fault: Error | undefined): void {
    this.#opening = undefined;
    this.#signedInBy = undefined;
    this.#openings.forget();
    if (!this.#closing.signal.aborted) this.#endSockets(lostJumpHost(this.name, fault));
  }

  #endSockets(reason: ConnectionError): void {
    for (const socket of [...this.#sockets]) socket.destroy(reason);
  }
}

/** Answered in time: the person may be away. */
const nobody = Symbol('nobody');

const passing: ReadonlySet<string> = new Set(['jumpHostUnreachable', 'jumpHostLost']);
