import { sentenceStart } from '../../topology/wording';
import type { ClusterNode, Topology } from '../../topology/types';
import { joinSome } from '../phrases';
import { chooseNodes, choiceText, type NodeChoice } from '../nodeChoice';
import { plannedNode, refer } from '../plannedNode';
import { PlanError } from '../planError';
import type { Plan, PlanRisk, PlanWarning } from '../types';
import type { CommandNature } from './commandNature';
import { betterAction, fullName, refuseCommand } from './commandRules';
import { shortCommandLine, toPlanWord, type GivenWord } from './commandText';
import { warnOfShutdown } from './warnOfShutdown';

export interface RunCommandRequest {
  /** As `parseCommandLine` gives them. Never with a secret. */
  words: readonly GivenWord[];
  /** Default: all members. */
  nodes?: NodeChoice | undefined;
  /** What running it means: `client.inspectCommand`. Without it, it counts as writing. */
  nature?: CommandNature | undefined;
}

/**
 * Plans that a command is sent to chosen nodes, once to each, whatever the state of the cluster.
 *
 * Throws a PlanError: `noCommand`, `holdsSecret`, `changesConnection`, `blocks`, `noNodes`, `noneAnswers`, `unknownNodes`,
 * `duplicateNodes`.
 */
export function planRunCommand(topology: Topology, { words, nodes: choice = 'all', nature }: RunCommandRequest): Plan {
  const refusal = nature?.kind === 'refused' ? nature : refuseCommand(words);
  if (refusal) throw new PlanError(refusal.code, refusal.reason, { remedy: refusal.remedy });
  const nodes = chooseNodes(topology, choice);
  const answering = nodes.filter(({ reachable }) => reachable);
  if (answering.length === 0)
    throw new PlanError(
      'noneAnswers',
      `${joinSome(nodes.map(({ address }) => address))} ${nodes.length === 1 ? 'does' : 'do'} not answer.`,
      {
        remedy: 'Bring nodes back, or choose others.',
      },
    );
  const line = shortCommandLine(words);
  const where = choiceText(choice, nodes);
  const picture = { nodes: topology.nodes.map(node => plannedNode(node, topology)) };
  const writes = nature === undefined || (nature.kind === 'changes' && nature.writes);
  return {
    formatVersion: 1,
    kind: 'runCommand',
    title: `Run ${line} on ${where}`,
    stateId: topology.stateId,
    steps: [
      {
        kind: 'runCommand',
        text: `Send ${line} to ${where}, once to each; what it does cannot be taken back.`,
        nodes: nodes.map(refer),
        words: words.map(toPlanWord),
      },
    ],
    before: picture,
    after: picture,
    warnings: [
      ...warnOfCommand(words),
      ...(fullName(words).name === 'SHUTDOWN' ? warnOfShutdown(nodes, topology) : []),
      ...warnOfNodes(nodes, writes),
      ...(nature?.kind === 'asks' ? [{ code: 'holdsUp', text: nature.reason }] : []),
    ],
    risk: riskOf(words, writes, nature),
  };
}

function warnOfCommand(words: readonly GivenWord[]): PlanWarning[] {
  const { name, withSub } = fullName(words);
  const action = betterAction(words);
  const cost = COSTS[withSub] ?? COSTS[name];
  return [
    ...(cost ? [{ code: 'cost', text: sentenceStart(cost.text) }] : []),
    ...(action === undefined
      ? []
      : [
          {
            code: 'betterAction',
            text: `${action} does this with everything looked at before, verified after and put back where it fails; the plain command does not.`,
          },
        ]),
  ];
}

function warnOfNodes(nodes: readonly ClusterNode[], writes: boolean): PlanWarning[] {
  const silent = nodes.filter(({ reachable }) => !reachable).map(({ address }) => address);
  const replicas = nodes.filter(({ role }) => role === 'replica').map(({ address }) => address);
  return [
    ...(silent.length > 0
      ? [{ code: 'nodesSilent', text: `${joinSome(silent)} ${silent.length === 1 ? 'does' : 'do'} not answer now.` }]
      : []),
    ...(writes && replicas.length > 0
      ? [
          {
            code: 'replicasRefuse',
            text: `Replicas refuse writes (${joinSome(replicas, 6)}); what masters write reaches them.`,
          },
        ]
      : []),
  ];
}

function riskOf(words: readonly GivenWord[], writes: boolean, nature: CommandNature | undefined): PlanRisk {
  const { name, withSub } = fullName(words);
  if (writes) return 'losesData';
  if (nature?.kind !== 'changes') return nature?.kind === 'asks' ? 'interruptsWrites' : 'none';
  return (
    (COSTS[withSub] ?? COSTS[name])?.risk ?? (HARMLESS.has(withSub) || HARMLESS.has(name) ? 'none' : 'interruptsWrites')
  );
}

interface Cost {
  risk: PlanRisk;
  text: string;
}

const MEMBERSHIP: Cost = {
  risk: 'losesData',
  text: 'it changes the cluster itself: slots, roles or members can be lost, and with them keys.',
};

const COSTS: Readonly<Record<string, Cost>> = {
  FLUSHALL: { risk: 'losesData', text: 'it deletes every key of every database of these nodes.' },
  FLUSHDB: { risk: 'losesData', text: 'it deletes every key of these nodes.' },
  SHUTDOWN: {
    risk: 'losesData',
    text: 'the servers end, and what is on no disk is gone.',
  },
  DEBUG: { risk: 'losesData', text: 'DEBUG can stop, crash or empty a server.' },
  FAILOVER: MEMBERSHIP,
  REPLICAOF: MEMBERSHIP,
  SLAVEOF: MEMBERSHIP,
  ...Object.fromEntries(
    'FAILOVER MEET FORGET REPLICATE RESET ADDSLOTS ADDSLOTSRANGE DELSLOTS DELSLOTSRANGE FLUSHSLOTS SETSLOT BUMPEPOCH SET-CONFIG-EPOCH MIGRATESLOTS MIGRATION'
      .split(' ')
      .map(word => [`CLUSTER ${word}`, MEMBERSHIP]),
  ),
  'CONFIG SET': { risk: 'losesData', text: 'a setting can turn persistence off or let keys be deleted.' },
  'MODULE LOAD': { risk: 'losesData', text: 'a module can do anything to a server.' },
  'MODULE UNLOAD': { risk: 'losesData', text: 'a server without the module cannot read the keys of its types.' },
  'CLIENT PAUSE': { risk: 'interruptsWrites', text: 'clients wait until the time is over, or CLIENT UNPAUSE.' },
  SAVE: {
    risk: 'interruptsWrites',
    text: 'the server answers nobody until its data is on disk; BGSAVE does the same beside it.',
  },
};

/** They are `admin` to the server, and interrupt nobody. */
const HARMLESS: ReadonlySet<string> = new Set([
  ...['BGSAVE', 'BGREWRITEAOF', 'PUBLISH', 'SPUBLISH', 'CONFIG RESETSTAT', 'CONFIG REWRITE', 'CLUSTER SAVECONFIG'],
  ...[
    'SLOWLOG RESET',
    'LATENCY RESET',
    'COMMANDLOG RESET',
    'ACL LOG',
    'ACL SAVE',
    'CLIENT UNPAUSE',
    'SCRIPT LOAD',
    'MEMORY PURGE',
  ],
]);
