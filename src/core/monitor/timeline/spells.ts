import { durationText } from './durationText';
import type { EventLog } from './eventLog';
import { markOf, type Scene } from './scene';
import type { TimelineEvent, TimelineKind } from './types';

/** What begins and ends: the cluster down, a link down, views that differ. */
export interface Spell {
  key: string;
  kind: TimelineKind;
  nodeIds: readonly string[];
  /** A whole sentence. */
  text: string;
  /** What it is called once it is over. */
  over: TimelineKind;
  /** A sentence without its point, how long it lasted is put behind it; undefined where the end needs no telling. */
  end: (scene: Scene) => string | undefined;
  /** Told only when it has lasted so long; default 0. */
  patienceMilliseconds?: number;
  /** Something else tells of it: it goes on where it has begun, and does not begin. */
  quiet?: boolean;
}

interface Known {
  spell: Spell;
  /** Absent while it has not lasted long enough. */
  event?: TimelineEvent;
  sinceMilliseconds: number;
  uncertain: boolean;
}

/** Each spell is one event, told when it begins and once more when it ends. */
export class Spells {
  readonly #known = new Map<string, Known>();

  constructor(private readonly log: EventLog) {}

  /** All that hold at this look, of those whose key begins with `group`. */
  accept(scene: Scene, group: string, holding: readonly Spell[]): void {
    const keys = new Set(holding.map(({ key }) => key));
    for (const [key, known] of this.#known) if (key.startsWith(group) && !keys.has(key)) this.#end(scene, key, known);
    for (const spell of holding) this.#hold(scene, spell);
  }

  #hold(scene: Scene, spell: Spell): void {
    const { atMilliseconds } = scene;
    let known = this.#known.get(spell.key);
    if (!known) {
      if (spell.quiet) return;
      known = { spell, sinceMilliseconds: atMilliseconds, uncertain: scene.uncertain };
      this.#known.set(spell.key, known);
    }
    const { kind, nodeIds, text, patienceMilliseconds = 0 } = spell;
    if (known.event || spell.quiet || atMilliseconds - known.sinceMilliseconds < patienceMilliseconds) return;
    known.event =
      this.#fromBefore(spell, known) ?? this.log.add({ atMilliseconds, kind, text, nodeIds, ...markOf(scene) });
  }

  /** The event of a spell that went on while nobody watched, from a timeline before this one. */
  #fromBefore({ kind, over, nodeIds }: Spell, { uncertain }: Known): TimelineEvent | undefined {
    if (!uncertain) return undefined;
    const ids = nodeIds.join();
    const last = this.log.events.findLast(event => [kind, over].includes(event.kind) && event.nodeIds.join() === ids);
    return last?.kind === kind ? last : undefined;
  }

  #end(scene: Scene, key: string, { event, spell, sinceMilliseconds, uncertain }: Known): void {
    this.#known.delete(key);
    const end = spell.end(scene);
    if (!event || end === undefined) return;
    const { atMilliseconds } = scene;
    const durationMilliseconds = atMilliseconds - sinceMilliseconds;
    const isTimed = !uncertain && !scene.uncertain;
    const after = isTimed ? ` after ${durationText(durationMilliseconds)}` : '';
    const stage = { atMilliseconds, kind: spell.over, text: `${end}${after}.` };
    this.log.goOn(event, stage, { ...stage, ...(isTimed && { durationMilliseconds }) });
  }
}
