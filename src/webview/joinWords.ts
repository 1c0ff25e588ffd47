import * as l10n from '@vscode/l10n';
import { language } from './language';

/** What is said about one thing, one part after the other: `master, ok, host a`; what is undefined is passed over. */
export function joinParts(parts: readonly (string | undefined)[]): string {
  const said = parts.filter(part => part !== undefined);
  return said.length === 0 ? '' : said.reduce((before, part) => l10n.t('{0}, {1}', before, part));
}

/** Things of one kind: `a, b, c`. */
export function joinNames(names: readonly string[]): string {
  return lists.format(names);
}

/** Whole sentences that lack their full stop. */
export function joinSentences(sentences: readonly string[]): string {
  return sentences.length === 0 ? '' : sentences.reduce((before, sentence) => l10n.t('{0}. {1}', before, sentence));
}

/** `Shard 1: 12 slots` */
export function labelled(label: string, text: string): string {
  return l10n.t('{0}: {1}', label, text);
}

/** Figures in a line; the dot is the same in every language. */
export function joinFigures(figures: readonly string[]): string {
  return figures.join(' · ');
}

const lists = new Intl.ListFormat(language, { type: 'conjunction', style: 'narrow' });
