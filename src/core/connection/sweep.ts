import type { FreshFigures } from '../topology/refreshFigures';
import type { Look, NodeLine, NodeView } from '../topology/types';

/** Up to so many nodes every look asks all of them. */
const MOST_ASKED_WHOLLY = 100;
/** How many are asked what they say of all others, in turn. */
const VIEWERS = 3;
/** After so many looks every node has been asked for its figures. */
const LOOKS_PER_SWEEP = 10;

/** Whom a look asks that does not ask all. */
export interface SweepTurn {
  /** What they say of the cluster: the viewers whose turn it is, whoever hung up, was silent or differs, both ends of open slots. */
  wholly: readonly string[];
  /** Their figures alone. */
  figures: readonly string[];
}

/**
 * Large clusters are looked at in turns: as long as those who are asked say of the cluster what they said before, it is as it
 * was. Remembers what every node said last; the addresses are those under which they answer.
 */
export class Sweep {
  readonly #said = new Map<string, Saying>();
  #addresses: string[] = [];
  #silent = new Set<string>();
  #dissenters: readonly string[] = [];
  readonly #lost = new Set<string>();
  #nextViewer = 0;
  #nextFigures = 0;

  /** After a look at all. */
  note(looks: readonly Look[]): void {
    this.#said.clear();
    this.#silent = new Set(looks.flatMap(look => ('failure' in look ? [look.failure.address] : [])));
    for (const look of looks) if ('view' in look) this.#remember(look.view);
    this.#addresses = spreadOut([...this.#said.keys()]);
    this.#dissenters = findDissenters(looks);
  }

  /** An open connection closed by itself. */
  lost(address: string): void {
    this.#lost.add(address);
  }

  /** Undefined where all must be asked: before the first look at all, and in small clusters. */
  next(): SweepTurn | undefined {
    const count = this.#addresses.length;
    if (count + this.#silent.size <= MOST_ASKED_WHOLLY) return undefined;
    const viewers = this.#take(this.#nextViewer, VIEWERS);
    const figures = this.#take(this.#nextFigures, Math.ceil(count / LOOKS_PER_SWEEP));
    this.#nextViewer = (this.#nextViewer + VIEWERS) % count;
    this.#nextFigures = (this.#nextFigures + figures.length) % count;
    // Only they themselves say which of their slots are on their way.
    const open = [...this.#said].flatMap(([address, { hasOpenSlots }]) => (hasOpenSlots ? [address] : []));
    const wholly = new Set([...viewers, ...this.#silent, ...this.#lost, ...this.#dissenters, ...open]);
    this.#lost.clear();
    return { wholly: [...wholly], figures: figures.filter(address => !wholly.has(address)) };
  }

  /**
   * What these looks tell that was not known: `silence` when nodes no longer answer or answer again, `said` when somebody
   * says something else of the cluster than before.
   */
  judge(looks: ReadonlyMap<string, Look>): 'nothing' | 'silence' | 'said' {
    let news: 'nothing' | 'silence' = 'nothing';
    for (const [address, look] of looks) {
      const wasSilent = this.#silent.has(address);
      if ('failure' in look !== wasSilent) news = 'silence';
      if ('view' in look && !wasSilent && !this.#isOld(look.view)) return 'said';
    }
    return news;
  }

  /** What was said at this address just now, else last, with the newest figures; undefined where nobody answered yet. */
  recall(
    address: string,
    looks: ReadonlyMap<string, Look>,
    figures: ReadonlyMap<string, FreshFigures>,
  ): Promise<Look> | undefined {
    const look = looks.get(address);
    if (look) return Promise.resolve(look);
    const said = this.#said.get(address);
    return said && Promise.resolve({ view: { ...said.view, ...figures.get(address) } });
  }

  /** The id of the node that answered there. */
  idAt(address: string): string | undefined {
    return this.#said.get(address)?.id;
  }

  #isOld({ address, lines }: NodeView): boolean {
    const before = this.#said.get(address);
    if (before?.view.lines.length !== lines.length) return false;
    // The parser shares lines that say the same, but for the one of the node itself.
    const known = new Set(before.view.lines);
    return lines.every(line => known.has(line) || (isOwn(line) && JSON.stringify(line) === before.own));
  }

  #remember(view: NodeView): void {
    const own = view.lines.find(isOwn);
    if (!own) return;
    const hasOpenSlots = own.openSlots.length > 0;
    this.#said.set(view.address, { id: own.id, view, own: JSON.stringify(own), hasOpenSlots });
  }

  #take(from: number, count: number): string[] {
    const length = Math.min(count, this.#addresses.length);
    return Array.from({ length }, (_, index) => this.#addresses[(from + index) % this.#addresses.length]!);
  }
}

interface Saying {
  id: string;
  view: NodeView;
  /** The line of the node itself, as text. */
  own: string;
  hasOpenSlots: boolean;
}

function isOwn({ flags }: NodeLine): boolean {
  return flags.includes('myself');
}

/** Who says something of another node that most do not say: asked again until it has heard what they have, or they have. */
function findDissenters(looks: readonly Look[]): string[] {
  const views = looks.flatMap(look => ('view' in look ? [look.view] : []));
  const counts = new Map<NodeLine, number>();
  for (const { lines } of views) for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  const common = new Map<string, NodeLine>();
  for (const [line, count] of counts) {
    if (!isOwn(line) && count * 2 >= views.length) common.set(line.id, line);
  }
  return views
    .filter(({ lines }) => {
      const others = lines.filter(line => !isOwn(line));
      return others.length + 1 !== common.size || others.some(line => common.get(line.id) !== line);
    })
    .map(({ address }) => address);
}

/** Neighbours in the order of addresses are often on one host; in this order three in a row are not. */
function spreadOut(addresses: readonly string[]): string[] {
  const sorted = [...addresses].sort();
  const third = Math.ceil(sorted.length / 3);
  return Array.from({ length: third }, (_, index) => [sorted[index], sorted[index + third], sorted[index + 2 * third]])
    .flat()
    .filter(address => address !== undefined);
}
