import type { ExtensionContext } from 'vscode';
import type { Journal } from '../../core/index';
import type { Documents } from '../documents';
import type { Log } from '../log';
import type { Prompts } from '../prompts';
import type { SessionStore } from '../sessions/types';
import type { Settings } from '../settings/settings';
import type { Supervision } from '../supervision/supervision';
import type { TopologyPanels } from '../topology/topologyPanels';
import type { ClustersView } from '../tree/clustersView';

/** What commands stand on; made once in extension.ts. */
export interface CommandDependencies {
  context: ExtensionContext;
  store: SessionStore;
  settings: Settings;
  supervision: Supervision;
  log: Log;
  prompts: Prompts;
  documents: Documents;
  clustersView: ClustersView;
  topologyPanels: TopologyPanels;
  /** Opened on first use, shared by all windows on this machine. */
  journal: () => Promise<Journal>;
}
