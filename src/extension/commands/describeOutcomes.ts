import {
  groupOutcomes,
  markdownCode,
  markdownTable,
  plainMarkdown,
  type ClusterNode,
  type NodeOutcome,
  type Topology,
} from '../../core/index';
import { roleOf } from '../tree/contextWords';

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
    `# ${plainMarkdown(line)}`,
    '',
    ...groups
      .filter(({ outcomes: [first] }) => !isLong(first!))
      .map(({ text, state }) => `- ${state === 'done' ? '' : `**${words[state]}** `}${plainMarkdown(text)}`),
    ...long.map(
      ({ outcomes: alike }, index) => `- ${alike.map(({ node }) => node.address).join(', ')}: see reply ${index + 1}`,
    ),
    '',
    ...markdownTable(
      ['Node', 'Role', 'Reply'],
      outcomes.map(outcome => {
        const section = sections.get(outcome);
        const reply = section === undefined ? outcome.text : `see reply ${section}`;
        return [outcome.node.address, roleAt(outcome, topology), `${prefixOf(outcome)}${reply}`];
      }),
    ),
    '',
    ...long.flatMap(({ outcomes: alike }, index) => [
      `## Reply ${index + 1}: ${alike.map(({ node }) => node.address).join(', ')}`,
      '',
      ...markdownCode(alike[0]!.text),
      '',
    ]),
    ...noteLines(notes),
  ].join('\n');
}

/** Of one setting or more: what each node had, what it has now by its own word, and what came of it. */
export function describeSettings(
  title: string,
  rows: readonly { node: ClusterNode; name: string; before?: string; after?: string; result: string }[],
  notes: readonly string[],
): string {
  return [
    `# ${plainMarkdown(title)}`,
    '',
    ...markdownTable(
      ['Node', 'Role', 'Setting', 'Before', 'Now', 'Result'],
      rows.map(({ node, name, before, after, result }) => [
        node.address,
        roleOf(node),
        name,
        valueText(before),
        valueText(after),
        result,
      ]),
    ),
    '',
    ...noteLines(notes),
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

function noteLines(notes: readonly string[]): string[] {
  return notes.length === 0 ? [] : ['## Notes', '', ...notes.map(note => `- ${plainMarkdown(note)}`), ''];
}
