import type { ClientChannel } from 'ssh2';
import { formatAddress, type Address } from '../../topology/address';
import { TunnelSocket } from './tunnelSocket';

interface Opening {
  owner: TunnelSocket;
}

/**
 * Channels that are being opened. An opening cannot be taken back: while a node drops what it is sent, the jump host waits
 * minutes for each, and has only so many files. One that was given up is therefore taken up by the next who wants the same.
 */
export class Openings {
  readonly #byAddress = new Map<string, Set<Opening>>();

  constructor(private readonly open: (address: Address) => Promise<ClientChannel>) {}

  /** A socket that opens with a channel to that address. */
  take(address: Address): TunnelSocket {
    const socket = new TunnelSocket();
    const key = formatAddress(address);
    const openings = this.#byAddress.get(key) ?? new Set();
    this.#byAddress.set(key, openings);
    const left = [...openings].find(({ owner }) => owner.destroyed);
    if (left) left.owner = socket;
    else this.#begin(address, key, openings, { owner: socket });
    return socket;
  }

  /** The connection they were begun on is gone. */
  forget(): void {
    this.#byAddress.clear();
  }

  #begin(address: Address, key: string, openings: Set<Opening>, opening: Opening): void {
    openings.add(opening);
    const settled = (): TunnelSocket => {
      openings.delete(opening);
      if (openings.size === 0 && this.#byAddress.get(key) === openings) this.#byAddress.delete(key);
      return opening.owner;
    };
    this.open(address).then(
      channel => settled().opened(channel),
      (error: Error) => settled().destroy(error),
    );
  }
}
