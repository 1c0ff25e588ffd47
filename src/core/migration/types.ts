import type { ConnectOptions, NodeConnection, ServerCapabilities } from '../connection/types';
import type { SlotSet } from '../topology/slotSet';

/** A node by its id, for commands, and its address, for connections and texts. */
export interface Member {
  id: string;
  address: string;
  /** Nodes it stands in for since it took over from them: slots that are open for one of these are open for it. */
  formerIds?: readonly string[];
}

/** Slots on their way from one master to another. */
export interface Transfer {
  source: Member;
  target: Member;
  slots: SlotSet;
}

/** The nodes an engine works on. */
export interface MigrationNodes {
  /** The shared connection to a node. */
  node(address: string): NodeConnection;
  /** A connection of one's own; whoever opens it closes it. */
  open(address: string): NodeConnection;
  capabilities(address: string): Promise<ServerCapabilities>;
  /** Holds the password, which goes into MIGRATE and into no text. */
  readonly options: Pick<ConnectOptions, 'username' | 'password' | 'tls' | 'addressMap'>;
}

/** What an engine gets beside its transfer. */
export interface TransferContext {
  readonly nodes: MigrationNodes;
  /** All masters that answer, both ends among them. */
  readonly masters: readonly Member[];
  /** How much later, in milliseconds at p99, clients may be answered while slots move; 0: as fast as it goes. */
  readonly latencyMilliseconds: number;
  /** Aborts with a cancel. What is in flight is finished or taken back first, so that no slot stays open. */
  readonly signal: AbortSignal;
  /** Between two slots: waits while the operation is paused; rejects with the reason of a cancel. */
  readonly safePoint: () => Promise<void>;
  /** The same before a window or a task, which may run beside others: the operation counts as paused when none runs. */
  readonly inFlight: <T>(work: () => Promise<T>) => Promise<T>;
  /** These slots belong to the target now, and so many keys went with them (as far as they were counted). */
  readonly moved: (slots: SlotSet, keys: number) => void;
  /** What happens now, a whole sentence. */
  readonly report: (message: string) => void;
  /** What the user should know afterwards though nothing failed; a whole sentence. */
  readonly note: (text: string) => void;
}

/**
 * Moves slots that the source owns and that are not open at any third node. What an earlier attempt left (open slots
 * between these two, keys on both sides) is gone on with. Resolves when both ends call the target the owner of all of them and
 * no slot is open. Throws a MigrationError, a ConnectionError, or the signal's reason.
 */
export type MoveSlots = (transfer: Transfer, context: TransferContext) => Promise<void>;
