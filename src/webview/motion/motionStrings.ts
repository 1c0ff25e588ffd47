const MOST_NAMED = 3;

/** Words for what moves on the picture. */
export const motionStrings = {
  /** `done` is undefined where nobody knows of how many. */
  progress: (done: number | undefined, total: number): string =>
    done === undefined ? `${count(total)} on the way` : `${count(done)} of ${count(total)}`,
  slots: (kind: 'gives' | 'takes', peers: readonly string[]): string => {
    const named = peers.slice(0, MOST_NAMED);
    const rest = peers.length - named.length;
    const list = [...named, ...(rest > 0 ? [`${rest} more`] : [])].join('; ');
    return kind === 'gives' ? `gives slots to ${list}` : `takes slots from ${list}`;
  },
  withPeer: (name: string, done: number | undefined, total: number): string =>
    `${name}, ${motionStrings.progress(done, total)}`,
  swap: {
    underWay: { handsOver: 'hands over', takesOver: 'takes over' },
    done: { handsOver: 'handed over', takesOver: 'took over' },
  },
  swapText: (word: string, peer: string, preposition: 'to' | 'from'): string => `${word} ${preposition} ${peer}`,
  more: (pairs: number): string => `and ${pairs} more ${pairs === 1 ? 'pair' : 'pairs'}`,
  begun: (slots: number, from: string, to: string): string =>
    `${count(slots)} ${slots === 1 ? 'slot moves' : 'slots move'} from ${from} to ${to}`,
};

function count(slots: number): string {
  return slots.toLocaleString('en');
}
