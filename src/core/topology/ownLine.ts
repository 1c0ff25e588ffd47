import type { NodeLine, NodeView } from './types';

/** What this node says of itself; undefined when there is no such line. */
export function ownLineOf({ lines, own }: NodeView): NodeLine | undefined {
  return own ?? lines.find(isOwn);
}

/** Whether the viewer says this of itself. */
export function isOwn({ flags }: NodeLine): boolean {
  return flags.includes('myself');
}
