/**
 * Settles as `work` does, unless the time runs out or the signal aborts first: then it rejects with what `expired`
 * makes, or with the signal's reason. `work` is not stopped; its later outcome is nobody's. Leaves no timer and no listener.
 * What came in while this process stood still counts as in time.
 */
export async function withDeadline<T>(
  work: Promise<T>,
  timeoutMilliseconds: number,
  expired: () => unknown,
  signal?: AbortSignal,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let lastCall: NodeJS.Immediate | undefined;
  try {
    const timeUp = new Promise<never>((_, reject) => {
      // Timers are called before sockets are read: a late one would give up a reply that is there.
      timer = setTimeout(() => {
        lastCall = setImmediate(() => reject(expired() as Error));
      }, timeoutMilliseconds);
    });
    return await abortable(Promise.race([work, timeUp]), signal);
  } finally {
    clearTimeout(timer);
    clearImmediate(lastCall);
  }
}

/** Settles as `work` does, unless the signal aborts first: then it rejects with the signal's reason. */
export async function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  // What is given up must not surface as an unhandled rejection.
  work.catch(() => undefined);
  if (!signal) return work;
  signal.throwIfAborted();
  let abort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', abort);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort!);
  }
}
