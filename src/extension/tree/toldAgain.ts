import type { CanDispose } from '../disposable';

export interface ToldAgain<Element> extends CanDispose {
  /** They were told now; `all` stands for the whole. */
  note(elements: 'all' | readonly Element[]): void;
}

/**
 * Tells once more, that much later, what was told, all of it in one. VS Code bundles requests for children; when another one
 * comes while a bundle is being answered, rows of it are drawn without children (treeView.ts, `batchPromise`) and stay so
 * until they are told again.
 */
export function toldAgain<Element>(
  tell: (elements: 'all' | Element[]) => void,
  delayMilliseconds = 2000,
): ToldAgain<Element> {
  let all = false;
  let noted = new Set<Element>();
  let due: NodeJS.Timeout | undefined;
  const run = (): void => {
    const elements = all ? 'all' : [...noted];
    [all, noted, due] = [false, new Set(), undefined];
    tell(elements);
  };
  return {
    note: elements => {
      if (elements === 'all') all = true;
      else for (const element of elements) noted.add(element);
      if (all || noted.size > 0) due ??= setTimeout(run, delayMilliseconds);
    },
    dispose: () => clearTimeout(due),
  };
}
