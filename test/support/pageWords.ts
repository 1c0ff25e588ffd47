import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { localisedCalls } from './localisedTexts';
import type { PageTranslation } from './pageHarness';

/** Every text of the page's sources, its words put between `⟦` and `⟧`; what is put in between them is not. */
export function pseudoTranslation(): PageTranslation {
  const words = localisedCalls('src/webview').flatMap(({ key, text }) =>
    key === undefined || text === undefined ? [] : [[key, pseudo(text)] as const],
  );
  return { language: 'qps-ploc', words: Object.fromEntries(words) };
}

/** What ships for Chinese. */
export function chineseTranslation(): PageTranslation {
  const files = readdirSync('l10n').filter(name => name.includes('.zh-cn.'));
  const bundles = files.map(name => JSON.parse(readFileSync(join('l10n', name), 'utf8')) as Record<string, string>);
  return { language: 'zh-cn', words: Object.assign({}, ...bundles) as Record<string, string> };
}

/** The same message with the words that others chose, such as names and what comes worded, between `⟪` and `⟫`. */
export function markGiven<Message>(message: Message): Message {
  return JSON.parse(JSON.stringify(message), (name, value: unknown) => {
    if (typeof value === 'string') return given.has(name) ? `⟪${value}⟫` : value;
    return Array.isArray(value) && givenLists.has(name) ? value.map(each => `⟪${each}⟫`) : value;
  }) as Message;
}

/** What is left of a text when its words that were translated, those that were given and its figures are taken away: empty. */
export function untranslated(text: string): string {
  return text
    .replaceAll(/⟦[^⟧]*⟧|⟪[^⟫]*⟫/g, ' ')
    .replaceAll(/\d[\d.,:]*( ?[KMGT]?B|[kMG]|\s[AP]M)?(?!\p{L})/gu, ' ')
    .replaceAll(/[^\p{L}]+/gu, ' ')
    .trim();
}

const given = new Set([
  ...['clusterName', 'statusText', 'stateText', 'name', 'hostLabel', 'label', 'version'],
  ...['title', 'message', 'text', 'remedy', 'reason', 'verb'],
]);
const givenLists = new Set(['marks', 'warnings']);

function pseudo(text: string): string {
  return text
    .split(/(\{\d+\})/)
    .map(part => (/\p{L}/u.test(part) && !/^\{\d+\}$/.test(part) ? `⟦${part}⟧` : part))
    .join('');
}
