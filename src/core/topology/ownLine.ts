import type { NodeLine, NodeView } from './types';

/** What a node says of itself in its view, which alone tells its open slots; undefined without a view or such a line. */
export function ownLineOf(view: NodeView | undefined): NodeLine | undefined {
  return view?.own ?? view?.lines.find(isOwn);
}

/** Whether the viewer says this of itself. */
export function isOwn({ flags }: NodeLine): boolean {
  return flags.includes('myself');
}

/** What a node would say of itself when it agrees with what the others say of it: what only it can tell stays as it was. */
export function asOwnLine(line: NodeLine, { host, port, busPort, openSlots }: NodeLine): NodeLine {
  const flags = ['myself', ...line.flags.filter(flag => !OPINIONS.includes(flag))];
  const isPlaced = !line.flags.includes('noaddr') && line.host !== '';
  return { ...line, ...(isPlaced ? {} : { host, port, busPort }), flags, linkConnected: true, openSlots };
}

/** What a node is only called by others. */
const OPINIONS = ['fail?', 'fail', 'noaddr'];
