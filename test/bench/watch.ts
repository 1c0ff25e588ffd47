// What watching a large cluster costs the extension host: CPU time and commands of a poll.
import { spread } from '../support/spread';
import { present, type Bench } from './report/present';
import { openWatchingHost, pollParts, type PollCost, type WatchingHost } from './watching/host';

/** What is polled so often, after what happened. */
interface Situation {
  what: string;
  rounds: number;
  begin?: (host: WatchingHost) => Promise<unknown>;
  /** Default 1. */
  pollsARound?: number;
  mostMilliseconds?: number;
  summary?: boolean;
  why?: string;
}

void present({
  how:
    'CPU time of all threads of the extension host for one poll of a cluster of 1000 nodes: look, merge, health, what changed, ' +
    'timeline, tree rows, page data and the text that goes to the page. The cluster is a fake one in a process of its own. No ' +
    'other tool was measured: beside it is the first look, which asks all nodes as redis-cli would.',
  notes: [
    'A poll asks few nodes in turn and presumes of the others what most say; on news it asks witnesses and those whom it is about. ' +
      'Commands are bounded: at most 84 nodes are asked for the whole cluster (3 commands each, and `CONFIG GET save` with the ' +
      'first look of a connection and once in ten minutes: 3 in turn, 24 not asked since the last news, 12 who differ, 12 whom ' +
      'news is about, 12 with open slots; on news 9 witnesses and 12 whom it is about), and a tenth of all for their figures (1 ' +
      'command each), besides those whose connection closed, that were silent, or that most newly take for failing. Every node is ' +
      'asked when most of those asked in turn fall silent, when a quarter of all came to differ since that was last done, and when ' +
      'those asked are divided about more than 12 nodes, at most in one of six looks.',
    'What a poll adds to the memory is measured under Memory.',
  ],
  async measure({ amount, runs, part }) {
    const nodes = amount(1000, 200);
    const host = await openWatchingHost(nodes);
    try {
      await measure(host, { what: 'The first look, at all nodes', rounds: 1 }, part);
      for (let poll = 0; poll < amount(20, 2); poll++) await host.poll();
      for (const situation of situationsOf(nodes))
        await measure(host, { ...situation, rounds: runs(situation.rounds), mostMilliseconds: 150 }, part);
    } finally {
      host.close();
    }
  },
});

function situationsOf(nodes: number): Situation[] {
  const why = 'A look in which nodes differ asks more of them, and the data of the page is compared node by node.';
  const change = ({ cluster }: WatchingHost): Promise<unknown> => cluster.order('failOver', nodes / 200);
  return [
    { what: 'A poll while nothing happens', rounds: 20, summary: true },
    { what: 'A poll in which 1 % of the nodes change their role', rounds: 10, begin: change, summary: true, why },
    {
      what: 'The eight polls after it',
      rounds: 4,
      begin: host => change(host).then(() => host.poll()),
      pollsARound: 8,
      why,
    },
    {
      what: 'The four polls while a node dies',
      rounds: 6,
      begin: ({ cluster }) => cluster.order('kill'),
      pollsARound: 4,
      summary: true,
      why,
    },
  ];
}

async function measure(
  host: WatchingHost,
  { what, rounds, begin, pollsARound = 1, mostMilliseconds, summary = false, why }: Situation,
  part: Bench['part'],
): Promise<void> {
  await part(what, async () => {
    const costs: PollCost[] = [];
    for (let round = 0; round < rounds; round++) {
      await begin?.(host);
      for (let poll = 0; poll < pollsARound; poll++) {
        costs.push(await host.poll());
        await host.cluster.order('pass');
      }
    }
    const parts = pollParts.map((name, index) => `${name} ${spread(costs.map(cost => cost.parts[index]!))}`);
    console.error(`  ${parts.join(', ')} ms`);
    return [
      {
        what,
        unit: 'ms',
        values: costs.map(({ milliseconds }) => milliseconds),
        ...(mostMilliseconds !== undefined && { goal: { most: mostMilliseconds } }),
        summary,
        ...(why !== undefined && { why }),
      },
      { what: `${what}: commands sent`, unit: 'commands', values: costs.map(({ commands }) => commands) },
      { what: `${what}: text for the page`, unit: 'KiB', values: costs.map(({ characters }) => characters / 1024) },
    ];
  });
}
