import { commandIds, type CommandId } from '../../shared/commandIds';
import type { PageCommand } from '../../shared/pageCommand';

/** The command that the page asks for, with its argument. Each shows its plan and asks before it changes a cluster. */
export function commandOf(request: PageCommand, clusterId: string): { command: CommandId; argument: object } {
  const { command, ...argument } = request;
  return { command: commandIds[command], argument: { ...argument, clusterId } };
}
