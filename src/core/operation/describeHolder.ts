import { hostname } from 'node:os';
import { clockText } from '../topology/wording';

/**
 * Who holds nodes since when (ISO 8601), for people: `another window, since 22:41:07`, with the host where it is another
 * one. Its process is for logs alone.
 */
export function describeHolder(holder: { processId: number; host: string; since: string }): string {
  const { processId, host, since } = holder;
  const isHere = host === hostname();
  const who = isHere && processId === process.pid ? 'this window' : 'another window';
  return `${who}${isHere ? '' : ` on ${host}`}, since ${clockText(Date.parse(since))}`;
}
