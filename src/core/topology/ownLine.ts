import type { NodeLine, NodeView } from './types';

/** What a node says of itself in its view, which alone tells its open slots; undefined without a view or such a line. */
export function ownLineOf(view: NodeView | undefined): NodeLine | undefined {
  return view?.own ?? view?.lines.find(isOwn);
}

/** Whether the viewer says this of itself. */
export function isOwn({ flags }: NodeLine): boolean {
  return flags.includes('myself');
}
