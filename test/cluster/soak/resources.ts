/**
 * What keeps this process alive, by kind, apart from its own streams, its children, files that are being read, and timers, which
 * are counted elsewhere.
 */
export function activeResources(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo())
    if (!/^(FSReq|Immediate|PipeWrap|TTYWrap|ProcessWrap|Timeout)/.test(kind)) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
