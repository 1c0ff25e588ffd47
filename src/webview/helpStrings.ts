import * as l10n from '@vscode/l10n';
import type { NodeState, PageNode } from '../shared/pageProtocol';

/** The words of the help; its keys bear the names that stand on them. */
export const helpStrings = {
  keysTitle: l10n.t('Keyboard'),
  keys: [
    ['↑ ↓ ← →', l10n.t('Move between nodes')],
    ['Home  End', l10n.t('First, last')],
    ['/ P', l10n.t('Search or filter; in large clusters: problems only')],
    ['+ - 0', l10n.t('Large clusters, slots: zoom, show all')],
    ['Space', l10n.t('Select')],
    ['Enter', l10n.t('Reveal in the tree')],
    ['Shift+F10', l10n.t('Open the menu')],
    ['Shift+← →', l10n.t('In the map of slots: select')],
    ['1 2 3 4', l10n.t('Graph, slots, hosts, table')],
    ['W', l10n.t('What if it died?')],
    ['M', l10n.t('Move the node or the selected slots; arrows choose where')],
    ['H', l10n.t('Hosts and back')],
    ['← → Home End', l10n.t('On the line of time: changes before, after; earliest, now')],
    ['Esc', l10n.t('Back to now, close, clear the selection')],
    ['?', l10n.t('This help')],
  ] as readonly (readonly [keys: string, does: string])[],
  marksTitle: l10n.t('Marks'),
  marks: [
    ['master', 'ok', l10n.t('master')],
    ['replica', 'ok', l10n.t('replica')],
    ['spare', 'spare', l10n.t('spare: empty, stands by')],
    ['master', 'suspect', l10n.t('suspect: some nodes miss it')],
    ['master', 'failed', l10n.t('failed: the cluster agrees')],
    ['replica', 'unreachable', l10n.t('unreachable from here')],
    ['replica', 'syncing', l10n.t('syncing, loading or link down')],
    ['replica', 'joining', l10n.t('joining')],
  ] as readonly (readonly [role: PageNode['role'], state: NodeState, word: string])[],
};
