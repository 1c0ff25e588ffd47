// The process of clientBeside.ts: a client that reads and writes keys without a pause, and tells how long each answer took.
// Arguments: ports with commas between, slots with keys of loadSlots, keys per slot. Each line on its standard input makes it tell
// what it felt since the last one, as JSON.
import { createInterface } from 'node:readline';
import { Cluster } from 'ioredis';
import { SlotSet } from '../../../src/core/topology/slotSet';
import type { Felt } from './clientBeside';
import { keyInSlot } from './loadSlots';

async function main([ports = '', slotText = '', keysPerSlot = '1']: readonly string[]): Promise<void> {
  const nodes = ports.split(',').map(port => ({ host: '127.0.0.1', port: Number(port) }));
  const cluster = new Cluster(nodes, { maxRedirections: 16 });
  const slots = [...SlotSet.parse(slotText)];
  let took: number[] = [];
  createInterface({ input: process.stdin }).on('line', () => {
    took.sort((a, b) => a - b);
    const at = (share: number): number => took[Math.floor(took.length * share)] ?? NaN;
    const felt: Felt = { p50: at(0.5), p99: at(0.99), longest: took.at(-1) ?? NaN };
    process.stdout.write(`${JSON.stringify(felt)}\n`);
    took = [];
  });
  process.stdin.on('end', () => process.exit(0));
  const go = async (lane: number): Promise<void> => {
    for (let number = lane; ; number += 7) {
      const key = keyInSlot(slots[number % slots.length]!, number % Number(keysPerSlot));
      const start = performance.now();
      if (number % 2 === 0) await cluster.get(key);
      else await cluster.set(key, 'v'.repeat(100));
      took.push(performance.now() - start);
    }
  };
  await Promise.all([0, 1, 2, 3].map(go));
}

void main(process.argv.slice(2));
