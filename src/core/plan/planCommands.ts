import { parseAddress, type Address } from '../topology/address';
import { commandLine, fromPlanWord } from './command/commandText';
import type { NodeRef, Plan, PlanStep, SlotMove } from './types';

/**
 * What a plan does as commands for a shell, a line each, in order; what is only looked at or waited for stands as a comment.
 * For reading and for the hand when nothing else is left: the operation looks, verifies and puts back, these lines do not.
 * No secret: the password comes from REDISCLI_AUTH.
 */
export function planCommands({ title, steps }: Plan): string[] {
  const lines = steps.flatMap((step, index) => [`# ${index + 1}. ${step.text}`, ...commandsOf(step)]);
  return [
    `# ${title}`,
    '# Give the password, if there is one, in the variable REDISCLI_AUTH. Wait where a comment says so.',
    ...(lines.some(line => line.includes(unknownHost))
      ? [`# Nobody knows where a node is that stands as ${unknownHost} and its id: put in its host and port.`]
      : []),
    ...lines,
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
    case 'moveSlots':
      return step.moves.flatMap(moveCommands);
    case 'checkEmptyNodes':
    case 'awaitAgreement':
    case 'checkFailover':
    case 'awaitCooldown':
    case 'awaitRoles':
    case 'checkMembers':
    case 'awaitSync':
    case 'awaitForgotten':
    case 'checkMoves':
    case 'awaitOwners':
    case 'checkFix':
    case 'checkImport':
    case 'verifyCopies':
      return [];
    case 'releaseSlots':
      return step.releases.flatMap(({ node, owner, slots }) => [
        cli(node, 'CLUSTER DELSLOTSRANGE', ...rangeWords(slots)),
        forEachSlot(slots, cli(node, 'CLUSTER SETSLOT $slot NODE', owner.id)),
      ]);
    case 'claimSlots':
      return step.claims.flatMap(({ node, slots }) => [
        forEachSlot(slots, cli(node, 'CLUSTER SETSLOT $slot NODE', node.id)),
        cli(node, 'CLUSTER BUMPEPOCH'),
      ]);
    case 'tellOwners':
      return step.owners.flatMap(({ node: owner, slots }) =>
        step.nodes
          .filter(({ id }) => id !== owner.id)
          .map(node => forEachSlot(slots, cli(node, 'CLUSTER SETSLOT $slot NODE', owner.id))),
      );
    case 'settleCollisions':
      return step.choices.map(
        ({ name, slot, drop }) =>
          `# At ${drop.map(({ address }) => address).join(', ')}: ASKING, then DEL ${name} (slot ${slot}), on one connection.`,
      );
    case 'moveStrays':
      return step.strays.flatMap(({ holder, owner, slots }) => [
        forEachSlot(slots, cli(owner, 'CLUSTER SETSLOT $slot STABLE')),
        forEachSlot(slots, cli(holder, 'CLUSTER SETSLOT $slot IMPORTING', owner.id)),
        `# CLUSTER GETKEYSINSLOT and MIGRATE to ${owner.address} at ${holder.address}, slot by slot; on BUSYKEY compare DUMP on both sides (ASKING before it at ${holder.address}).`,
        forEachSlot(slots, cli(holder, 'CLUSTER SETSLOT $slot STABLE')),
      ]);
    case 'copyKeys':
      return [
        `# redis-cli knows no way that keeps times to live, compares and goes on after a break; the nearest, one key at a time (give the source's password with --cluster-from-pass):`,
        `redis-cli --cluster import ${step.nodes[0]?.address ?? ''} --cluster-from ${step.source} --cluster-copy${step.conflict === 'replace' ? ' --cluster-replace' : ''}`,
      ];
    case 'closeSlots':
      return step.closings.map(({ node, via = node, slots }) =>
        forEachSlot(slots, cli(via, 'CLUSTER SETSLOT $slot STABLE')),
      );
    case 'setConfig':
      return step.nodes.flatMap(node => [
        ...step.settings.map(({ name, value }) => cli(node, 'CONFIG SET', name, shellWord(value))),
        ...(step.rewrite ? [cli(node, 'CONFIG REWRITE')] : []),
      ]);
    case 'runCommand':
      return step.words.every(word => typeof word === 'string')
        ? step.nodes.map(node => cli(node, ...step.words.map(word => shellWord(word as string))))
        : step.nodes.map(node => `# At the prompt of ${cli(node)}: ${commandLine(step.words.map(fromPlanWord))}`);
    case 'separateEpochs':
      return step.collided.flatMap(nodes => nodes.slice(1).map(node => cli(node, 'CLUSTER BUMPEPOCH')));
  }
}

function meetCommands(nodes: readonly NodeRef[], hubs: readonly NodeRef[]): string[] {
  const met = new Set<string>();
  return hubs.flatMap(hub => {
    met.add(hub.id);
    return nodes
      .filter(({ id }) => !met.has(id))
      .map(node => {
        const { host, port } = whereIs(node);
        return cli(hub, 'CLUSTER MEET', host, port);
      });
  });
}

function moveCommands({ source, target, slots, engine }: SlotMove): string[] {
  const words = rangeWords(slots);
  switch (engine) {
    case 'migrateSlots':
      return [
        cli(source, 'CLUSTER MIGRATESLOTS SLOTSRANGE', ...words, 'NODE', target.id),
        `# Wait until the newest entry of CLUSTER GETSLOTMIGRATIONS at ${source.address} says success.`,
      ];
    case 'migrationImport':
      return [
        cli(target, 'CLUSTER MIGRATION IMPORT', ...words),
        `# Wait until CLUSTER MIGRATION STATUS ALL at ${target.address} says completed.`,
      ];
    case 'classic':
      return [
        `# Open the slots from ${source.address} to ${target.address}; then redis-cli moves the keys of what is open, and closes it.`,
        `for slot in ${slotWords(slots)}; do ${cli(target, 'CLUSTER SETSLOT $slot IMPORTING', source.id)} && ${cli(source, 'CLUSTER SETSLOT $slot MIGRATING', target.id)}; done`,
        `redis-cli --cluster fix ${source.address}`,
      ];
  }
}

function forEachSlot(slots: string, command: string): string {
  return `for slot in ${slotWords(slots)}; do ${command}; done`;
}

/** `0-100,5461` as `0 100 5461 5461`. */
function rangeWords(slots: string): string[] {
  return slots.split(',').flatMap(range => {
    const [first, last = first] = range.split('-') as [string, string?];
    return [first, last];
  });
}

/** `0-100,5461` as `$(seq 0 100) 5461`. */
function slotWords(slots: string): string {
  return slots
    .split(',')
    .map(range => (range.includes('-') ? `$(seq ${range.replace('-', ' ')})` : range))
    .join(' ');
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function cli(node: NodeRef, ...words: readonly (string | number)[]): string {
  const { host, port } = whereIs(node);
  return ['redis-cli', '-h', host, '-p', port, ...words].join(' ');
}

const unknownHost = 'HOST-OF-';

/** A cluster can list a node without an address: what stands for it then no shell trips over, and no server is reached by. */
function whereIs({ id, address }: NodeRef): Address | { host: string; port: string } {
  try {
    return parseAddress(address);
  } catch {
    return { host: `${unknownHost}${id.slice(0, 8)}`, port: 'PORT' };
  }
}
