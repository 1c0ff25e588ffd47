import type { Locator } from 'playwright-core';

// An element of the page, as far as is needed here: the tests know no DOM.
interface Labelled {
  getAttribute(name: string): string | null;
}

/** What is read out of these rows. */
export async function labelsOf(rows: Locator): Promise<string[]> {
  const read = (elements: Labelled[]): string[] => elements.map(element => element.getAttribute('aria-label') ?? '');
  return rows.evaluateAll(read);
}

/** `3 masters, 3 replicas, 2 spares` */
export function countRoles(labels: readonly string[]): string {
  const count = (role: string): string => `${labels.filter(label => label.startsWith(role)).length} ${role}s`;
  return ['master', 'replica', 'spare'].map(count).join(', ');
}
