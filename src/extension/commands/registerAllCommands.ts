import * as vscode from 'vscode';
import { commandIds, type CommandId } from '../../shared/commandIds';
import { addCluster } from './addCluster';
import { addSpare } from './addSpare';
import { backup } from './backup';
import { balanceRoles } from './balanceRoles';
import { balanceSlots, drain } from './balanceSlots';
import { check } from './check';
import { copyAddress } from './copyAddress';
import { createCluster } from './createCluster';
import { createLocalCluster } from './createLocalCluster';
import type { CommandDependencies } from './dependencies';
import { createDockerCluster } from './dockerCluster';
import { duplicateCluster } from './duplicateCluster';
import { editCluster } from './editCluster';
import { enterKeyPassphrase, enterPassword, enterSshSecret } from './enterPassword';
import { exportClusters, importClusters } from './exchangeClusters';
import { exportPlan } from './exportPlan';
import { failover } from './failover';
import { fix } from './fix';
import { groupBy } from './groupBy';
import { importKeys } from './importKeys';
import { changeLocalNode } from './localNode';
import { startLocalServersOf, stopLocalCluster } from './localCluster';
import { mapAddresses } from './mapAddresses';
import { addNode, moveReplica, removeNode, replaceNode } from './members';
import { showClients, showSlowCommands } from './nodeActivity';
import { openTerminal } from './openTerminal';
import { controlOperation, continueOperation, dismissOperation } from './operations';
import { rebalance } from './rebalance';
import { refresh } from './refresh';
import { removeCluster } from './removeCluster';
import { reportError } from './reportError';
import { reshard } from './reshard';
import { isRowGone } from './rowGone';
import { runCommand } from './runCommand';
import { setConfig } from './setConfig';
import { showHelp } from './showHelp';
import { showNodeDetails } from './showNodeDetails';
import { showTopology } from './showTopology';
import { testConnection } from './testConnection';
import {
  acknowledgeSupervisor,
  approveAct,
  askSupervisorAgain,
  declineAct,
  explainSupervisorOf,
  superviseCluster,
} from './supervise';

type Handler = (dependencies: CommandDependencies, argument: unknown) => unknown;

// Leaving one out is a compile error.
const handlers: Record<CommandId, Handler> = {
  [commandIds.createLocalCluster]: createLocalCluster,
  [commandIds.createDockerCluster]: createDockerCluster,
  [commandIds.createCluster]: createCluster,
  [commandIds.addCluster]: addCluster,
  [commandIds.editCluster]: editCluster,
  [commandIds.duplicateCluster]: duplicateCluster,
  [commandIds.removeCluster]: removeCluster,
  [commandIds.exportClusters]: exportClusters,
  [commandIds.importClusters]: importClusters,
  [commandIds.refresh]: refresh,
  [commandIds.showTopology]: showTopology,
  [commandIds.groupByHost]: dependencies => groupBy(dependencies, 'host'),
  [commandIds.groupByShard]: dependencies => groupBy(dependencies, 'shard'),
  [commandIds.openTerminal]: openTerminal,
  [commandIds.copyAddress]: copyAddress,
  [commandIds.showNodeDetails]: showNodeDetails,
  [commandIds.showSlowCommands]: showSlowCommands,
  [commandIds.showClients]: showClients,
  [commandIds.startNode]: (dependencies, argument) => changeLocalNode(dependencies, argument, 'start'),
  [commandIds.stopNode]: (dependencies, argument) => changeLocalNode(dependencies, argument, 'stop'),
  [commandIds.killNode]: (dependencies, argument) => changeLocalNode(dependencies, argument, 'kill'),
  [commandIds.pauseNode]: (dependencies, argument) => changeLocalNode(dependencies, argument, 'pause'),
  [commandIds.resumeNode]: (dependencies, argument) => changeLocalNode(dependencies, argument, 'resume'),
  [commandIds.stopLocalCluster]: stopLocalCluster,
  [commandIds.startLocalServers]: startLocalServersOf,
  [commandIds.testConnection]: testConnection,
  [commandIds.mapAddresses]: mapAddresses,
  [commandIds.enterKeyPassphrase]: enterKeyPassphrase,
  [commandIds.enterSshSecret]: enterSshSecret,
  [commandIds.check]: check,
  [commandIds.fix]: fix,
  [commandIds.failover]: failover,
  [commandIds.replaceNode]: replaceNode,
  [commandIds.addNode]: addNode,
  [commandIds.makeSpare]: (dependencies, argument) => addNode(dependencies, argument, 'spare'),
  [commandIds.addSpare]: addSpare,
  [commandIds.removeNode]: removeNode,
  [commandIds.moveReplica]: moveReplica,
  [commandIds.balanceRoles]: balanceRoles,
  [commandIds.balanceSlots]: balanceSlots,
  [commandIds.rebalance]: rebalance,
  [commandIds.reshard]: reshard,
  [commandIds.drain]: drain,
  [commandIds.setConfig]: setConfig,
  [commandIds.runCommand]: runCommand,
  [commandIds.importKeys]: importKeys,
  [commandIds.backup]: backup,
  [commandIds.superviseCluster]: superviseCluster,
  [commandIds.explainSupervisor]: explainSupervisorOf,
  [commandIds.approveAct]: approveAct,
  [commandIds.declineAct]: declineAct,
  [commandIds.acknowledgeSupervisor]: acknowledgeSupervisor,
  [commandIds.askAgain]: askSupervisorAgain,
  [commandIds.exportPlan]: exportPlan,
  [commandIds.pauseOperation]: (dependencies, argument) => controlOperation(dependencies, argument, 'pause'),
  [commandIds.resumeOperation]: (dependencies, argument) => continueOperation(dependencies, argument, 'resume'),
  [commandIds.rollBackOperation]: (dependencies, argument) => continueOperation(dependencies, argument, 'rollBack'),
  [commandIds.dismissOperation]: dismissOperation,
  [commandIds.enterPassword]: enterPassword,
  [commandIds.cancelOperation]: (dependencies, argument) => controlOperation(dependencies, argument, 'cancel'),
  [commandIds.showHelp]: showHelp,
  [commandIds.showLog]: ({ log }) => log.show(),
};

/**
 * Registers every command behind one wrapper: a cancelled one is silent, a refused or failing one is logged and shown
 * with its sentences. The error is not thrown on, so that a caller of the command does not show it twice; it
 * gets `{ error }` instead.
 */
export function registerAllCommands(dependencies: CommandDependencies): vscode.Disposable {
  const registrations = Object.entries(handlers).map(([id, handler]) =>
    vscode.commands.registerCommand(id, async (...args: unknown[]) => {
      const [argument] = args;
      try {
        if (isRowGone(id, args)) return refuseGoneRow(dependencies, id);
        return await handler(dependencies, argument);
      } catch (error) {
        return reportError(dependencies, id, argument, error);
      }
    }),
  );
  return vscode.Disposable.from(...registrations);
}

/** To ask on which node instead would offer another one. */
function refuseGoneRow({ log, prompts }: CommandDependencies, id: string): { error: string } {
  const error = vscode.l10n.t(
    'The row this was called on has just changed or gone. Nothing was done: choose it once more.',
  );
  log.warn(id, error);
  prompts.warn(error);
  return { error };
}
