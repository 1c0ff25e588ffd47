import { describeSupervisorState, type Supervisor } from '../../core/index';

/** What the document is made from. */
export type ExplainedSupervisor = Pick<
  Supervisor,
  'state' | 'settings' | 'guards' | 'events' | 'otherSupervisor' | 'remember'
>;

/** Why the supervisor does what it does, or does nothing: a Markdown document. */
export function explainSupervisor(name: string, supervision: ExplainedSupervisor | undefined, off?: string): string {
  if (!supervision) return [`# Supervisor of ${name}`, '', off ?? 'It is off.', ''].join('\n');
  const { state, guards, otherSupervisor } = supervision;
  const { tombstones } = supervision.remember();
  return [
    `# Supervisor of ${name}`,
    '',
    `**Now:** ${describeSupervisorState(state)}`,
    '',
    modes[supervision.settings.mode],
    'It works only while this window is open. The cluster itself elects new masters; the supervisor never does.',
    ...(otherSupervisor
      ? [
          '',
          `Process ${otherSupervisor.processId} on ${otherSupervisor.host} supervises since ${otherSupervisor.since}.`,
        ]
      : []),
    '',
    '## May it act?',
    '',
    ...(guards.length === 0 ? ['Nothing was looked at yet.'] : ['| | Guard | What was seen |', '| --- | --- | --- |']),
    ...guards.map(
      ({ passed, code, text }) => `| ${passed ? '✓ pass' : '✗ **fail**'} | ${wordsOf(code)} | ${cell(text)} |`,
    ),
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

// majorityVisible -> majority visible
function wordsOf(code: string): string {
  return code.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`);
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function settingLines(settings: ExplainedSupervisor['settings']): string[] {
  const { graceSeconds, coolDownSeconds, actsPerHour, failBacksPerTenMinutes, balanceRoles, spares } = settings;
  return [
    `- A failed node has ${graceSeconds} s to come back, from the moment the cluster agrees that it failed.`,
    `- After an act it rests ${coolDownSeconds} s; at most ${actsPerHour} acts an hour, then it wants an acknowledgement.`,
    `- After ${failBacksPerTenMinutes} fail-backs of one node within ten minutes it takes it for flapping, and asks.`,
    `- Roles are ${balanceRoles ? '' : 'not '}balanced over the hosts after a node was replaced.`,
    `- Spares: ${spares.length === 0 ? 'any that stands by' : spares.join(', ')}.`,
  ];
}

type Tombstone = ReturnType<ExplainedSupervisor['remember']>['tombstones'][number];

function tombstoneLine({ address, id, replacedBy, atMilliseconds }: Tombstone): string {
  return `- ${address} (${id.slice(0, 8)}) was replaced by ${replacedBy.address} on ${timeText(atMilliseconds)}; if it returns, it is not let back in. "Add as Spare" empties it.`;
}

function eventLines(events: ExplainedSupervisor['events']): string[] {
  if (events.length === 0) return ['Nothing yet.'];
  return [...events].reverse().map(({ atMilliseconds, text }) => `- ${timeText(atMilliseconds)} ${text}`);
}

function timeText(milliseconds: number): string {
  const date = new Date(milliseconds);
  const two = (number: number): string => String(number).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`;
}
