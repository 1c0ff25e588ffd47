import type { BusLink } from '../../health/check/types';

/**
 * The links in an undecoded reply to CLUSTER LINKS: twice as many as nodes, each a flat list of names and values with RESP2
 * (`direction`, `to`, `node`, `<id>`, `create-time`, `<milliseconds>`, ...), none of which holds a line end. What is no link is
 * left out. Pure.
 */
export function readLinks(reply: Buffer, youngSinceMilliseconds: number): BusLink[] {
  const links: BusLink[] = [];
  for (const text of reply.toString('latin1').split(`${LINE_END}*`)) {
    const [direction, peerId] = [valueAfter(text, DIRECTION), valueAfter(text, NODE)];
    if ((direction === 'to' || direction === 'from') && peerId)
      links.push({ direction, peerId, isYoung: Number(valueAfter(text, CREATE_TIME)) > youngSinceMilliseconds });
  }
  return links;
}

const LINE_END = '\r\n';
const [DIRECTION, NODE, CREATE_TIME] = ['direction', 'node', 'create-time'].map(
  name => `${LINE_END}${name}${LINE_END}`,
) as [string, string, string];

function valueAfter(text: string, name: string): string | undefined {
  const before = text.indexOf(name);
  if (before < 0) return undefined;
  const head = before + name.length;
  // A number stands in its own line, a text in the next.
  const start = text[head] === '$' ? text.indexOf(LINE_END, head) + LINE_END.length : head + 1;
  const end = text.indexOf(LINE_END, start);
  return text.slice(start, end < 0 ? undefined : end);
}
