import { groupOutcomes, type ClusterNode, type NodeOutcome, type Topology } from '../../core/index';
import { roleOf } from '../tree/contextWords';
import { cell, codeBlock, plain } from './markdownText';

/** Of what stands in a table; lines are joined there. */
const LONGEST_CELL = 100;

/**
 * What nodes replied to a command, as Markdown: equal replies together, then a table of all nodes, then the long replies once each.
 * `notes`: of the operation that ran it.
 */
export function describeReplies(
  line: string,
  outcomes: readonly NodeOutcome[],
  topology: Topology,
  notes: readonly string[] = [],
): string {
  const groups = groupOutcomes(outcomes);
  const sections = new Map<NodeOutcome, number>();
  const long = groups.filter(({ outcomes: [first] }) => isLong(first!));
  long.forEach((group, index) => group.outcomes.forEach(outcome => sections.set(outcome, index + 1)));
  return [
    `# ${plain(line)}`,
    '',
    ...groups
      .filter(({ outcomes: [first] }) => !isLong(first!))
      .map(({ text, state }) => `- ${state === 'done' ? '' : `**${words[state]}** `}${plain(text)}`),
    ...long.map(
      ({ outcomes: alike }, index) => `- ${alike.map(({ node }) => node.address).join(', ')}: see reply ${index + 1}`,
    ),
    '',
    '| Node | Role | Reply |',
    '|---|---|---|',
    ...outcomes.map(outcome => {
      const section = sections.get(outcome);
      const reply = section === undefined ? outcome.text : `see reply ${section}`;
      return row(outcome.node.address, roleAt(outcome, topology), `${prefixOf(outcome)}${reply}`);
    }),
    '',
    ...long.flatMap(({ outcomes: alike }, index) => [
      `## Reply ${index + 1}: ${alike.map(({ node }) => node.address).join(', ')}`,
      '',
      ...codeBlock(alike[0]!.text),
      '',
    ]),
    ...(notes.length > 0 ? ['## Notes', '', ...notes.map(note => `- ${plain(note)}`), ''] : []),
  ].join('\n');
}

/** Of one setting or more: what each node had, what it has now by its own word, and what came of it. */
export function describeSettings(
  title: string,
  rows: readonly { node: ClusterNode; name: string; before?: string; after?: string; result: string }[],
  notes: readonly string[],
): string {
  return [
    `# ${plain(title)}`,
    '',
    '| Node | Role | Setting | Before | Now | Result |',
    '|---|---|---|---|---|---|',
    ...rows.map(({ node, name, before, after, result }) =>
      row(node.address, roleOf(node), name, valueText(before), valueText(after), result),
    ),
    '',
    ...(notes.length > 0 ? ['## Notes', '', ...notes.map(note => `- ${plain(note)}`), ''] : []),
  ].join('\n');
}

const words: Record<NodeOutcome['state'], string> = {
  done: '',
  refused: 'Refused',
  silent: 'No answer',
  notSent: 'Not sent',
};

function prefixOf({ state }: NodeOutcome): string {
  return state === 'done' ? '' : `**${words[state]}:** `;
}

function isLong({ text }: NodeOutcome): boolean {
  return text.length > LONGEST_CELL || text.split('\n').length > 4;
}

function roleAt({ node }: NodeOutcome, { nodes }: Topology): string {
  const known = nodes.find(({ id }) => id === node.id);
  return known ? roleOf(known) : '';
}

function valueText(value: string | undefined): string {
  return value === undefined ? 'not known' : value === '' ? 'empty' : value;
}

function row(...cells: readonly string[]): string {
  return `| ${cells.map(cell).join(' | ')} |`;
}
