import type { FromPage, PageNode, PagePast, PagePreview, Snapshot } from '../../shared/pageProtocol';
import type { StillKind } from '../../shared/pageStill';
import type { Differences } from './compareSnapshots';
import { createBanner, type BannerContent } from './drawBanner';
import { createPast } from './past';
import { pastPicture, planPictures, type ShownPicture } from './pictures';
import { stillStrings as strings } from './stillStrings';
import { createTimeBar } from './timeBar';

export interface StillActions {
  post: (message: FromPage) => void;
  redraw: () => void;
  announce: (text: string) => void;
}

/** What the views show: one picture, or two side by side. */
export interface Pictures {
  main: ShownPicture;
  beside?: ShownPicture;
}

export interface Still {
  banner: HTMLElement;
  timeBar: HTMLElement;
  /** Why nothing may be done: what is shown is not how it is now. */
  readonly kind: StillKind | undefined;
  /** Undefined before the first snapshot. */
  pictures(): Pictures | undefined;
  /** A new picture of now: it goes on being received, and is what the other one is compared with. */
  follow(live: Snapshot): void;
  acceptPast(answer: PagePast): void;
  acceptPreview(preview: PagePreview | undefined): void;
  /** Says why nothing is done. */
  refuse(): void;
  /** Back to now; false when that is what is shown. */
  leave(): boolean;
}

/** Shows another picture than the present one: the past, or what a plan would leave. It never acts. `room`: where it is drawn. */
export function createStill(room: HTMLElement, { post, redraw, announce }: StillActions): Still {
  let live: Snapshot | undefined;
  let preview: PagePreview | undefined;
  let side: 'before' | 'after' = 'after';
  let said = '';
  let wide = false;
  const banner = createBanner();
  const past = createPast({ post, changed });
  const timeBar = createTimeBar({
    goTo: milliseconds => withoutPreview(() => past.goTo(milliseconds)),
    step: to => withoutPreview(() => past.step(to, live?.nowMilliseconds ?? 0)),
  });

  new ResizeObserver(() => {
    if (wide === room.clientWidth >= WIDE_PIXELS) return;
    wide = !wide;
    if (preview) changed();
  }).observe(room);

  return {
    banner: banner.element,
    timeBar: timeBar.element,
    get kind() {
      return kindNow();
    },
    pictures() {
      if (!live) return undefined;
      const then = pastShown();
      if (then) return { main: then };
      if (!preview) return { main: { snapshot: live } };
      const { before, after } = planPictures(live, preview.after);
      if (wide) return { main: before, beside: after };
      return { main: side === 'before' ? before : after };
    },
    follow(next) {
      const sameCluster = live?.clusterId === next.clusterId;
      live = next;
      if (!sameCluster && past.askedMilliseconds !== undefined) past.goTo(undefined);
      drawBanner();
    },
    acceptPast: answer => past.accept(answer),
    acceptPreview(next) {
      if (next && preview?.id !== next.id) side = 'after';
      preview = next;
      if (next && past.askedMilliseconds !== undefined) past.goTo(undefined);
      else changed();
    },
    refuse() {
      const kind = kindNow();
      if (!kind) return;
      banner.refuse(strings.refused[kind]);
      announce(strings.refused[kind]);
    },
    leave() {
      if (past.askedMilliseconds !== undefined) return backToNow();
      if (!preview) return false;
      end(false);
      return true;
    },
  };

  function kindNow(): StillKind | undefined {
    if (past.shown) return 'past';
    return preview && 'preview';
  }

  function pastShown(): ReturnType<typeof pastPicture> | undefined {
    return live && past.shown && pastPicture(past.shown.snapshot, live);
  }

  function changed(): void {
    const text = drawBanner();
    redraw();
    if (text !== undefined && text !== said) announce(text);
    said = text ?? '';
  }

  /** Returns what it says. */
  function drawBanner(): string | undefined {
    drawTimeBar();
    const content = past.shown ? pastContent() : previewContent();
    const hadFocus = banner.element.contains(document.activeElement);
    banner.update(content);
    if (!content && hadFocus) timeBar.focus();
    return content && [content.title, ...(content.warnings ?? []), ...content.lines].join(' ');
  }

  function drawTimeBar(): void {
    const sinceMilliseconds = live?.pastSinceMilliseconds;
    const isShown = live !== undefined && sinceMilliseconds !== undefined && live.nodes.length > 0;
    timeBar.update(
      isShown
        ? {
            sinceMilliseconds,
            nowMilliseconds: live!.nowMilliseconds,
            shownMilliseconds: past.askedMilliseconds,
            events: live!.events,
          }
        : undefined,
    );
  }

  function pastContent(): BannerContent | undefined {
    const then = pastShown();
    if (!then || !live || !past.shown) return undefined;
    const { snapshot, differences } = then;
    const { seenUntilMilliseconds } = past.shown;
    const isUnseen = snapshot.nowMilliseconds - seenUntilMilliseconds > UNSEEN_FROM_MILLISECONDS;
    return {
      label: strings.pastLabel,
      icon: 'history',
      title: strings.pastTitle(snapshot.nowMilliseconds, live.nowMilliseconds),
      note: strings.pastNote,
      ...(isUnseen && { warnings: [strings.unseen(seenUntilMilliseconds)] }),
      lines: [
        strings.differing(differingNodes(snapshot, differences)),
        ...(differences.missing.length > 0 ? [strings.cameSince(differences.missing)] : []),
        strings.then(snapshot.statusText),
      ],
      buttons: [{ id: 'now', words: strings.backToNow, icon: 'debug-start', primary: true, act: backToNow }],
    };
  }

  function previewContent(): BannerContent | undefined {
    if (!preview || !live) return undefined;
    const { title, verb, warnings, outdated, after } = preview;
    const { differences } = planPictures(live, after);
    const joining = after.nodes.filter(({ id }) => differences.nodes.get(id)?.kinds[0] === 'absent');
    return {
      label: strings.previewLabel,
      icon: 'eye',
      title: strings.previewTitle(title),
      note: strings.previewNote,
      warnings: [...(outdated ? [strings.outdated] : []), ...warnings],
      lines: [
        strings.changes(differingNodes(after, differences)),
        ...(joining.length > 0 ? [strings.joins(joining)] : []),
        ...(differences.missing.length > 0 ? [strings.leaves(differences.missing)] : []),
        strings.afterwards(
          after.statusText,
          after.problems.map(({ text }) => text),
        ),
      ],
      buttons: [
        ...(wide ? [] : (['before', 'after'] as const)).map(each => ({
          id: each,
          words: strings.side[each],
          pressed: side === each,
          act: () => choose(each),
        })),
        {
          id: 'run',
          words: strings.run(verb),
          title: strings.runTitle,
          icon: 'play',
          primary: true,
          act: () => end(true),
        },
        { id: 'leave', words: strings.leave, icon: 'close', act: () => end(false) },
      ],
    };
  }

  function choose(next: typeof side): void {
    side = next;
    changed();
  }

  function backToNow(): true {
    past.goTo(undefined);
    announce(strings.nowLong);
    return true;
  }

  function end(run: boolean): void {
    if (preview) post({ type: 'endPreview', id: preview.id, run });
    preview = undefined;
    changed();
  }

  /** One other picture at a time: the plan is left first. */
  function withoutPreview(act: () => void): void {
    if (preview) return banner.refuse(strings.refused.preview);
    act();
  }
}

function differingNodes({ nodes }: Snapshot, { nodes: differing }: Differences): PageNode[] {
  return nodes.filter(({ id }) => differing.has(id));
}

/** From there on both pictures of a plan have room side by side. */
const WIDE_PIXELS = 900;

/** Looks are farther apart than that only where nobody watches. */
const UNSEEN_FROM_MILLISECONDS = 10_000;
