import { parseAddress } from '../topology/address';
import type { NodeRef, Plan, PlanStep } from './types';

/**
 * What a plan does as commands for a shell, a line each, in order; what is only looked at or waited for stands as a comment.
 * For reading and for the hand when nothing else is left: the operation looks, verifies and puts back, these lines do not.
 * No secret: the password comes from REDISCLI_AUTH.
 */
export function planCommands({ title, steps }: Plan): string[] {
  return [
    `# ${title}`,
    '# Give the password, if there is one, in the variable REDISCLI_AUTH. Wait where a comment says so.',
    ...steps.flatMap((step, index) => [`# ${index + 1}. ${step.text}`, ...commandsOf(step)]),
  ];
}

function commandsOf(step: PlanStep): string[] {
  switch (step.kind) {
    case 'lowerSetting':
      return step.nodes.map(node => cli(node, 'CONFIG SET', step.parameter, step.value));
    case 'restoreSettings':
      return ['# CONFIG SET each lowered setting back to the value it had.'];
    case 'setConfigEpochs':
      return step.epochs.map(({ node, epoch }) => cli(node, 'CLUSTER SET-CONFIG-EPOCH', epoch));
    case 'assignSlots':
      return step.assignments.map(({ node, slots }) => cli(node, 'CLUSTER ADDSLOTSRANGE', ...rangeWords(slots)));
    case 'shareFunctions':
      return ['# FUNCTION DUMP where the libraries are, FUNCTION RESTORE where they are missing.'];
    case 'meet':
      return meetCommands(step.nodes, step.hubs);
    case 'replicate':
      return step.replicas.map(({ node, master }) => cli(node, 'CLUSTER REPLICATE', master.id));
    case 'failOver':
      return [cli(step.replica, 'CLUSTER FAILOVER', ...(step.mode === 'graceful' ? [] : [step.mode.toUpperCase()]))];
    case 'resetNode':
      return [
        // A master with keys refuses the reset.
        ...(step.deletesKeys ? [cli(step.node, 'FLUSHALL')] : []),
        cli(step.node, 'CLUSTER RESET HARD'),
      ];
    case 'forget':
      return step.nodes.map(node => cli(node, 'CLUSTER FORGET', step.node.id));
    case 'checkEmptyNodes':
    case 'awaitAgreement':
    case 'checkFailover':
    case 'awaitCooldown':
    case 'awaitRoles':
    case 'checkMembers':
    case 'awaitSync':
    case 'awaitForgotten':
      return [];
  }
}

function meetCommands(nodes: readonly NodeRef[], hubs: readonly NodeRef[]): string[] {
  const met = new Set<string>();
  return hubs.flatMap(hub => {
    met.add(hub.id);
    return nodes
      .filter(({ id }) => !met.has(id))
      .map(node => {
        const { host, port } = parseAddress(node.address);
        return cli(hub, 'CLUSTER MEET', host, port);
      });
  });
}

/** `0-100,5461` as `0 100 5461 5461`. */
function rangeWords(slots: string): string[] {
  return slots.split(',').flatMap(range => {
    const [first, last = first] = range.split('-') as [string, string?];
    return [first, last];
  });
}

function cli({ address }: NodeRef, ...words: readonly (string | number)[]): string {
  const { host, port } = parseAddress(address);
  return ['redis-cli', '-h', host, '-p', port, ...words].join(' ');
}
