import { probeCapabilities } from './capabilities';
import { normalAddress, type CheckedOptions } from './connectOptions';
import type { LinkTarget } from './linkTarget';
import { linkTarget, openNodeConnection, type ReopeningConnection } from './nodeConnection';
import type { OpenedOptions, ServerCapabilities } from './types';

/** One connection per node, opened on first use. */
export class ConnectionPool {
  /** Announced address -> the address under which the node answered. */
  aliases: ReadonlyMap<string, string> = new Map();
  readonly #options: OpenedOptions;
  readonly #addressMap: CheckedOptions['addressMap'];
  readonly #connections = new Map<string, ReopeningConnection>();
  readonly #lent = new Set<ReopeningConnection>();
  readonly #capabilities = new WeakMap<ReopeningConnection, Probed>();
  #isClosed = false;
  readonly #lost: (address: string) => void;

  /** `lost` is called with the address when an open connection closes by itself. */
  constructor(options: OpenedOptions, { addressMap }: CheckedOptions, lost: (address: string) => void) {
    this.#options = options;
    this.#addressMap = addressMap;
    this.#lost = lost;
  }

  /** By the address a user or the cluster names it. Throws a ClusterError `badAddress`. */
  get(address: string): ReopeningConnection {
    const name = normalAddress(address);
    return this.exactly(this.aliases.get(name) ?? name);
  }

  /** Under this very address, though the node may answer under another one. */
  exactly(address: string): ReopeningConnection {
    const known = this.#connections.get(address);
    if (known) return known;
    const connection = this.#create(address);
    this.#connections.set(address, connection);
    connection.onClosed(() => this.#lost(address));
    if (this.#isClosed) connection.close();
    return connection;
  }

  /** A connection of the caller's own, to be closed by it; `close` closes it too. Throws a ClusterError `badAddress`. */
  open(address: string): ReopeningConnection {
    const name = normalAddress(address);
    const connection: ReopeningConnection = this.#create(this.aliases.get(name) ?? name, () =>
      this.#lent.delete(connection),
    );
    this.#lent.add(connection);
    if (this.#isClosed) connection.close();
    return connection;
  }

  /** How that node is dialled, for what is no exchange of commands. Holds the password. Throws a ClusterError `badAddress`. */
  target(address: string): LinkTarget {
    const name = normalAddress(address);
    const known = this.aliases.get(name) ?? name;
    const dialledAddress = this.#addressMap.get(known);
    return linkTarget(known, { ...this.#options, ...(dialledAddress && { dialledAddress }) });
  }

  /** Asked once per opening of the connection: a server that was replaced is asked anew. */
  async capabilities(address: string): Promise<ServerCapabilities> {
    const connection = this.get(address);
    await connection.open();
    const { openings } = connection;
    let probed = this.#capabilities.get(connection);
    if (probed?.openings !== openings) {
      probed = { openings, capabilities: probeCapabilities(connection) };
      this.#capabilities.set(connection, probed);
    }
    try {
      return await probed.capabilities;
    } catch (error) {
      if (this.#capabilities.get(connection) === probed) this.#capabilities.delete(connection);
      throw error;
    }
  }

  /** Hangs up on every node but these, unless something is in flight; a later use opens it again. */
  hangUpExcept(addresses: ReadonlySet<string>): void {
    for (const [address, connection] of this.#connections) if (!addresses.has(address)) connection.hangUp();
  }

  /** Closes every connection; those asked for later are closed from the start. */
  close(): void {
    this.#isClosed = true;
    for (const connection of [...this.#connections.values(), ...this.#lent]) connection.close();
  }

  #create(address: string, closed?: () => void): ReopeningConnection {
    const dialledAddress = this.#addressMap.get(address);
    const extras = { ...(dialledAddress && { dialledAddress }), ...(closed && { closed }) };
    return openNodeConnection(address, { ...this.#options, ...extras });
  }
}

interface Probed {
  openings: number;
  capabilities: Promise<ServerCapabilities>;
}
