import { chanceFrom, type Chance } from '../../support/chance';

export const operations = [
  'create',
  'failover',
  'replace',
  'add',
  'remove',
  'balanceRoles',
  'reshard',
  'rebalance',
  'fix',
] as const;
export type OperationName = (typeof operations)[number];

export const faults = [
  'killRunner',
  'killNode',
  'killTwo',
  'killRunnerAndNode',
  'stopNode',
  'stopTwo',
  'dropConnections',
  'delayConnections',
  'truncateReplies',
  'garbleReplies',
  'diskFull',
  'clockJump',
  'otherPort',
  'secondRunner',
] as const;
export type Fault = (typeof faults)[number];

/** One case of the campaign: all that is decided before it begins. */
export interface Case {
  seed: number;
  /** From 0. */
  number: number;
  operation: OperationName;
  fault: Fault;
  masters: number;
  replicasPerMaster: number;
  /** Empty servers beside the cluster. */
  spares: number;
  /** With the longer one no pause is long enough for an election. */
  nodeTimeoutMilliseconds: 1000 | 5000;
  /** Where in the operation: a step, by its part of the whole, and how long after its beginning, as a part of what fits it. */
  moment: { step: number; delay: number };
  /** For how long servers stay down or stopped, and connections are disturbed. */
  troubleMilliseconds: number;
  /** What the user does with an operation that did not end. */
  ending: 'resume' | 'rollBack';
  /** Where the user does it: in the process that ran it, if that still lives, or in another one. */
  place: 'sameProcess' | 'otherProcess';
  /** Draws what is left to chance within the case. */
  chance: Chance;
}

/** Nine operations and fourteen faults have no common divisor: 126 cases one after the other are every pair once. */
export const CASES_OF_A_ROUND = operations.length * faults.length;

/** The case of that number, whatever was drawn before. */
export function drawCase(seed: number, number: number): Case {
  const order = chanceFrom(seed);
  const [shuffledOperations, shuffledFaults] = [shuffled(operations, order), shuffled(faults, order)];
  const chance = chanceFrom(Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) + Math.imul(number + 1, 0xc2b2ae35));
  const operation = shuffledOperations[number % operations.length]!;
  const [masters, replicasPerMaster] = pick(sizesFor(operation), chance);
  return {
    seed,
    number,
    operation,
    fault: shuffledFaults[number % faults.length]!,
    masters,
    replicasPerMaster,
    spares: operation === 'replace' || operation === 'add' ? 1 : 0,
    nodeTimeoutMilliseconds: chance() < 0.75 ? 1000 : 5000,
    moment: { step: chance(), delay: chance() },
    troubleMilliseconds: Math.round(50 + 2950 * chance() ** 2),
    ending: chance() < 0.65 ? 'resume' : 'rollBack',
    place: chance() < 0.5 ? 'sameProcess' : 'otherProcess',
    chance,
  };
}

/** Masters and replicas of each: 6 to 12 servers, mostly few, with room for the one that an operation adds. */
function sizesFor(operation: OperationName): readonly (readonly [number, number])[] {
  const small = [3, 1] as const;
  const sizes = [small, small, small, [4, 1], [3, 2], [5, 1]] as const;
  // Copies to choose among, and hosts to fill.
  if (operation === 'remove' || operation === 'balanceRoles') return [...sizes, [3, 2]];
  return operation === 'create' ? [...sizes, [6, 1], [4, 2]] : sizes;
}

export function pick<T>(values: readonly T[], chance: Chance): T {
  return values[Math.floor(chance() * values.length)]!;
}

function shuffled<T>(values: readonly T[], chance: Chance): T[] {
  const left = [...values];
  return values.map(() => left.splice(Math.floor(chance() * left.length), 1)[0]!);
}
