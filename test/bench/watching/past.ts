import { PastPictures } from '../../../src/extension/topology/past/pastPictures';
import type { Picture, PictureNode } from '../../../src/extension/topology/picture';
import { collectGarbage } from '../../support/collectGarbage';

const start = Date.UTC(2030, 0, 1);

export interface PastHour {
  /** What is in use more after a collection. */
  megabytes: number;
  /** How far back it goes. */
  minutes: number;
  /** To remember one look. */
  milliseconds: number;
}

/** An hour of looks every 2 s at a cluster, in each of which this share of the nodes changed, as it is remembered. */
export function measurePastHour(nodes: number, share: number): PastHour {
  const before = heapBytes();
  const { past, milliseconds } = rememberHour(nodes, share);
  const megabytes = (heapBytes() - before) / 1e6;
  return { megabytes, milliseconds, minutes: (start + 3_600_000 - past.sinceMilliseconds!) / 60_000 };
}

function rememberHour(nodes: number, share: number): { past: PastPictures; milliseconds: number } {
  const past = new PastPictures();
  const states = new Array<number>(nodes).fill(0);
  let spent = 0;
  for (let look = 0; look < 1800; look++) {
    for (let change = 0; change < Math.round(nodes * share); change++) states[(look * 7919 + change) % nodes]! += 1;
    const picture = pictureOf(states);
    const began = performance.now();
    past.add(picture, start + look * 2000);
    spent += performance.now() - began;
  }
  return { past, milliseconds: spent / 1800 };
}

/** Made anew with every look, as from what servers say. */
function pictureOf(states: readonly number[]): Picture {
  const masters = states.length / 2;
  const nodes = states.map((state, index): PictureNode => {
    const isMaster = index < masters;
    const [address, slots] = [`10.0.${index >> 8}.${index & 255}:7000`, `${index * 30}-${index * 30 + 29}`];
    return {
      id: idOf(index),
      name: address,
      address,
      hostLabel: `10.0.${index >> 8}.${index & 255}`,
      role: isMaster ? 'master' : 'replica',
      ...(!isMaster && { masterId: idOf(index - masters) }),
      state: state % 2 === 0 ? 'ok' : 'suspect',
      stateText: state % 2 === 0 ? 'ok' : `suspect ${state}/${masters}`,
      slots: isMaster ? slots : '',
      slotCount: isMaster ? 30 : 0,
      local: false,
    };
  });
  const shards = nodes.slice(0, masters).map(({ id, slots }, index) => ({
    id: `slot-${index * 30}`,
    name: `Shard ${index + 1}`,
    slots,
    masterId: id,
    replicaIds: [idOf(index + masters)],
  }));
  return {
    status: 'ok',
    statusText: `${masters} shards`,
    nodes,
    shards,
    openSlots: [],
    disputedSlots: [],
    problems: [],
  };
}

function idOf(index: number): string {
  return index.toString(16).padStart(8, '0').repeat(5);
}

function heapBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
