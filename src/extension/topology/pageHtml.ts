import { randomBytes } from 'node:crypto';

export interface PageParts {
  /** `webview.cspSource`. */
  cspSource: string;
  scriptUri: string;
  styleUris: readonly string[];
  title: string;
  /** Of the editor, as `zh-cn`. */
  language: string;
  /** Its words by the English ones, comments included in the keys; undefined where there are none, as in English. */
  words?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * The whole HTML of the topology page. Nothing inline, nothing remote, nothing from a server of the cluster. The nonce goes from the
 * script to the modules it imports.
 */
export function pageHtml(parts: PageParts, nonce = randomBytes(16).toString('base64')): string {
  const { cspSource, scriptUri, styleUris, title, words } = parts;
  // Without its words the page speaks English, whatever the editor does.
  const language = words ? parts.language : 'en';
  const policy = [
    `default-src 'none'`,
    `style-src ${cspSource}`,
    `font-src ${cspSource}`,
    `img-src ${cspSource}`,
    `script-src 'nonce-${nonce}'`,
    // Of these two `default-src` says nothing.
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
  return `<!doctype html>
<html lang="${escapeHtml(language)}">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${escapeHtml(title)}</title>
${styleUris.map(uri => `  <link rel="stylesheet" href="${escapeHtml(uri)}">`).join('\n')}
</head>
<body>
  <main id="app"></main>
  <div id="announcer" role="status" aria-live="polite"></div>
${words ? wordsScript(words) : ''}  <script type="module" nonce="${nonce}" src="${escapeHtml(scriptUri)}"></script>
</body>
</html>
`;
}

/** Data, which no policy forbids: a browser runs no script of a type it does not know. */
function wordsScript(words: object): string {
  const json = JSON.stringify(words).replaceAll('<', '\\u003c');
  return `  <script type="application/json" id="words">${json}</script>\n`;
}

function escapeHtml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, character => entities[character]!);
}
