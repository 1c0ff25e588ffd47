import { BUS_PORT_OFFSET, isPortFree } from './freePorts';
import { LocalServerError } from './localServerError';
import { findPortHolder } from './portHolder';

const shownHolders = 4;

/** Throws a LocalServerError with the code `portInUse` that names who holds which of the client and bus ports. */
export async function refusePortsInUse(ports: readonly number[]): Promise<void> {
  const held = new Map<string, number[]>();
  for (const port of ports) {
    for (const number of [port, port + BUS_PORT_OFFSET]) {
      if (await isPortFree(number)) continue;
      const holder = (await findPortHolder(number)) ?? 'a process this user may not see';
      held.set(holder, [...(held.get(holder) ?? []), number]);
    }
  }
  if (held.size === 0) return;
  const holders = [...held].map(([holder, numbers]) => `${numbers.join(' and ')} by ${holder}`);
  const more = holders.length > shownHolders ? ` and ${holders.length - shownHolders} more` : '';
  throw new LocalServerError(
    'portInUse',
    `Ports are in use on 127.0.0.1: ${holders.slice(0, shownHolders).join(', ')}${more}.`,
    {
      now: 'No server was started.',
      remedy: 'Choose another base port, or end what holds them.',
    },
  );
}
