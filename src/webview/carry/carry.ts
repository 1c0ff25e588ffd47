import type { Cargo, Drop, DropTarget } from '../../shared/dropRules';
import type { FromPage, Snapshot } from '../../shared/pageProtocol';
import type { View } from '../view';
import { makeCarryCase, type CarryCase } from './carryCase';
import { carryStrings } from './carryStrings';
import { createCarryBar } from './drawCarry';
import { listenForCarryKeys } from './carryKeys';
import { listenForDrags } from './drags';
import { markTargets, targetAt } from './targets';

export interface CarryHost {
  post(message: FromPage): void;
  announce(text: string): void;
  snapshot(): Snapshot | undefined;
  view(): View;
}

export interface Carry {
  element: HTMLElement;
  /** By keys: what has the tab stop, or what the view offers. */
  begin: () => void;
  /** Looks again after the page was drawn anew: what was possible may be no more. */
  follow: () => void;
  /** Puts it down, nothing done. */
  leave: () => void;
}

interface Carried {
  cargo: Cargo;
  by: 'keys' | 'pointer';
  now: CarryCase;
  chosen: Drop | undefined;
}

/** Carries a node or slots to where it shall go, by the pointer or by keys. It ends in a plan that is shown, never in an act. */
export function createCarry(host: CarryHost): Carry {
  const bar = createCarryBar();
  let carried: Carried | undefined;

  listenForCarryKeys({
    isOn: () => carried !== undefined,
    step,
    drop: () => letFall(carried?.chosen),
    leave,
  });
  listenForDrags({
    cargoAt: element => cargoAt(element),
    begin: cargo => pickUp(cargo, 'pointer'),
    move(x, y) {
      bar.moveTo(x, y);
      pointAt(targetAt(host.view().items, x, y));
    },
    drop: () => letFall(carried?.chosen),
    cancel: leave,
  });

  return { element: bar.element, begin, follow, leave };

  function begin(): void {
    const view = host.view();
    const nodeId = view.activeNodeId();
    const cargo = view.cargo?.() ?? (nodeId === undefined ? undefined : { nodeId });
    if (!cargo) return;
    pickUp(cargo, 'keys');
    if (carried && carried.now.choices.length === 0) end(carryStrings.nowhere);
    else if (carried) say(`${carryStrings.carrying(carried.now.what)}. ${carryStrings.hintKeys}`);
  }

  /** What the pointer has taken hold of. */
  function cargoAt(element: Element): Cargo | undefined {
    // What cannot be carried is clicked, however the hand trembles.
    if (!host.snapshot()) return undefined;
    const view = host.view();
    if (!view.element.contains(element)) return undefined;
    if (element.closest('[data-carry-grip]')) return view.cargo?.();
    // Where slots are looked at, a drag selects; on a canvas it moves the picture.
    if (view.cargo || element.closest('[data-no-drag]')) return undefined;
    const nodeId = element.closest<HTMLElement>('[data-node-id]')?.dataset.nodeId;
    return nodeId === undefined ? undefined : { nodeId };
  }

  function pickUp(cargo: Cargo, by: Carried['by']): void {
    const snapshot = host.snapshot();
    if (!snapshot) return;
    const now = makeCarryCase(cargo, snapshot);
    carried = { cargo, by, now, chosen: undefined };
    if (now.refusal === undefined) return show();
    if (by === 'keys') return end(carryStrings.refusal[now.refusal]);
    // The hand is on its way already: it carries the reason.
    show();
    say(carryStrings.refusal[now.refusal]);
  }

  function step(by: 'next' | 'previous' | 'first' | 'last'): void {
    if (carried?.by !== 'keys') return;
    const { choices } = carried.now;
    const at = choices.findIndex(({ drop }) => isSame(drop, carried?.chosen));
    const last = choices.length - 1;
    const next = { next: at === last ? 0 : at + 1, previous: at <= 0 ? last : at - 1, first: 0, last }[by];
    const choice = choices[next];
    if (!choice) return;
    carried.chosen = choice.drop;
    host.view().show(choice.nodeId, false);
    show();
    say(carryStrings.place(carried.now.describe(choice.drop), next + 1, choices.length));
  }

  function pointAt(target: DropTarget | undefined): void {
    if (!carried) return;
    const { now, chosen } = carried;
    const judged = target && now.refusal === undefined ? now.judge(target) : undefined;
    carried.chosen = judged && 'drop' in judged ? judged.drop : undefined;
    const reason = judged && 'refusal' in judged ? carryStrings.refusal[judged.refusal] : undefined;
    const wasShown = bar.text();
    show(reason);
    const isNew = carried.chosen ? !isSame(carried.chosen, chosen) : reason !== undefined && bar.text() !== wasShown;
    if (isNew) say(carried.chosen ? now.describe(carried.chosen) : reason!);
  }

  function follow(): void {
    if (!carried) return;
    const snapshot = host.snapshot();
    if (!snapshot) return end(carryStrings.left(carried.now.what, carryStrings.notNow));
    const { cargo, by, chosen, now: before } = carried;
    const now = makeCarryCase(cargo, snapshot);
    // A hand that carried nothing but the reason carries on.
    if (now.refusal !== undefined && now.refusal !== before.refusal)
      return end(carryStrings.left(before.what, carryStrings.refusal[now.refusal]));
    const isPossible = chosen === undefined || now.choices.some(({ drop }) => isSame(drop, chosen));
    carried = { cargo, by, now, chosen: isPossible ? chosen : undefined };
    if (now.refusal === undefined && now.choices.length === 0)
      return end(carryStrings.left(now.what, carryStrings.nowhere));
    show(isPossible ? undefined : carryStrings.targetLost);
    if (!isPossible) say(carryStrings.targetLost);
  }

  function letFall(drop: Drop | undefined): void {
    if (!carried) return;
    if (!drop) {
      if (carried.by === 'pointer') leave();
      return;
    }
    end();
    host.post({ type: 'run', request: drop });
  }

  function leave(): void {
    if (!carried) return;
    const { cargo, by } = carried;
    end();
    say(carryStrings.leftAlone);
    if (by === 'keys' && 'nodeId' in cargo) host.view().show(cargo.nodeId, true);
  }

  /** `reason`: to be read for a while, where nobody chose to end it. */
  function end(reason?: string): void {
    carried = undefined;
    markTargets(host.view().items, undefined, undefined);
    bar.close(reason);
    if (reason !== undefined) say(reason);
  }

  function show(reason?: string): void {
    if (!carried) return;
    const { now, by, chosen } = carried;
    const isCarriable = now.refusal === undefined;
    markTargets(host.view().items, isCarriable ? now : undefined, chosen && JSON.stringify(chosen));
    const refusal = isCarriable ? reason : carryStrings.refusal[now.refusal!];
    bar.update({
      what: carryStrings.carrying(now.what),
      text: chosen ? now.describe(chosen) : (refusal ?? carryStrings.chooseTarget),
      is: chosen ? 'possible' : refusal === undefined ? 'open' : 'refused',
      hint: by === 'keys' ? carryStrings.hintKeys : carryStrings.hintPointer,
      by,
    });
  }

  function say(text: string): void {
    host.announce(text);
  }
}

function isSame(one: Drop | undefined, other: Drop | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
