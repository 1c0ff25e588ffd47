import { readFileSync } from 'node:fs';
import { arch, cpus, loadavg, release, totalmem, type } from 'node:os';
import type { Machine } from './document';

/** As it is at this moment. */
export function describeMachine(): Machine {
  const processors = cpus();
  return {
    cores: processors.length,
    processor: processors[0]?.model.trim() ?? 'unknown',
    memoryGigabytes: totalmem() / 1e9,
    system: `${distribution()} (${type()} ${release()}, ${arch()})`,
    nodeVersion: process.versions.node,
    loadBefore: loadavg()[0] ?? 0,
  };
}

function distribution(): string {
  try {
    return /^PRETTY_NAME="?([^"\n]+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? type();
  } catch {
    // Other systems have no such file.
    return type();
  }
}
