import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { SlotSet } from '../../../src/core/topology/slotSet';
import type { TestServers } from '../testCluster';

/** How long answers took, in milliseconds. */
export interface Felt {
  p50: number;
  p99: number;
  longest: number;
}

/** A client that reads and writes keys of loadSlots without a pause. */
export interface ClientBeside {
  /** What it feels while the work is done. */
  feltDuring(work: () => Promise<void>): Promise<Felt>;
  end(): void;
}

/** Starts one in a process of its own: what it feels must not be what this one is busy with. */
export function startClientBeside({ ports }: TestServers, slots: SlotSet, keysPerSlot: number): ClientBeside {
  const file = require.resolve('./feel.ts');
  const args = [ports.join(','), slots.toString(), String(Math.max(1, keysPerSlot))];
  const child = spawn(process.execPath, ['--require', require.resolve('tsx/cjs'), file, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the client beside the move ended with code ${code}`);
  });
  // Whoever waits for a line is told; afterwards it may end.
  ended.catch(() => undefined);
  const tell = async (): Promise<Felt> => {
    const line = once(lines, 'line');
    child.stdin.write('\n');
    const [text] = (await Promise.race([line, ended])) as [string];
    return JSON.parse(text) as Felt;
  };
  return {
    async feltDuring(work) {
      await tell();
      await work();
      return tell();
    },
    end: () => child.stdin.end(),
  };
}
