import { groupBy } from './groupBy';
import { ownLineOf } from './ownLine';
import type { SlotSet } from './slotSet';
import type { Look, NodeLine, NodeRole, NodeView } from './types';
import { viewsOf } from './viewsOf';

/** A node that answered, with its own line. Viewers are sorted by id and named by their index. */
export interface Viewer {
  id: string;
  view: NodeView;
  own: NodeLine;
}

/** What some viewers say of a node, all of them the same. */
export interface Saying {
  line: NodeLine;
  /** Ascending indexes. */
  viewers: number[];
  subject: Subject;
}

/** A node that somebody talks of. */
export interface Subject {
  id: string;
  /** Its place among the subjects. */
  index: number;
  sayings: Saying[];
  /** Index among the viewers, when it answered itself. */
  viewer?: number;
}

/** A node that is only being met: its id is a random temporary, so its address names it. */
export interface Handshake {
  line: NodeLine;
  viewers: number[];
}

export interface Sayings {
  viewers: readonly Viewer[];
  /** Their ids, in the same order. */
  viewerIds: readonly string[];
  subjects: ReadonlyMap<string, Subject>;
  handshakes: ReadonlyMap<string, Handshake>;
  /** Pairs of answers that both claim to be the same node, from different servers. */
  doubles: readonly (readonly [NodeView, NodeView])[];
}

/** One pass over every line of every view: who says what of whom. The order of the looks does not matter. */
export function gatherSayings(looks: readonly Look[]): Sayings {
  const { viewers, doubles } = chooseViewers(looks);
  const subjects = new Map<string, Subject>();
  const handshakes = new Map<string, Handshake>();
  const slotNumbers = new SlotNumbers();
  const byLine = new Map<NodeLine, Saying>();
  const byText = new Map<string, Saying>();
  const sayingOf = (line: NodeLine): Saying => {
    // The parser shares lines that say the same, so nearly every line is found here.
    const known = byLine.get(line);
    if (known) return known;
    const text = sayingText(line, slotNumbers);
    const saying = byText.get(text) ?? newSaying(subjects, line);
    byText.set(text, saying);
    byLine.set(line, saying);
    return saying;
  };

  viewers.forEach(({ id, view, own }, index) => {
    for (const line of view.own ? [own] : view.lines) {
      if (line.flags.includes('handshake')) addHandshake(handshakes, line, index);
      else sayingOf(line).viewers.push(index);
    }
    subjects.get(id)!.viewer = index;
  });
  for (const [lines, echoes] of groupBy(echoing(viewers), index => viewers[index]!.view.lines))
    for (const line of lines) {
      const saying = sayingOf(line);
      saying.viewers = mergeSorted(saying.viewers, without(echoes, saying.subject.viewer));
    }
  return { viewers, viewerIds: viewers.map(viewer => viewer.id), subjects, handshakes, doubles };
}

/** What a line says the node is; `undefined` of the master when the viewer does not know it. */
export function roleOf(line: NodeLine): NodeRole {
  return line.flags.includes('slave') ? 'replica' : 'master';
}

/** Ids of everybody who says one of these, ascending. */
export function viewersOf(sayings: readonly Saying[]): number[] {
  const first = sayings[0];
  if (!first) return [];
  if (sayings.length === 1) return first.viewers;
  return sayings.reduce<number[]>((all, saying) => mergeSorted(all, saying.viewers), []);
}

/** Fewer than that are put into a copy one by one. */
const MOST_INSERTED = 50;

/** Both, ascending; for few of one and many of the other hardly slower than a copy. */
function mergeSorted(some: number[], others: number[]): number[] {
  const [few, many] = some.length < others.length ? [some, others] : [others, some];
  if (few.length === 0) return many;
  if (few.length > MOST_INSERTED) return [...few, ...many].sort((a, b) => a - b);
  const merged = many.slice();
  for (const index of few) merged.splice(placeOf(index, merged), 0, index);
  return merged;
}

function without(sorted: readonly number[], index: number | undefined): number[] {
  const copy = sorted.slice();
  if (index === undefined) return copy;
  const place = placeOf(index, copy);
  if (copy[place] === index) copy.splice(place, 1);
  return copy;
}

/** Where it stands, or would. */
function placeOf(index: number, sorted: readonly number[]): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < index) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Those who share their list with others. */
function echoing(viewers: readonly Viewer[]): number[] {
  return viewers.flatMap(({ view }, index) => (view.own ? [index] : []));
}

function chooseViewers(looks: readonly Look[]): { viewers: Viewer[]; doubles: [NodeView, NodeView][] } {
  const byId = new Map<string, Viewer>();
  const doubles: [NodeView, NodeView][] = [];
  const views = viewsOf(looks).sort(newestFirst);
  for (const view of views) {
    const own = ownLineOf(view);
    if (!own) continue;
    const known = byId.get(own.id);
    if (!known) byId.set(own.id, { id: own.id, view, own });
    else if (known.view.serverInfo.processId !== view.serverInfo.processId || known.own.port !== own.port)
      doubles.push([known.view, view]);
  }
  return { viewers: [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1)), doubles };
}

// A node reached under two addresses counts once, with what it said last.
function newestFirst(a: NodeView, b: NodeView): number {
  return b.observedAtMilliseconds - a.observedAtMilliseconds || (a.address < b.address ? -1 : 1);
}

function addHandshake(handshakes: Map<string, Handshake>, line: NodeLine, viewer: number): void {
  const key = `${line.host}:${line.port}`;
  const known = handshakes.get(key);
  if (known) known.viewers.push(viewer);
  else handshakes.set(key, { line, viewers: [viewer] });
}

function newSaying(subjects: Map<string, Subject>, line: NodeLine): Saying {
  let subject = subjects.get(line.id);
  if (!subject) subjects.set(line.id, (subject = { id: line.id, index: subjects.size, sayings: [] }));
  const saying: Saying = { line, viewers: [], subject };
  subject.sayings.push(saying);
  return saying;
}

function sayingText(line: NodeLine, slotNumbers: SlotNumbers): string {
  const { id, host, port, busPort, hostname, flags, masterId, configEpoch, slots } = line;
  return [id, host, port, busPort, hostname, flags.join(), masterId, configEpoch, slotNumbers.of(slots)].join(' ');
}

/** One number per different slot set, so that sets from different replies compare at once. */
class SlotNumbers {
  readonly #bySet = new Map<SlotSet, number>();
  readonly #bySize = new Map<string, { slots: SlotSet; number: number }[]>();
  #next = 0;

  of(slots: SlotSet): number {
    let number = this.#bySet.get(slots);
    if (number === undefined) this.#bySet.set(slots, (number = this.#find(slots)));
    return number;
  }

  #find(slots: SlotSet): number {
    const size = `${slots.count} ${slots.first}`;
    const alike = this.#bySize.get(size) ?? [];
    const known = alike.find(other => other.slots.equals(slots));
    if (known) return known.number;
    const number = this.#next++;
    this.#bySize.set(size, [...alike, { slots, number }]);
    return number;
  }
}
