import { writeFileSync } from 'node:fs';

/** Names the file in which a program of this folder leaves what it found, as JSON. */
export const foundFileVariable = 'RCM_BENCH_FOUND';

export function leaveFound(found: object): void {
  writeFileSync(process.env[foundFileVariable] ?? '', JSON.stringify(found));
}
