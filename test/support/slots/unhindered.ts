import type { TransferContext } from '../../../src/core/migration/types';

/** What an engine is told where nobody bounds, pauses or cancels it, and but for what is given nobody listens. */
export function unhindered(
  given: Pick<TransferContext, 'nodes' | 'masters'> & Partial<TransferContext>,
): TransferContext {
  return {
    latencyMilliseconds: 0,
    signal: new AbortController().signal,
    safePoint: () => Promise.resolve(),
    inFlight: work => work(),
    moved: () => undefined,
    report: () => undefined,
    note: () => undefined,
    ...given,
  };
}
