import { connect } from 'node:net';
import type { SimulatedScene } from './simulatedActs';
import { noteRegistration } from './standIn/registrations';

/** Leaks a little of everything with every minute, to see that it is found. Gives back how to end that; what has leaked stays. */
export function plantLeaks({ fleet }: SimulatedScene): () => void {
  const kept: string[][] = [];
  const [host, port] = fleet.places[0]!.seeds[0].split(':');
  const leaking = setInterval(() => {
    kept.push(Array.from({ length: KEPT_TEXTS }, (_, index) => `${index} seen at ${Date.now()}`));
    setTimeout(() => kept.length, 2 ** 31);
    connect(Number(port), host);
    noteRegistration('listener');
  }, 60_000);
  return () => clearInterval(leaking);
}

/** About 50 KB. */
const KEPT_TEXTS = 1000;
