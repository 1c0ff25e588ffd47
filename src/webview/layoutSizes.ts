/** Pixels. The heights hold the lines of text the style sheet gives a card and a header. */
export interface Sizes {
  /** A group with one column of cards: at least, at most. */
  column: number;
  widestColumn: number;
  card: number;
  /** The mark of an empty place. */
  vacancy: number;
  /** Of a group, down to its first card. */
  header: number;
  padding: number;
  /** Between cards, between groups, between the groups and the trays beside them. */
  cardGap: number;
  gap: number;
  trayGap: number;
}

/** Small cards without figures, for more nodes than a reader takes in one by one. */
export function isDense(nodeCount: number): boolean {
  return nodeCount > 24;
}

/** `scale`: the reader's font size over 13 px. */
export function chooseSizes(dense: boolean, scale: number): Sizes {
  const sizes = dense ? DENSE : ROOMY;
  return Object.fromEntries(
    Object.entries(sizes).map(([name, size]: [string, number]) => [name, Math.round(size * scale)]),
  ) as unknown as Sizes;
}

const ROOMY: Sizes = {
  column: 236,
  widestColumn: 380,
  card: 90,
  vacancy: 36,
  header: 58,
  padding: 10,
  cardGap: 8,
  gap: 16,
  trayGap: 24,
};

const DENSE: Sizes = {
  ...ROOMY,
  column: 204,
  widestColumn: 300,
  card: 56,
  vacancy: 30,
  header: 56,
  cardGap: 6,
  gap: 12,
  trayGap: 20,
};
