import { findFreePorts, isPortFree } from '../../src/core/local/freePorts';

/** The first of `count` consecutive client ports that are free together with their bus ports. */
export async function findFreePortRange(count: number): Promise<number> {
  for (let tries = 0; tries < 50; tries++) {
    const [first] = await findFreePorts(1, { random: true });
    if (first === undefined || first + count > 22_768) continue;
    const ports = Array.from({ length: count }, (_, index) => first + index);
    const free = await Promise.all(ports.flatMap(port => [isPortFree(port), isPortFree(port + 10_000)]));
    if (free.every(Boolean)) return first;
  }
  throw new Error(`There are no ${count} consecutive free ports.`);
}
