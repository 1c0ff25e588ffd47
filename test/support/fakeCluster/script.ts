import { SlotSet } from '../../../src/core/topology/slotSet';
import { seededRandom, type FakeNode } from './model';

export interface Timing {
  /** From a death to `fail?`. */
  suspectMilliseconds: number;
  /** From there to `fail`. */
  failMilliseconds: number;
  /** From there to the replica's promotion. */
  electionMilliseconds: number;
  /** From a start, or a change of master, to a link that is up. */
  syncMilliseconds: number;
}

const USUAL: Timing = {
  suspectMilliseconds: 2000,
  failMilliseconds: 500,
  electionMilliseconds: 700,
  syncMilliseconds: 1500,
};

/**
 * What happens to the nodes, and what the cluster makes of it in time: deaths are suspected, agreed on and answered by a
 * promotion. Time passes only by `advance`, so that the same calls always lead to the same cluster.
 */
export class FakeScript {
  /** Grows with every change. */
  version = 1;
  /** Since the start. */
  nowMilliseconds = 0;
  readonly #timing: Timing;
  readonly #random: () => number;
  readonly #changed: (node: FakeNode) => void;
  #due: { atMilliseconds: number; act: () => void }[] = [];

  /** `changed` is called with a node that listens again, or no longer. */
  constructor(
    readonly nodes: readonly FakeNode[],
    changed: (node: FakeNode) => void,
    { seed = 1, timing = {} }: { seed?: number; timing?: Partial<Timing> } = {},
  ) {
    this.#timing = { ...USUAL, ...timing };
    this.#random = seededRandom(seed + 1);
    this.#changed = changed;
  }

  /** Lets so much time pass; what is due in it happens in order. */
  advance(milliseconds: number): void {
    const end = this.nowMilliseconds + milliseconds;
    for (;;) {
      this.#due.sort((a, b) => a.atMilliseconds - b.atMilliseconds);
      const next = this.#due[0];
      if (!next || next.atMilliseconds > end) break;
      this.#due.shift();
      this.nowMilliseconds = next.atMilliseconds;
      next.act();
      this.version++;
    }
    this.nowMilliseconds = end;
  }

  /** One of the nodes that fit, by the seed. */
  pick(fits: (node: FakeNode) => boolean): FakeNode {
    const fitting = this.nodes.filter(fits);
    const picked = fitting[Math.floor(this.#random() * fitting.length)];
    if (!picked) throw new Error('No node of the fake cluster fits.');
    return picked;
  }

  /** The process dies; the cluster finds out, and a replica takes over. */
  kill(node: FakeNode): void {
    this.#set(node, { process: 'down' });
    this.#findOut(node);
  }

  /** The process hangs, with its connections open. */
  freeze(node: FakeNode): void {
    this.#set(node, { process: 'frozen' });
    this.#findOut(node);
  }

  /** The process starts again, or goes on: as what the cluster made of it meanwhile. */
  restart(node: FakeNode): void {
    this.#set(node, { process: 'up', standing: node.inCluster ? 'suspect' : 'ok' });
    this.#after(300, () => this.#set(node, { standing: 'ok' }));
    if (node.successorId !== undefined) this.#set(node, { role: 'replica', masterId: node.successorId });
    delete node.successorId;
    if (node.role === 'replica') this.#synchronise(node);
    for (const replica of this.#replicasOf(node)) this.#synchronise(replica);
  }

  /** A graceful one: the replica takes over from its master, which follows it. */
  failOver(replica: FakeNode): void {
    const master = this.nodes.find(({ id }) => id === replica.masterId);
    if (!master) throw new Error(`${replica.host}:${replica.port} follows nobody.`);
    this.#promote(replica, master);
  }

  /** Opens slot after slot and hands each over; `perSecond` of them. */
  moveSlots(from: FakeNode, to: FakeNode, count: number, perSecond = 50): void {
    const moving = [...from.slots].slice(0, count);
    const step = (index: number): void => {
      const [done, next] = [moving[index - 1], moving[index]];
      if (done !== undefined) {
        const slot = SlotSet.of([done]);
        this.#set(from, { slots: from.slots.difference(slot), openSlots: [] });
        this.#set(to, { slots: to.slots.union(slot), openSlots: [] });
      }
      if (next === undefined) return;
      this.#set(from, { openSlots: [{ slot: next, direction: 'migrating', peerId: to.id }] });
      this.#set(to, { openSlots: [{ slot: next, direction: 'importing', peerId: from.id }] });
      this.#after(1000 / perSecond, () => step(index + 1));
    };
    step(0);
  }

  /** These nodes and the rest no longer hear of each other; whoever asks from outside reaches both. */
  part(nodes: readonly FakeNode[]): void {
    for (const node of nodes) this.#set(node, { side: 1 });
  }

  heal(): void {
    for (const node of this.nodes) this.#set(node, { side: 0 });
  }

  /** A node outside is met: a handshake first, then a member. */
  join(node: FakeNode): void {
    this.#set(node, { inCluster: true, standing: 'handshake' });
    this.#after(500, () => this.#set(node, { standing: 'ok' }));
  }

  /** All forget it, and it them. */
  leave(node: FakeNode): void {
    this.#set(node, { inCluster: false });
  }

  /** A replica loses its master, until `linkUp`. */
  linkDown(replica: FakeNode): void {
    this.#set(replica, { link: 'down' });
  }

  linkUp(replica: FakeNode): void {
    this.#synchronise(replica);
  }

  #findOut(node: FakeNode): void {
    const { suspectMilliseconds, failMilliseconds, electionMilliseconds } = this.#timing;
    for (const replica of this.#replicasOf(node)) this.#set(replica, { link: 'down' });
    const isGone = () => node.process !== 'up';
    this.#after(suspectMilliseconds, () => isGone() && this.#set(node, { standing: 'suspect' }));
    this.#after(suspectMilliseconds + failMilliseconds, () => isGone() && this.#set(node, { standing: 'failed' }));
    this.#after(suspectMilliseconds + failMilliseconds + electionMilliseconds, () => {
      const heir = this.#replicasOf(node).find(({ process }) => process === 'up');
      if (isGone() && !node.slots.isEmpty && heir) this.#promote(heir, node);
    });
  }

  #replicasOf({ id }: FakeNode): FakeNode[] {
    return this.nodes.filter(({ masterId }) => masterId === id);
  }

  #promote(heir: FakeNode, master: FakeNode): void {
    const epoch = Math.max(...this.nodes.map(node => node.epoch)) + 1;
    const followers = this.#replicasOf(master).filter(replica => replica !== heir);
    this.#set(heir, { role: 'master', slots: master.slots, epoch, link: 'up' });
    delete heir.masterId;
    const isDown = master.process !== 'up';
    // Who died a master is one to all until it is back and hears who took over.
    if (isDown) this.#set(master, { slots: SlotSet.empty, successorId: heir.id });
    else this.#set(master, { slots: SlotSet.empty, role: 'replica', masterId: heir.id });
    for (const follower of isDown ? followers : [master, ...followers]) {
      this.#set(follower, { masterId: heir.id });
      this.#synchronise(follower);
    }
  }

  #synchronise(replica: FakeNode): void {
    this.#set(replica, { link: 'syncing' });
    this.#after(this.#timing.syncMilliseconds, () => {
      const master = this.nodes.find(({ id }) => id === replica.masterId);
      if (replica.link === 'syncing') this.#set(replica, { link: master?.process === 'up' ? 'up' : 'down' });
    });
  }

  #set(node: FakeNode, change: Partial<FakeNode>): void {
    const wasDown = node.process === 'down';
    Object.assign(node, change);
    this.version++;
    if ((node.process === 'down') !== wasDown) this.#changed(node);
  }

  #after(milliseconds: number, act: () => void): void {
    this.#due.push({ atMilliseconds: this.nowMilliseconds + milliseconds, act });
  }
}
