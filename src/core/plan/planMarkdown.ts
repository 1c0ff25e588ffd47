import { settingLines } from './config/settingLines';
import { markdownTable, plainMarkdown } from './markdownText';
import { planCommands } from './planCommands';
import { moveLines, sizeWords, timeText } from './slots/moveText';
import type { Plan, PlannedNode, PlanRisk } from './types';

/** A plan as a Markdown document: risk, warnings, every node before and after, the steps, the equivalent commands. */
export function planMarkdown(plan: Plan): string {
  const { title, risk, warnings, steps } = plan;
  return [
    `# ${plainMarkdown(title)}`,
    '',
    `**Risk:** ${risks[risk]}`,
    ...timeText(plan).flatMap(text => ['', `**Time:** ${text}`]),
    ...warnings.flatMap(({ text }) => ['', `> ${plainMarkdown(text)}`]),
    ...(plan.findings ? ['', '## Found', '', ...plan.findings.map(text => `- ${plainMarkdown(text)}`)] : []),
    '',
    '## Nodes',
    '',
    ...markdownTable(['Node', 'Host', 'Before', 'After'], nodeRows(plan)),
    '',
    ...markdownMoves(plan),
    ...markdownSettings(plan),
    '## Steps',
    '',
    ...steps.map(({ text }, index) => `${index + 1}. ${plainMarkdown(text)}`),
    '',
    '## The same by hand',
    '',
    '```sh',
    ...planCommands(plan),
    '```',
    '',
  ].join('\n');
}

const risks: Record<PlanRisk, string> = {
  none: 'none; nothing is interrupted.',
  interruptsWrites: 'writes stop for a moment; no acknowledged write is lost.',
  losesData: 'data can be lost.',
};

function markdownMoves(plan: Plan): string[] {
  const lines = moveLines(plan);
  return lines.length === 0 ? [] : ['## Moves', '', ...lines.map(line => `- ${plainMarkdown(line)}`), ''];
}

function markdownSettings(plan: Plan): string[] {
  const lines = settingLines(plan);
  return lines.length === 0 ? [] : ['## Settings', '', ...lines.map(line => `- ${plainMarkdown(line)}`), ''];
}

function nodeRows({ before, after }: Plan): string[][] {
  const addresses = [...new Set([...before.nodes, ...after.nodes].map(({ address }) => address))];
  return addresses.map(address => {
    const [was, is] = [before, after].map(({ nodes }) => nodes.find(node => node.address === address));
    const hostLabel = (is ?? was)!.hostLabel;
    const [from, to] = [wordsOf(was), wordsOf(is)];
    return [address, hostLabel, from, from === to ? to : `**${to}**`];
  });
}

function wordsOf(node: PlannedNode | undefined): string {
  if (!node) return 'not in the cluster';
  if (node.role === 'replica') return node.master === undefined ? 'replica' : `replica of ${node.master}`;
  if (node.role === 'spare') return 'spare';
  return node.slots === '' ? 'master without slots' : `master of ${node.slots}${sizeWords(node)}`;
}
