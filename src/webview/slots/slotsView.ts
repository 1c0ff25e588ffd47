import type { FromPage, PageSlotsState, SlotMode } from '../../shared/pageProtocol';
import { formatRanges, rangesOf } from '../../shared/slotRanges';
import { create } from '../dom';
import type { View, ViewModel } from '../view';
import { createLegend } from './drawLegend';
import { createMap, type MapModel } from './drawMap';
import { createModes } from './drawModes';
import { createOverview } from './drawOverview';
import { createTools } from './drawTools';
import { createWords } from './drawWords';
import { paintMode, type Painting } from './looks';
import { createSlotFigures, figureOfMode, type SlotFigures } from './slotFigures';
import { isSameModel, makeSlotModel, type SlotModel } from './slotModel';
import { brush, dragTo, goTo, nextWith, placeAt, press, pressKey, selectStretch, type SlotPlace } from './slotPlace';
import { rangeBetween } from './slotSelection';
import { readThemeColours, watchTheme, type ThemeColours } from './themeColours';

export interface SlotsActions {
  post: (message: FromPage) => void;
  /** Keeps where the reader is over a reload. */
  keep: (state: PageSlotsState) => void;
}

export interface SlotsView extends View {
  figures: Pick<SlotFigures, 'accept' | 'fail'>;
}

/** All slots: a strip of them, the map of those that are looked at, and the same in words beside it. */
export function createSlots({ post, keep }: SlotsActions, restored: PageSlotsState | undefined): SlotsView {
  let given: ViewModel | undefined;
  let model: SlotModel | undefined;
  let painting: Painting | undefined;
  let colours: ThemeColours | undefined;
  let mode: SlotMode = restored?.mode ?? 'state';
  let place = restoredPlace(restored);
  let hovered: number | undefined;

  const figures = createSlotFigures(
    by => post({ type: 'measureSlots', by }),
    () => post({ type: 'stopMeasuring' }),
  );
  const modes = createModes(setMode, () => {
    want(true);
    repaint();
  });
  const legend = createLegend(codes => {
    const next = painting && nextWith(painting.cells, codes, place.cursor);
    if (next !== undefined) settle(goTo(place, next));
  });
  const overview = createOverview({
    brush: (one, other) => setPlace(brush(place, rangeBetween(one, other))),
    goTo: slot => settle(goTo(place, slot)),
    brushed: remember,
  });
  const map = createMap(
    {
      hover(slot) {
        if (slot === hovered) return;
        hovered = slot;
        mark();
        withWords(words.tellSlot);
      },
      press: (slot, how) => setPlace(press(place, slot, how)),
      drag: slot => setPlace(dragTo(place, slot)),
      release: remember,
      stretch: slot => model && settle(selectStretch(place, slot, model)),
      key(key) {
        const next = model && pressKey(place, key, model);
        if (next) settle(next);
        return next !== undefined;
      },
      focus: mark,
    },
    () => place.cursor,
  );
  const tools = createTools(does => model && settle(pressKey(place, { does }, model) ?? place));
  const words = createWords({
    select: selection => settle({ ...goTo(place, selection[0]!.start), selection }),
    goTo: slot => settle(goTo(place, slot)),
    ownerOf: slot => model?.owners[model.owner[slot]!]?.node.name,
    move: slots => post({ type: 'run', request: { command: 'reshard', slots } }),
    clear: () => settle({ ...place, selection: [] }),
  });
  const { owners } = words;
  const element = create('div', 'slots', [
    ...[modes.element, legend.element, overview.element],
    create('div', 'slot-columns', [create('div', 'slot-picture', [tools.element, map.element]), words.element]),
  ]);

  new ResizeObserver(() => paint()).observe(element);
  watchTheme(() => {
    colours = undefined;
    paint();
  });

  return {
    element,
    items: owners.items,
    figures: {
      accept(measured) {
        figures.accept(measured);
        repaint();
      },
      fail(by, reason) {
        figures.fail(by, reason);
        repaint();
      },
    },
    update(next) {
      const shownBefore = shownOwner();
      const isOtherMoment = given?.snapshot.still !== next.snapshot.still;
      const isOther = given !== undefined && given.snapshot.clusterId !== next.snapshot.clusterId;
      given = next;
      if (isOther) {
        figures.forget();
        place = placeAt(0, []);
      }
      want(false);
      const made = makeSlotModel(next.snapshot);
      const isSame = painting !== undefined && model !== undefined && isSameModel(model, made);
      model = made;
      if (isSame && shownBefore === shownOwner() && !isOther && !isOtherMoment) tell();
      else repaint();
    },
    leave: () => figures.stop(),
    move: owners.move,
    activeNodeId: owners.activeNodeId,
    show(nodeId, takeFocus) {
      const masterId = given?.snapshot.nodes.find(({ id }) => id === nodeId)?.masterId;
      owners.show(masterId ?? nodeId, takeFocus);
    },
    openMenu: owners.openMenu,
    cargo: () => ({ slots: formatRanges(place.selection) }),
  };

  /** What is measured is of now. */
  function shownMode(): SlotMode {
    return given?.snapshot.still && figureOfMode(mode) !== undefined ? 'state' : mode;
  }

  function setMode(next: SlotMode): void {
    if (next === mode || (given?.snapshot.still && figureOfMode(next) !== undefined)) return;
    mode = next;
    if (figures.measuring() !== figureOfMode(mode)) figures.stop();
    want(false);
    remember();
    repaint();
  }

  function want(again: boolean): void {
    const by = figureOfMode(shownMode());
    if (by !== undefined) figures.want(by, again);
  }

  /** What comes of it is kept: the hand rests. */
  function settle(next: SlotPlace): void {
    hovered = undefined;
    setPlace(next);
    remember();
  }

  function setPlace(next: SlotPlace): void {
    const isWindowSame = next.window === place.window;
    place = next;
    tell();
    if (!isWindowSame) return paint();
    drawStrip();
    mark();
  }

  function remember(): void {
    keep({ mode, selected: formatRanges(place.selection), cursor: place.cursor });
  }

  /** After what the pictures are made of has changed. */
  function repaint(): void {
    if (!model) return;
    const by = figureOfMode(shownMode());
    painting = paintMode(shownMode(), model, by && figures.of(by)?.levels);
    // In this order: to measure the room for pictures after the words were written would lay the page out twice.
    paint();
    tell();
  }

  function tell(): void {
    if (model && given) modes.update(shownMode(), figures, model, given.snapshot);
    withWords(words.update);
  }

  function withWords(write: (given: Parameters<typeof words.update>[0]) => void): void {
    if (!model || !given) return;
    const { snapshot, marks } = given;
    const slot = hovered ?? place.cursor;
    write({
      model,
      snapshot,
      marks,
      mode: shownMode(),
      figures,
      selection: place.selection,
      slot,
      shownOwner: shownOwner(),
    });
  }

  function paint(): void {
    const scene = sceneNow();
    if (!scene || element.clientWidth === 0) return;
    legend.update(scene.painting, figureOfMode(shownMode()), scene.model, scene.colours);
    tools.update(place.window);
    map.draw(scene, { ...place, hovered });
    drawStrip();
  }

  function drawStrip(): void {
    const scene = sceneNow();
    if (scene) overview.draw(scene, place.selection);
  }

  function mark(): void {
    map.mark({ ...place, hovered });
  }

  function sceneNow(): MapModel | undefined {
    if (!model || !painting) return undefined;
    colours ??= readThemeColours();
    return { painting, model, window: place.window, colours, shownOwner: shownOwner() };
  }

  /** The selected node's slots are pointed out; of a replica its master's. */
  function shownOwner(): number | undefined {
    const { snapshot, selectedNodeId } = given ?? {};
    if (selectedNodeId === undefined || !model) return undefined;
    const masterId = snapshot?.nodes.find(({ id }) => id === selectedNodeId)?.masterId;
    const index = model.owners.findIndex(({ node }) => node.id === (masterId ?? selectedNodeId));
    return index < 0 ? undefined : index;
  }
}

function restoredPlace(restored: PageSlotsState | undefined): SlotPlace {
  return placeAt(restored?.cursor ?? 0, rangesOf(restored?.selected ?? ''));
}
