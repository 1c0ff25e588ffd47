import { formatAddress } from '../topology/address';
import type { NodeLine, NodeView } from '../topology/types';

/** What is known before a round of looks. */
export interface Surroundings {
  /** What the user named: always asked, always told of. */
  seeds: readonly string[];
  /** Further members found by the last round: asked at once instead of when somebody mentions them. */
  members: readonly string[];
  /** Announced address -> the address under which that node answered. */
  aliases: ReadonlyMap<string, string>;
  /** Address -> id of the node that answered there last. */
  idsByAddress: ReadonlyMap<string, string>;
}

/** A node that answered. */
export interface Answer {
  id: string;
  view: NodeView;
}

/** The address a line announces; undefined for a node that is only being met or whose address is lost. */
export function announcedAddress({ flags, host, port }: NodeLine): string | undefined {
  const isLost = flags.includes('handshake') || flags.includes('noaddr') || host === '' || port === 0;
  return isLost ? undefined : formatAddress({ host, port });
}

/** Whether the node that says this reaches the other one and does not take it for failing. */
export function isWellForOthers({ flags, linkConnected }: NodeLine): boolean {
  return linkConnected && !flags.some(flag => flag.startsWith('fail'));
}

/** Every different line of these views once: the parser shares lines that say the same. */
export function distinctLines(answers: readonly Answer[]): Set<NodeLine> {
  const lines = new Set<NodeLine>();
  for (const list of new Set(answers.map(({ view }) => view.lines))) for (const line of list) lines.add(line);
  return lines;
}
