import { randomInt } from 'node:crypto';
import { findFreePorts, isPortFree } from '../../src/core/local/freePorts';

/**
 * Client ports for servers of a test: free together with their bus ports, ascending, from anywhere in the range of this run.
 *
 * Suites that run side by side have ranges of their own (RCM_TEST_PORTS, `12768-17767`): a cluster goes on calling a node
 * that died while it was met, and whoever gets that port next would be met instead.
 */
export async function findTestPorts(count: number): Promise<[number, ...number[]]> {
  const [lowest, highest] = portRange();
  for (let tries = 0; tries < 50; tries++) {
    const ports = await findFreePorts(count, { from: randomInt(lowest, highest - count) });
    if (ports.at(-1)! <= highest) return ports as [number, ...number[]];
  }
  throw new Error(`There are no ${count} free ports from ${lowest} to ${highest}.`);
}

/** The first of `count` consecutive client ports that are free together with their bus ports. */
export async function findFreePortRange(count: number): Promise<number> {
  const [, highest] = portRange();
  for (let tries = 0; tries < 50; tries++) {
    const [first] = await findTestPorts(1);
    if (first + count > highest) continue;
    const ports = Array.from({ length: count }, (_, index) => first + index);
    const free = await Promise.all(ports.flatMap(port => [isPortFree(port), isPortFree(port + 10_000)]));
    if (free.every(Boolean)) return first;
  }
  throw new Error(`There are no ${count} consecutive free ports.`);
}

/** Bus ports lie outside the whole of it, and below those that Linux hands to outgoing connections. */
function portRange(): [lowest: number, highest: number] {
  const [lowest, highest] = (process.env.RCM_TEST_PORTS ?? '12768-22767').split('-').map(Number);
  return [lowest!, highest!];
}
