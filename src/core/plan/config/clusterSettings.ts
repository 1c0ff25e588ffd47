import { SLOT_COUNT } from '../../topology/slotSet';
import { count } from '../phrases';
import { hold, names, tell, type SettingCase, type SettingWarning } from './settingCase';
import { isSameValue } from './settingValues';

export function nodeTimeout({ topology, nodes, name, value, reading }: SettingCase): SettingWarning[] {
  const milliseconds = Number(value);
  const seconds = milliseconds / 1000;
  const known = nodes.flatMap(({ id }) => Number(reading?.values[id]?.[name] ?? NaN)).filter(Number.isFinite);
  const [shortest, longest] = [Math.min(...known), Math.max(...known)];
  const left = topology.nodes.filter(node => node.inCluster && !nodes.some(({ id }) => id === node.id));
  return [
    tell(
      'nodeTimeout',
      `It is in milliseconds: a node counts as failed after ${seconds} to ${seconds * 1.5} s of silence, and its replica takes over about a second later.`,
    ),
    ...(milliseconds < 1000
      ? [
          hold(
            'timeoutShort',
            'Below 1000 a slow command, a fork or a large key makes healthy nodes count as failed, and failovers that nobody needs lose writes.',
          ),
        ]
      : known.length > 0 && milliseconds < longest
        ? [
            tell(
              'timeoutShorter',
              `Shorter than now (${longest} ms): failures show sooner, and pauses of a server (fork, large keys, a busy machine) count as failures sooner too.`,
            ),
          ]
        : []),
    ...(known.length > 0 && milliseconds > shortest
      ? [
          tell(
            'timeoutLonger',
            `Longer than now (${shortest} ms): a dead master's slots are down for longer, and a master cut off from the others accepts writes that will be lost for longer.`,
          ),
        ]
      : []),
    ...(nodes.length > 1
      ? [
          tell(
            'timeoutsMixed',
            'While it changes, nodes call each other failed after different times; that passes when all have it.',
          ),
        ]
      : []),
    ...(left.length > 0
      ? [
          hold(
            'timeoutsDiffer',
            `${names(left)} ${left.length === 1 ? 'keeps its' : 'keep their'} own: nodes that count differently call each other failed, and vote, at different times.`,
          ),
        ]
      : []),
  ];
}

export function fullCoverage({ value, topology }: SettingCase): SettingWarning[] {
  if (!isSameValue(value, 'yes'))
    return [
      tell(
        'partialService',
        'With no the slots that are left are served on when others are lost; clients get errors for those only.',
      ),
    ];
  const uncovered = SLOT_COUNT - topology.coveredSlots.count;
  const down =
    uncovered > 0
      ? ` ${count(uncovered, 'slot')} ${uncovered === 1 ? 'has' : 'have'} no owner now: every command is refused at once.`
      : '';
  return [
    (uncovered > 0 ? hold : tell)(
      'allOrNothing',
      `With yes the whole cluster refuses commands as soon as one slot is lost.${down}`,
    ),
  ];
}

export function minReplicas({ value, topology, nodes }: SettingCase): SettingWarning[] {
  const wanted = Number(value);
  const short = nodes.filter(({ id, role, slots }) => {
    if (role !== 'master' || slots.isEmpty) return false;
    return (
      topology.nodes.filter(node => node.masterId === id && node.reachable && node.status === 'ok').length < wanted
    );
  });
  if (short.length === 0) return [];
  return [
    hold(
      'writesRefused',
      `${names(short)} ${short.length === 1 ? 'has' : 'have'} fewer than ${count(wanted, 'replica')} that are well: writes are refused there.`,
    ),
  ];
}

export function noFailover({ value, topology, nodes }: SettingCase): SettingWarning[] {
  if (!isSameValue(value, 'yes')) return [];
  const barred = new Set(nodes.map(({ id }) => id));
  const alone = topology.nodes.filter(({ id, role, slots }) => {
    const replicas = topology.nodes.filter(({ masterId }) => masterId === id);
    return (
      role === 'master' && !slots.isEmpty && replicas.length > 0 && replicas.every(replica => barred.has(replica.id))
    );
  });
  if (alone.length === 0) return [];
  return [
    hold(
      'noFailover',
      `No replica of ${names(alone)} takes over any more when that master dies; only a failover by hand.`,
    ),
  ];
}

export function announced({ name, nodes }: SettingCase): SettingWarning[] {
  if (nodes.length < 2)
    return [
      tell('announced', 'Nodes and clients reach it under what it announces: when that is wrong, it is lost to them.'),
    ];
  return [
    hold(
      'announcedTwice',
      `${count(nodes.length, 'node')} would announce the same ${name}: where that is not so, nodes and clients reach the wrong one.`,
    ),
  ];
}
