import { BUS_PORT_OFFSET, isPortFree } from './freePorts';
import { LocalServerError } from './localServerError';
import { findPortHolder } from './portHolder';

/** Throws a LocalServerError with the code `portInUse` that names who holds which of the client and bus ports. */
export async function refusePortsInUse(ports: readonly number[]): Promise<void> {
  const holders: string[] = [];
  for (const port of ports) {
    for (const [kind, number] of [
      ['', port],
      ['bus ', port + BUS_PORT_OFFSET],
    ] as const) {
      if (await isPortFree(number)) continue;
      const holder = await findPortHolder(number);
      holders.push(`${kind}port ${number} by ${holder ?? 'a process this user may not see'}`);
    }
  }
  if (holders.length === 0) return;
  throw new LocalServerError('portInUse', `In use on 127.0.0.1: ${holders.join(', ')}.`, {
    now: 'No server was started.',
    remedy: 'Choose another base port, or end what holds them.',
  });
}
