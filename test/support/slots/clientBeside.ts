import { spawn } from 'node:child_process';
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
  const tell = async (): Promise<Felt> => {
    const line = new Promise<string>((resolve, reject) => {
      lines.once('line', resolve);
      child.once('exit', code => reject(new Error(`the client beside the move ended with code ${code}`)));
    });
    child.stdin.write('\n');
    return JSON.parse(await line) as Felt;
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
