import { clockText, describeHolder, markdownTable, type Supervisor } from '../../core/index';
import { supervisorStateText } from './supervisorStateText';

/** What the document is made from. */
export type ExplainedSupervisor = Pick<
  Supervisor,
  'state' | 'settings' | 'guards' | 'events' | 'otherSupervisor' | 'remember'
>;

/** Why the supervisor does what it does, or does nothing: a Markdown document. `problems`: how many the cluster has. */
export function explainSupervisor(
  name: string,
  supervision: ExplainedSupervisor | undefined,
  off?: string,
  problems = 0,
): string {
  if (!supervision) return [`# Supervisor of ${name}`, '', off ?? 'It is off.', ''].join('\n');
  const { state, guards, otherSupervisor } = supervision;
  const { tombstones } = supervision.remember();
  return [
    `# Supervisor of ${name}`,
    '',
    `**Now:** ${supervisorStateText(state, problems)}`,
    '',
    modes[supervision.settings.mode],
    'It works only while this window is open. The cluster itself elects new masters; the supervisor never does.',
    ...(otherSupervisor ? ['', `Supervised by ${describeHolder(otherSupervisor)}.`] : []),
    '',
    '## May it act?',
    '',
    ...(guards.length === 0 ? ['Nothing was looked at yet.'] : guardTable(guards)),
    '',
    '## Settings',
    '',
    ...settingLines(supervision.settings),
    ...(tombstones.length > 0 ? ['', '## Replaced nodes', '', ...tombstones.map(tombstoneLine)] : []),
    '',
    '## What happened',
    '',
    ...eventLines(supervision.events),
    '',
  ].join('\n');
}

const modes: Record<ExplainedSupervisor['settings']['mode'], string> = {
  observe: 'Mode **observe**: it only says what it would do.',
  ask: 'Mode **ask**: it proposes each act and waits for an answer.',
  act: 'Mode **act**: it acts by itself when every guard passes.',
};

function guardTable(guards: ExplainedSupervisor['guards']): string[] {
  const rows = guards.map(({ passed, code, text }) => [passed ? '✓ pass' : '✗ **fail**', wordsOf(code), text]);
  return markdownTable(['', 'Guard', 'What was seen'], rows);
}

// majorityVisible -> majority visible
function wordsOf(code: string): string {
  return code.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`);
}

function settingLines(settings: ExplainedSupervisor['settings']): string[] {
  const { graceSeconds, coolDownSeconds, actsPerHour, failBacksPerTenMinutes, balanceRoles, spares, retired } =
    settings;
  return [
    `- A failed node has ${graceSeconds} s to come back, from the moment the cluster agrees that it failed.`,
    `- After an act it rests ${coolDownSeconds} s; after ${actsPerHour} acts within an hour, failed ones included, a person has to let it go on.`,
    `- After ${failBacksPerTenMinutes} fail-backs of one node within ten minutes it takes it for flapping, and asks.`,
    `- Roles are ${balanceRoles ? '' : 'not '}balanced over the hosts after a node was replaced.`,
    `- Spares: ${spares.length === 0 ? 'any that stands by' : spares.join(', ')}.`,
    ...(retired.length === 0
      ? []
      : [`- Taken out of use by a person, and never brought back by it: ${retired.join(', ')}. "Add as Spare" does.`]),
  ];
}

type Tombstone = ReturnType<ExplainedSupervisor['remember']>['tombstones'][number];

function tombstoneLine({ address, id, replacedBy, atMilliseconds }: Tombstone): string {
  return `- ${address} (${id.slice(0, 8)}) was replaced by ${replacedBy.address} at ${clockText(atMilliseconds)}; if it returns, it is not let back in. "Add as Spare" empties it.`;
}

function eventLines(events: ExplainedSupervisor['events']): string[] {
  if (events.length === 0) return ['Nothing yet.'];
  return [...events].reverse().map(({ atMilliseconds, text }) => `- ${clockText(atMilliseconds)} ${text}`);
}
