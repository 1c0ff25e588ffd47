import type { NodeConnection, OpenedOptions, ServerCapabilities } from '../connection/types';
import type { NodeRef, Plan } from '../plan/types';
import type { Topology } from '../topology/types';
import type { ElectionHistory } from './electionHistory';
import type { NodeMove, OperationRecord } from './operationRecord';
import type { ManagedNodes } from './steps/types';

/** The nodes of an operation, and the look at all of them. */
export interface ObservableNodes extends ManagedNodes {
  observe(): Promise<Topology>;
}

/**
 * The nodes of an operation under the addresses its plan has, wherever each answers by now: a server can come back on another
 * port, or another host, as the same node.
 */
export class FollowedNodes implements ObservableNodes {
  readonly options: OpenedOptions;
  readonly elections: ElectionHistory;
  readonly #nodes: ObservableNodes;
  /** Address in the plan -> where that node answers. */
  readonly #places = new Map<string, string>();
  #unwritten: Omit<NodeMove, 'type'>[] = [];
  /** Who was found elsewhere, by this process; whole sentences. */
  readonly notes: string[] = [];

  constructor(nodes: ObservableNodes) {
    this.options = nodes.options;
    this.elections = nodes.elections;
    this.#nodes = nodes;
  }

  node(address: string): NodeConnection {
    return this.#nodes.node(this.#placeOf(address));
  }

  open(address: string): NodeConnection {
    return this.#nodes.open(this.#placeOf(address));
  }

  capabilities(address: string): Promise<ServerCapabilities> {
    return this.#nodes.capabilities(this.#placeOf(address));
  }

  observe(): Promise<Topology> {
    return this.#nodes.observe();
  }

  moved(node: NodeRef, address: string): void {
    if (address === this.#placeOf(node.address)) return;
    // It may be the same place by another name.
    if (this.node(node.address).address === address) return;
    this.#places.set(node.address, address);
    this.#unwritten.push({ node, address });
    this.notes.push(`The node that was at ${node.address} answers at ${address} now.`);
  }

  /** Takes up what an earlier process found. */
  recall(moves: readonly NodeMove[]): void {
    for (const { node, address } of moves) this.#places.set(node.address, address);
  }

  /** Finds the nodes of a plan by their ids in what all nodes say. */
  follow(plan: Plan, { nodes }: Topology): void {
    const found = new Map(nodes.filter(({ reachable }) => reachable).map(({ id, address }) => [id, address]));
    for (const { id, address } of [...plan.before.nodes, ...plan.after.nodes]) {
      const place = found.get(id);
      if (place !== undefined) this.moved({ id, address }, place);
    }
  }

  /** For the journal: whoever goes on with the operation finds them by that when nobody lists them any more. */
  async writeMoves(record: OperationRecord): Promise<void> {
    const moves = this.#unwritten.map(move => ({ type: 'nodeMoved', ...move }) as const);
    this.#unwritten = [];
    await record.writeIfPossible(moves);
  }

  #placeOf(address: string): string {
    return this.#places.get(address) ?? address;
  }
}
