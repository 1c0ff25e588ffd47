const counts = new Map<string, number>();

/** What the extension registered with the editor and has not given back, by kind; kinds of which nothing is left are absent. */
export function registered(): Record<string, number> {
  return Object.fromEntries([...counts].filter(([, count]) => count !== 0).sort());
}

/** Counts one thing of a kind until it is disposed of. `end` is called once, then. */
export function noteRegistration(kind: string, end: () => void = () => undefined): { dispose: () => void } {
  const change = (by: number): unknown => counts.set(kind, (counts.get(kind) ?? 0) + by);
  change(1);
  let isOver = false;
  return {
    dispose: () => {
      if (isOver) return;
      isOver = true;
      change(-1);
      end();
    },
  };
}
