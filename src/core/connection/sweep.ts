import { asOwnLine, ownLineOf } from '../topology/ownLine';
import type { FreshFigures } from '../topology/refreshFigures';
import type { Look, NodeLine, NodeView } from '../topology/types';
import { viewsOf } from '../topology/viewsOf';
import { conforms, countDivided, countLines, differingIds, formConsensus, type Consensus } from './consensus';

/** Up to so many nodes every look asks all of them. */
const MOST_ASKED_WHOLLY = 100;
/** How many are asked what they say of all others, in turn. */
const VIEWERS = 3;
/** After so many looks every node has been asked for its figures. */
const LOOKS_PER_SWEEP = 10;
/** So many more are asked, spread over all, when somebody says something new. */
const WITNESSES = 9;
/** What fewer than that say is taken for their own opinion. */
const LEAST_SAMPLE = 5;
/** Of those whom news is about, who differ, and who have open slots: so many a look. */
const MOST_OF_A_KIND = 12;
/** Of those who were not asked since the last news: so many a look that follows one without news. */
const MOST_UNHEARD = 24;
/** All are asked when such a share of all came to differ since that was last done. */
const MOST_NEW_DISSENT = 0.25;
/** So many looks do not ask all though those asked are divided, after one that did. */
const TURNS_TO_BEAR_DIVISION = 5;

/** Whom a look asks that does not ask all. */
export interface SweepTurn {
  /** What they say of the cluster. */
  wholly: readonly string[];
  /** Their figures alone. */
  figures: readonly string[];
}

/**
 * Large clusters are looked at in turns: as long as those who are asked say of the cluster what they said before, it is as it
 * was. When one says something new, some more are asked, and those whom it is about; what most of them say is taken for what
 * everybody says who did not differ before, and within the next looks everybody is asked whether that is so. Nothing is
 * presumed of nodes that most take for failing, nor when most of those asked in turn fall silent. The addresses are those
 * under which they answer.
 */
export class Sweep {
  readonly #said = new Map<string, Saying>();
  #consensus: Consensus | undefined;
  #addresses: string[] = [];
  #silent = new Set<string>();
  readonly #lost = new Set<string>();
  /** Who said something else than most when last asked; whoever was asked longest ago comes first. */
  readonly #dissenters = new Set<string>();
  /** News is about them, and they were not asked since. */
  readonly #concerned = new Set<string>();
  /** They were not asked since the last news. */
  readonly #unheard = new Set<string>();
  /** Asked in turn in this look, not for what they or others said before: only they stand for all. */
  readonly #sample = new Set<string>();
  /** What the views of this look say that was not known. */
  readonly #news = new Map<NodeView, { consensus: Consensus; ids: readonly string[] }>();
  /** The look before told nothing new. */
  #isQuiet = true;
  /** Most of the dissenters asked last say what most say now: the others are to be asked too. */
  #isDissentEnding = false;
  /** So many looks more do not ask all because those asked are divided. */
  #turnsToBear = 0;
  /** How many differed when all were asked. */
  #knownDissent = 0;
  #nextViewer = 0;
  #nextFigures = 0;
  #nextOpen = 0;

  /** After a look at all, or one whose other views are presumed (`recall`). */
  note(looks: readonly Look[]): void {
    const views = viewsOf(looks);
    const present = new Set(views.map(({ address }) => address));
    const isOfAll = !views.some(({ isPresumed }) => isPresumed);
    if (isOfAll) {
      this.#consensus = formConsensus(views);
      for (const known of [this.#said, this.#dissenters, this.#concerned, this.#unheard]) known.clear();
    }
    // Where another node answers than the one that is listed there, somebody does answer.
    const failed = looks.flatMap(look => ('failure' in look ? [look.failure.address] : []));
    this.#silent = new Set(failed.filter(address => !present.has(address)));
    for (const view of views) if (!view.isPresumed) this.#remember(view);
    if (isOfAll) this.#knownDissent = this.#dissenters.size;
    for (const address of this.#said.keys()) if (!present.has(address)) this.#forget(address);
    this.#addresses = spreadOut([...present]);
  }

  /** An open connection closed by itself. */
  lost(address: string): void {
    this.#lost.add(address);
  }

  /** Undefined where all must be asked: before the first look at all, in small clusters, and where many came to differ. */
  next(): SweepTurn | undefined {
    const count = this.#addresses.length;
    if (!this.#consensus || count + this.#silent.size <= MOST_ASKED_WHOLLY) return undefined;
    if (this.#dissenters.size - this.#knownDissent > count * MOST_NEW_DISSENT) return undefined;
    // Only they themselves say which of their slots are on their way.
    const open = [...this.#said].flatMap(([address, { own }]) => (own.openSlots.length > 0 ? [address] : []));
    this.#sample.clear();
    this.#news.clear();
    this.#turnsToBear = Math.max(0, this.#turnsToBear - 1);
    const sample = [
      ...this.#takeViewers(VIEWERS),
      ...[...this.#unheard].slice(0, this.#isQuiet ? MOST_UNHEARD : VIEWERS),
    ];
    for (const address of sample) this.#sample.add(address);
    const wholly = new Set([
      ...sample,
      ...this.#silent,
      ...this.#lost,
      ...[this.#dissenters, this.#concerned].flatMap(kind => [...kind].slice(0, MOST_OF_A_KIND)),
      ...inTurn(open, this.#nextOpen, MOST_OF_A_KIND),
    ]);
    this.#nextOpen = (this.#nextOpen + MOST_OF_A_KIND) % Math.max(1, open.length);
    this.#lost.clear();
    const figures = inTurn(this.#addresses, this.#nextFigures, Math.ceil(count / LOOKS_PER_SWEEP));
    this.#nextFigures = (this.#nextFigures + figures.length) % count;
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

  /** Whether most of those who were asked in turn fell silent: they do not stand for the others, of whom nothing is known then. */
  lostSight(looks: ReadonlyMap<string, Look>): boolean {
    const sample = [...this.#sample].filter(address => looks.has(address));
    const silent = sample.filter(address => 'failure' in looks.get(address)!);
    return silent.length * 2 > sample.length;
  }

  /** Who is to be asked too when these looks say something new: whom it is about, and some who did not speak yet. */
  witnesses(looks: ReadonlyMap<string, Look>): string[] {
    const more = this.#takeViewers(WITNESSES + looks.size).filter(address => !looks.has(address));
    const witnesses = more.slice(0, WITNESSES);
    for (const address of witnesses) this.#sample.add(address);
    const concerned = this.#concernedBy(looks).slice(0, MOST_OF_A_KIND);
    return [...new Set([...witnesses, ...concerned])].filter(address => !looks.has(address));
  }

  /** Whether those who stand for all are divided about many: then no picture of theirs is true, and all are to be asked, but not every time. */
  refuseDivided(looks: ReadonlyMap<string, Look>): boolean {
    if (this.#turnsToBear > 0 || countDivided(this.#sampleOf(viewsOf(looks.values()))) <= MOST_OF_A_KIND) return false;
    this.#turnsToBear = TURNS_TO_BEAR_DIVISION;
    return true;
  }

  /** Takes in what some were asked for. */
  hear(looks: ReadonlyMap<string, Look>, figures: ReadonlyMap<string, FreshFigures>): void {
    const views = viewsOf(looks.values());
    const concerned = this.#concernedBy(looks);
    this.#isQuiet = concerned.length === 0;
    const before = this.#consensus;
    const sample = this.#sampleOf(views);
    const votes = countLines(sample);
    if (sample.length >= LEAST_SAMPLE && countDivided(sample, votes) <= MOST_OF_A_KIND)
      this.#consensus = formConsensus(sample, before, votes);
    if (this.#consensus !== before) this.#presume(before);
    for (const address of concerned) this.#concerned.add(address);
    for (const [address, { serverInfo, roundTripMilliseconds }] of figures) {
      const said = this.#said.get(address);
      if (said) said.view = { ...said.view, serverInfo, roundTripMilliseconds };
    }
    const changing = views.filter(({ address }) => this.#dissenters.has(address));
    for (const view of views) this.#remember(view);
    const dissenting = changing.filter(({ address }) => this.#dissenters.has(address));
    this.#isDissentEnding = dissenting.length * 2 < changing.length;
    this.#news.clear();
  }

  /**
   * What was said at this address just now, else last, or what it is presumed to say since others said something new;
   * undefined where that is too uncertain and it has to be asked: nobody answered there yet, most newly take the node for
   * failing, or it differs and others who did no longer do.
   */
  recall(address: string, looks: ReadonlyMap<string, Look>): Look | undefined {
    const look = looks.get(address);
    if (look && 'failure' in look) return look;
    const said = this.#said.get(address);
    if (!said || !this.#consensus) return look;
    const { view, own, differs } = said;
    if (differs && look) return { view };
    if (differs) return this.#isDissentEnding ? undefined : { view: { ...view, isPresumed: true } };
    const { lines, linesById, clusterInfo } = this.#consensus;
    if (!look && this.#concerned.has(address) && isFailing(linesById.get(own.id))) return undefined;
    return { view: look ? { ...view, lines, own } : { ...view, lines, clusterInfo, own, isPresumed: true } };
  }

  /** The id of the node that answered there. */
  idAt(address: string): string | undefined {
    return this.#said.get(address)?.own.id;
  }

  #isOld(view: NodeView): boolean {
    const before = this.#said.get(view.address);
    if (!before || JSON.stringify(ownLineOf(view)) !== JSON.stringify(before.own)) return false;
    if (!before.differs) return this.#consensus !== undefined && conforms(view, this.#consensus);
    const { lines, clusterInfo } = before.view;
    // The parser shares lines that say the same, but for the one of the node itself.
    const known = new Set(lines);
    return (
      lines.length === view.lines.length &&
      clusterInfo.state === view.clusterInfo.state &&
      view.lines.every(line => known.has(line) || line.id === before.own.id)
    );
  }

  /** Who did not differ is taken to say what most say now, also of itself; who did may have said it first. */
  #presume(before: Consensus | undefined): void {
    for (const address of this.#addresses) this.#unheard.add(address);
    for (const said of this.#said.values()) {
      const line = this.#consensus?.linesById.get(said.own.id);
      if (line && !said.differs && line !== before?.linesById.get(line.id)) said.own = asOwnLine(line, said.own);
    }
    for (const address of this.#dissenters) {
      const said = this.#said.get(address);
      if (!said || !this.#consensus || !conforms(said.view, this.#consensus)) continue;
      said.differs = false;
      this.#dissenters.delete(address);
    }
  }

  /** Addresses of those of whom these looks say something new. */
  #concernedBy(looks: ReadonlyMap<string, Look>): string[] {
    const consensus = this.#consensus;
    if (!consensus) return [];
    const ids = new Set(viewsOf(looks.values()).flatMap(view => this.#newsOf(view, consensus)));
    return ids.size === 0 ? [] : [...this.#said].flatMap(([address, { own }]) => (ids.has(own.id) ? [address] : []));
  }

  /** Ids of the nodes of which it says something new; worked out once, until it is remembered. */
  #newsOf(view: NodeView, consensus: Consensus): readonly string[] {
    const known = this.#news.get(view);
    if (known?.consensus === consensus) return known.ids;
    const ids = this.#isOld(view) ? [] : differingIds(view, consensus);
    this.#news.set(view, { consensus, ids });
    return ids;
  }

  #remember(view: NodeView): void {
    const { address } = view;
    const own = ownLineOf(view);
    for (const kind of [this.#dissenters, this.#concerned, this.#unheard]) kind.delete(address);
    if (!own || !this.#consensus) return;
    const differs = view.lines !== this.#consensus.lines && !conforms(view, this.#consensus);
    if (differs) this.#dissenters.add(address);
    // A thousand lists of a thousand lines that say the same need not be kept.
    this.#said.set(address, { view: differs ? view : { ...view, lines: this.#consensus.lines }, own, differs });
  }

  /** Those of them who stand for all. */
  #sampleOf(views: readonly NodeView[]): NodeView[] {
    return views.filter(({ address }) => this.#sample.has(address) && !this.#dissenters.has(address));
  }

  #forget(address: string): void {
    this.#said.delete(address);
    for (const kind of [this.#dissenters, this.#concerned, this.#unheard]) kind.delete(address);
  }

  #takeViewers(count: number): string[] {
    const viewers = inTurn(this.#addresses, this.#nextViewer, count);
    this.#nextViewer = (this.#nextViewer + viewers.length) % Math.max(1, this.#addresses.length);
    return viewers;
  }
}

interface Saying {
  view: NodeView;
  /** What it says of itself. */
  own: NodeLine;
  /** It says something else than most. */
  differs: boolean;
}

function isFailing(line: NodeLine | undefined): boolean {
  return line?.flags.some(flag => flag.startsWith('fail')) ?? false;
}

function inTurn(addresses: readonly string[], from: number, count: number): string[] {
  const length = Math.min(count, addresses.length);
  return Array.from({ length }, (_, index) => addresses[(from + index) % addresses.length]!);
}

/** Neighbours in the order of addresses are often on one host; in this order three in a row are not. */
function spreadOut(addresses: readonly string[]): string[] {
  const sorted = [...addresses].sort();
  const third = Math.ceil(sorted.length / 3);
  return Array.from({ length: third }, (_, index) => [sorted[index], sorted[index + third], sorted[index + 2 * third]])
    .flat()
    .filter(address => address !== undefined);
}
