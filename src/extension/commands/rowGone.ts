import { commandIds } from '../../shared/commandIds';

/**
 * Whether a command was called on a row that VS Code could not find any more: its view was drawn anew between the menu and
 * the choice. The palette, keys and links give no argument at all then; a menu gives one, and it is empty.
 */
export function isRowGone(id: string, args: readonly unknown[]): boolean {
  return args.length > 0 && (args[0] === undefined || args[0] === null) && !inTitles.has(id);
}

/** They stand in the title of a view, too, which gives the row that has the focus, or nothing where none has it. */
const inTitles: ReadonlySet<string> = new Set([
  commandIds.showTopology,
  commandIds.groupByHost,
  commandIds.groupByShard,
  commandIds.addCluster,
  commandIds.refresh,
  commandIds.createLocalCluster,
  commandIds.createCluster,
  commandIds.importClusters,
  commandIds.exportClusters,
  commandIds.showHelp,
  commandIds.showLog,
]);
