import type { FakeNode } from './model';
import type { FakeScript } from './script';

/** What the nodes of one side of a partition say of all: the same for each of them, but for the line of itself. */
export interface SideView {
  /** The members, in the order of their lines. */
  members: readonly FakeNode[];
  /** All lines as one, and where the line of each member begins; one more entry for the end. */
  body: Buffer;
  starts: readonly number[];
  state: 'ok' | 'fail';
  counts: { assigned: number; ok: number; suspect: number; failed: number; size: number; epoch: number };
}

/** Assembled once per change of the cluster, however many nodes are asked. */
export class FakeViews {
  #version = -1;
  #sides = new Map<number, SideView>();

  constructor(private readonly script: FakeScript) {}

  of(viewer: FakeNode): SideView {
    if (this.#version !== this.script.version) {
      this.#version = this.script.version;
      this.#sides = new Map();
    }
    const { side } = viewer;
    const known = this.#sides.get(side);
    if (known) return known;
    const view = assemble(this.script.nodes, side);
    this.#sides.set(side, view);
    return view;
  }
}

/** A line of CLUSTER NODES without the final newline, as `viewer` writes it. */
export function lineOf(node: FakeNode, viewer: FakeNode): string {
  const isOwn = node === viewer;
  const standing = standingOf(node, viewer.side);
  const role = node.role === 'master' ? 'master' : 'slave';
  const flags = [
    ...(isOwn ? ['myself'] : []),
    ...(standing === 'handshake' ? [] : [role]),
    ...(isOwn ? [] : FLAGS[standing]),
  ];
  const isLinked = isOwn || standing === 'ok';
  const open = isOwn
    ? node.openSlots.map(
        ({ slot, direction, peerId }) => `[${slot}-${direction === 'migrating' ? '>' : '<'}-${peerId}]`,
      )
    : [];
  return [
    node.id,
    `${node.host}:${node.port}@${node.port + 10000}`,
    flags.join(','),
    node.masterId ?? '-',
    isOwn || isLinked ? '0' : '1795403000000',
    isOwn ? '0' : '1795403614000',
    node.epoch,
    isLinked ? 'connected' : 'disconnected',
    ...(node.slots.isEmpty ? [] : [node.slots.toString().replaceAll(',', ' ')]),
    ...open,
  ].join(' ');
}

const FLAGS = { ok: [], suspect: ['fail?'], failed: ['fail'], handshake: ['handshake'] } as const;

function standingOf(node: FakeNode, side: number): FakeNode['standing'] {
  // The larger side agrees that the others failed; the smaller one can only miss them.
  if (node.side !== side) return side === 0 ? 'failed' : 'suspect';
  return node.standing;
}

function assemble(nodes: readonly FakeNode[], side: number): SideView {
  const members = nodes.filter(({ inCluster }) => inCluster);
  const someone = { side } as FakeNode;
  const lines = members.map(node => Buffer.from(`${lineOf(node, someone)}\n`));
  const starts = [0];
  for (const line of lines) starts.push(starts.at(-1)! + line.length);
  const counts = { assigned: 0, ok: 0, suspect: 0, failed: 0, size: 0, epoch: 0 };
  for (const node of members) {
    const { count } = node.slots;
    const standing = standingOf(node, side);
    counts.assigned += count;
    counts[standing === 'failed' ? 'failed' : standing === 'suspect' ? 'suspect' : 'ok'] += count;
    if (count > 0) counts.size++;
    counts.epoch = Math.max(counts.epoch, node.epoch);
  }
  const isMinority = side !== 0;
  const state = counts.assigned === 16384 && counts.failed === 0 && !isMinority ? 'ok' : 'fail';
  return { members, body: Buffer.concat(lines), starts, state, counts };
}
