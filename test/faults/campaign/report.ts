import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Case } from './cases';
import type { Outcome } from './runCase';

/** One line of a campaign's file. */
export type Line = Omit<Case, 'chance'> & Outcome & { server: string };

/** The lines that earlier runs have written. */
export function readLines(file: string): Line[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map(line => JSON.parse(line) as Line);
}

export function writeLine(file: string, line: Line): void {
  mkdirSync(dirname(file), { recursive: true });
  appendFileSync(file, `${JSON.stringify(line)}\n`);
}

/** What the terminal shows of a case. */
export function sayLine(line: Line): string {
  const { number, operation, fault, masters, replicasPerMaster, spares, struck, ended, seconds, verdict } = line;
  const size = `${masters}x${1 + replicasPerMaster}${spares > 0 ? `+${spares}` : ''}`;
  const more = [
    ...line.wentOn.map(text => shorten(text)),
    ...line.remedies.map(text => `[${shorten(text)}]`),
    ...(line.lostByElection.length > 0 ? [`${line.lostByElection.length} lost by election`] : []),
  ];
  const story = [shorten(ended), ...more].join(' > ');
  const what = `#${number} ${operation} ${size}, ${fault} at ${struck}: ${story}`;
  return `${verdict === 'ok' ? 'ok  ' : 'FAIL'} ${what} (${line.writes} writes, ${seconds} s)${verdict === 'ok' ? '' : `\n     ${verdict.slice(0, 1500)}`}`;
}

function shorten(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}
