import type { Observer } from '../connection/types';
import { ClusterError } from '../topology/clusterError';
import type { Topology } from '../topology/types';
import { asError } from './asError';
import type { MonitorClock } from './clock';

/** One look that ends when it is done, when `controller` aborts or when its time is up, even if the observer does not heed the signal. */
export async function observeWithin(
  observer: Observer,
  backOff: boolean,
  controller: AbortController,
  timeoutMilliseconds: number,
  clock: MonitorClock,
): Promise<Topology> {
  const { signal } = controller;
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(asError(signal.reason)), { once: true });
  });
  const cancelTimeout = clock.after(timeoutMilliseconds, () => controller.abort(lateError(timeoutMilliseconds)));
  try {
    return await Promise.race([observer.observe({ signal, backOff }), aborted]);
  } finally {
    cancelTimeout();
  }
}

function lateError(milliseconds: number): ClusterError {
  return new ClusterError('timedOut', `A look at the cluster was given up after ${milliseconds} ms.`, {
    now: 'What is shown is the look before.',
    remedy: 'It is tried again.',
  });
}
