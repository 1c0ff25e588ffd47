import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { fetchServers } from '../../../scripts/servers.mjs';
import { findServerBinary } from '../../../src/core/local/findServerBinary';
import type { Figure, Findings } from './figures';
import { describeFindings } from './tables';

export interface Benchmark {
  /** What is measured and how, in a sentence or two. */
  how: string;
  /** Why the figures are as they are, a paragraph each. */
  notes?: readonly string[];
  measure: (bench: Bench) => Promise<void>;
}

/** What a benchmark is measured with. */
export interface Bench {
  /** The first, or with `--short` the second: enough to see that it works. */
  amount: (full: number, short: number) => number;
  /** How many rounds: so many, 1 with `--short`, or what `--runs` says. */
  runs: (full: number) => number;
  /** Measures a part; where one fails that is told, and the next goes on. With `--only` those whose name contains it. */
  part: (name: string, work: () => Promise<readonly Figure[]>) => Promise<void>;
  /** The server that is installed, or that RCM_TEST_SERVER names; with a name, `Valkey 9`, one that the set-up fetched. */
  server: (name?: string) => Promise<{ name: string; path: string }>;
}

/** Measures as the command line says, prints what was found, and writes it as JSON to the file RCM_BENCH_FINDINGS names. */
export async function present({ how, notes = [], measure }: Benchmark): Promise<void> {
  const { values } = parseArgs({
    options: {
      short: { type: 'boolean', default: false },
      runs: { type: 'string' },
      only: { type: 'string', default: '' },
    },
  });
  const figures: Figure[] = [];
  const servers = new Set<string>();
  const failures: string[] = [];
  const findings = (): Findings => ({ how, notes, figures, servers: [...servers], failures });
  const fail = (what: string, error: unknown): void => {
    console.error(error);
    failures.push(what + firstLine(error));
    process.exitCode = 1;
  };
  await measure({
    amount: (full, short) => (values.short ? short : full),
    runs: full => Number(values.runs ?? (values.short ? 1 : full)),
    part: async (name, work) => {
      if (!name.includes(values.only)) return;
      const began = performance.now();
      try {
        figures.push(...(await work()));
      } catch (error) {
        fail(`${name}: `, error);
      }
      console.error(`${name}: ${((performance.now() - began) / 1000).toFixed(0)} s`);
      handOver(findings());
    },
    server: async wanted => {
      const server = await findServer(wanted);
      servers.add(server.name);
      return server;
    },
  }).catch((error: unknown) => fail('', error));
  handOver(findings());
  console.log(`\n${describeFindings(findings())}`);
}

async function findServer(wanted: string | undefined): Promise<{ name: string; path: string }> {
  if (wanted === undefined) {
    const { path, flavour, version } = await findServerBinary(process.env.RCM_TEST_SERVER);
    return { path, name: `${flavour === 'redis' ? 'Redis' : 'Valkey'} ${version}` };
  }
  const found = (await fetchServers(() => undefined)).find(({ name }) => name.startsWith(wanted));
  if (!found) throw new Error(`${wanted} is not among the servers that could be fetched`);
  return { name: found.name, path: found.server };
}

/** What stands there is whole at any moment: a benchmark that is ended for its time has handed over its parts so far. */
function handOver(findings: Findings): void {
  const file = process.env.RCM_BENCH_FINDINGS;
  if (file === undefined) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(findings));
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n')[0] ?? '';
}
