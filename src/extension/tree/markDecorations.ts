import * as vscode from 'vscode';
import type { TreeRow } from './elements';

const scheme = 'redis-cluster-mark';

/** What a row carries to be decorated: the mark itself, so that nothing has to be told when it changes. */
export function markUri({ color, production }: NonNullable<TreeRow['mark']>): vscode.Uri {
  return vscode.Uri.from({ scheme, path: `/${color}`, query: production ? 'production' : '' });
}

/** Colours the rows of marked clusters. */
export function registerMarkDecorations(): vscode.Disposable {
  return vscode.window.registerFileDecorationProvider({
    provideFileDecoration(uri) {
      if (uri.scheme !== scheme) return undefined;
      const production = uri.query === 'production';
      return {
        color: new vscode.ThemeColor(`charts.${uri.path.slice(1)}`),
        ...(production && { badge: 'P', tooltip: vscode.l10n.t('In production') }),
      };
    },
  });
}
