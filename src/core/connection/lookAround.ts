import { MalformedReplyError } from '../topology/malformedReplyError';
import { ownLineOf } from '../topology/ownLine';
import { MOST_NODES } from '../topology/parseClusterNodes';
import type { FailedLook, Look, NodeLine } from '../topology/types';
import { announcedAddress, distinctLines, type Answer, type Surroundings } from './answers';
import { tellFailures } from './tellFailures';

/** What a round of looks found out. */
export interface Round extends Surroundings {
  /** One per node that answered and one per node that did not; what no longer belongs to the cluster is left out. */
  looks: Look[];
}

/**
 * Asks the seeds and the members known so far, everybody they list, everybody those list, until nobody new is named.
 * `ask` is called once per address and must not reject.
 */
export async function lookAround(ask: (address: string) => Promise<Look>, around: Surroundings): Promise<Round> {
  const { seeds } = around;
  const looks = await askEverybody(ask, around);
  const answers = keepMembers(distinctAnswers(looks, seeds), looks, seeds);
  const lines = distinctLines(answers);
  const aliases = findAliases(answers, lines);
  const failures = tellFailures(looks, answers, lines, { ...around, aliases });

  const idsByAddress = new Map<string, string>();
  for (const { address } of failures) {
    const id = around.idsByAddress.get(address);
    if (id !== undefined) idsByAddress.set(address, id);
  }
  for (const { id, view } of answers) idsByAddress.set(view.address, id);
  const addresses = new Set([...answers.map(({ view }) => view.address), ...failures.map(({ address }) => address)]);
  return {
    looks: [...answers.map(({ view }) => ({ view })), ...failures.map(failure => ({ failure }))],
    seeds,
    members: [...addresses].filter(address => !seeds.includes(address)),
    aliases,
    idsByAddress,
  };
}

async function askEverybody(
  ask: (address: string) => Promise<Look>,
  { seeds, members, aliases }: Surroundings,
): Promise<Map<string, Look>> {
  const asked = new Map<string, Promise<Look>>();
  const looks = new Map<string, Look>();
  const answered = new Set<string>();
  const heard = new Set<NodeLine | readonly NodeLine[]>();
  const ids = new Set<string>();

  const visit = async (address: string): Promise<void> => {
    if (asked.has(address)) {
      await asked.get(address);
      return;
    }
    const asking = ask(address);
    asked.set(address, asking);
    const look = await asking;
    looks.set(address, look);
    if ('failure' in look) return;
    const { lines } = look.view;
    const news = heard.has(lines) ? [] : lines.filter(line => !heard.has(line));
    if (addsTooMany(ids, news)) {
      looks.set(address, { failure: refuseCrowd(address) });
      return;
    }
    const id = ownLineOf(look.view)?.id;
    if (id !== undefined) answered.add(id);
    heard.add(lines);
    for (const line of news) heard.add(line);
    await Promise.all(news.map(follow));
  };
  const follow = async (line: NodeLine): Promise<void> => {
    const announced = announcedAddress(line);
    if (announced === undefined || answered.has(line.id)) return;
    const alias = aliases.get(announced);
    if (alias !== undefined) await visit(alias);
    if (!answered.has(line.id)) await visit(announced);
  };
  await Promise.all([...seeds, ...members].map(visit));
  return looks;
}

function addsTooMany(ids: Set<string>, news: readonly NodeLine[]): boolean {
  const added = new Set(news.map(({ id }) => id).filter(id => !ids.has(id)));
  if (ids.size + added.size > MOST_NODES) return true;
  for (const id of added) ids.add(id);
  return false;
}

function refuseCrowd(address: string): FailedLook {
  const reason = `with what the others list, there are more than ${MOST_NODES} nodes`;
  const { code, message } = new MalformedReplyError(address, 'CLUSTER NODES', reason);
  return { address, code, message };
}

// A node reached under two addresses counts once, by the user's name for it if there is one. Two servers that both claim
// one id (a copied nodes.conf) are told apart by process and port, and both stay.
function distinctAnswers(looks: ReadonlyMap<string, Look>, seeds: readonly string[]): Answer[] {
  const answers = new Map<string, Answer>();
  for (const address of new Set([...seeds, ...looks.keys()])) {
    const look = looks.get(address);
    if (!look || 'failure' in look) continue;
    const { view } = look;
    const own = ownLineOf(view);
    if (!own) continue;
    const key = `${own.id} ${own.port} ${view.serverInfo.processId}`;
    if (!answers.has(key)) answers.set(key, { id: own.id, view });
  }
  return [...answers.values()];
}

// Who is listed, directly or by somebody listed, by a seed, and whoever answers at a listed address. While a seed is silent
// its cluster is the one known before.
function keepMembers(answers: readonly Answer[], looks: ReadonlyMap<string, Look>, seeds: readonly string[]): Answer[] {
  const isSeedSilent = seeds.some(seed => 'failure' in looks.get(seed)!);
  const byName = new Map<string, Answer[]>();
  for (const answer of answers)
    for (const name of [answer.id, answer.view.address]) byName.set(name, [...(byName.get(name) ?? []), answer]);

  const kept = new Set(
    answers.filter(({ view }) => seeds.includes(view.address) || (isSeedSilent && view.lines.length > 1)),
  );
  const heard = new Set<NodeLine | readonly NodeLine[]>();
  // A Set also visits what is added while it is walked.
  for (const { view } of kept) {
    if (heard.has(view.lines)) continue;
    heard.add(view.lines);
    for (const line of view.lines) {
      if (heard.has(line)) continue;
      heard.add(line);
      for (const name of [line.id, announcedAddress(line) ?? line.id])
        for (const answer of byName.get(name) ?? []) kept.add(answer);
    }
  }
  return [...kept];
}

function findAliases(answers: readonly Answer[], lines: Iterable<NodeLine>): Map<string, string> {
  const addressById = new Map(answers.map(({ id, view }) => [id, view.address]));
  const taken = new Set(addressById.values());
  const aliases = new Map<string, string>();
  for (const line of lines) {
    const address = addressById.get(line.id);
    const announced = announcedAddress(line);
    if (address !== undefined && announced !== undefined && announced !== address && !taken.has(announced))
      aliases.set(announced, address);
  }
  return aliases;
}
