import './configureWords';
import type { FromPage, PageState } from '../shared/pageProtocol';
import { startPage } from './page';
import { loadAllViews } from './viewCode';

/** Given by VS Code to every webview, once. */
declare function acquireVsCodeApi(): {
  postMessage(message: FromPage): void;
  getState(): unknown;
  setState(state: PageState): void;
};

const prepare: () => unknown = loadAllViews;
const vscode = acquireVsCodeApi();
const post = (message: FromPage) => vscode.postMessage(message);
window.addEventListener('error', event => post({ type: 'problem', message: event.message }));

const root = document.getElementById('app');
const announcer = document.getElementById('announcer');
if (root && announcer) {
  const receive = await startPage(root, announcer, {
    post,
    loadState: () => vscode.getState(),
    saveState: state => vscode.setState(state),
  });
  window.addEventListener('message', event => receive(event.data));
  post({ type: 'ready' });
  requestIdleCallback(prepare);
} else {
  post({ type: 'problem', message: 'The page lacks #app or #announcer.' });
}
