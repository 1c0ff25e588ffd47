import * as l10n from '@vscode/l10n';

// Imported before all else by every script of the page: words at the top level of a module are looked up as it is read.
const words = document.getElementById('words');
if (words) l10n.config({ contents: words.textContent });
