import type { TopologyEvent } from '../../topology/topologyEvent';
import { count, numberText } from '../../topology/wording';
import type { EventLog } from './eventLog';
import { markOf, nameIn, type Scene } from './scene';
import type { TimelineEvent } from './types';

type SlotsChanged = Extract<TopologyEvent, { kind: 'slotsChanged' }>;

/** Slots that move a few at a time, as one event with the sum: a reshard is hundreds of looks. */
export class SlotMoves {
  #event: TimelineEvent | undefined;
  #sums = new Map<string, number>();

  constructor(private readonly log: EventLog) {}

  /** Without what changed hands in a failover. */
  accept(scene: Scene, changes: readonly SlotsChanged[]): void {
    if (changes.length === 0) return;
    const { atMilliseconds } = scene;
    if (this.#event && atMilliseconds - this.#event.atMilliseconds > PAUSE_MILLISECONDS) this.#event = undefined;
    if (!this.#event) this.#sums.clear();
    for (const { nodeId, gained, lost } of changes)
      this.#sums.set(nodeId, (this.#sums.get(nodeId) ?? 0) + gained.count - lost.count);
    const sums = [...this.#sums]
      .filter(([, sum]) => sum !== 0)
      .sort(([, one], [, other]) => Math.abs(other) - Math.abs(one));
    const text = describeSums(sums, id => nameIn(scene, id));
    const nodeIds = [...this.#sums.keys()];
    if (!this.#event)
      this.#event = this.log.add({ atMilliseconds, kind: 'slotsMoved', text, nodeIds, ...markOf(scene) });
    else this.#event = this.log.replace(this.#event, { atMilliseconds, text, nodeIds });
  }
}

/** Moves that are further apart are not one. */
const PAUSE_MILLISECONDS = 60_000;
const NODES_NAMED = 4;

function describeSums(sums: readonly (readonly [id: string, sum: number])[], nameOf: (id: string) => string): string {
  const gained = sums.reduce((all, [, sum]) => all + Math.max(0, sum), 0);
  const lost = sums.reduce((all, [, sum]) => all + Math.max(0, -sum), 0);
  const giver = sums.find(([, sum]) => sum < 0);
  const taker = sums.find(([, sum]) => sum > 0);
  if (!giver && !taker) return 'Slots moved, and moved back again.';
  if (giver && taker && sums.length === 2)
    return `${count(Math.max(gained, lost), 'slot')} moved from ${nameOf(giver[0])} to ${nameOf(taker[0])}.`;
  const named = sums
    .slice(0, NODES_NAMED)
    .map(([id, sum]) => `${nameOf(id)} ${sum > 0 ? `+${numberText(sum)}` : `\u2212${numberText(-sum)}`}`);
  const rest = sums.length - named.length;
  const parts = [...named, ...(rest > 0 ? [`${rest} more`] : [])].join(', ');
  if (!giver) return `${count(gained, 'slot')} got an owner: ${parts}.`;
  if (!taker) return `${count(lost, 'slot')} lost the owner: ${parts}.`;
  return `${count(Math.max(gained, lost), 'slot')} moved: ${parts}.`;
}
