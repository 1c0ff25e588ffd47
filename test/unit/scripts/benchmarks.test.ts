import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describeBenchmarks, type MeasuredSection, type Report } from '../../bench/report/document';
import type { Figure, Findings } from '../../bench/report/figures';
import { sections } from '../../bench/report/sections';

const machine = {
  cores: 2,
  processor: 'Some Processor',
  memoryGigabytes: 8,
  system: 'Debian 12',
  nodeVersion: '20.20.2',
  loadBefore: 0.5,
};
const created: Figure = {
  what: 'A cluster of 6 nodes',
  unit: 'ms',
  values: [520, 480, 500],
  peer: { name: 'redis-cli', values: [2000, 2500, 3000] },
  goal: { mostOfPeer: 0.3 },
  summary: true,
};

describe('The document of the benchmarks', () => {
  it('has a section for each benchmark there is, and a benchmark for each section', () => {
    const files = readdirSync('test/bench').filter(name => name.endsWith('.ts'));
    assert.deepEqual(sections.map(({ name }) => `${name}.ts`).sort(), files.sort());
  });

  it('has every section in its order, also of what failed, and is the same for the same results', () => {
    const report = reportOf(sections.map(section => ({ ...section, failure: 'it ended with code 1', tookSeconds: 1 })));
    const text = describeBenchmarks(report);
    const headings = [...text.matchAll(/^## (.*)$/gm)].map(([, title]) => title);
    assert.deepEqual(headings, ['Summary', ...sections.map(({ title }) => title)]);
    assert.equal(text, describeBenchmarks(structuredClone(report)));
  });

  it('tells machine, servers, medians with their spread, the share beside the peer, and the goal', () => {
    const text = describeBenchmarks(reportOf([sectionOf({ figures: [created], servers: ['Redis 7.0.15'] })]));
    assert.match(text, /^Made by `npm run bench -- all` on 2030-01-01 in 35 min 0 s;/m);
    assert.match(
      text,
      /^Machine: 2 cores \(Some Processor\), 8\.0 GB of memory, Debian 12, Node 20\.20\.2, load before it began 0\.50\. Servers: Redis 7\.0\.15\./m,
    );
    const row =
      '| A cluster of 6 nodes | 3 | 500 ms (480-520) | redis-cli: 2500 ms (2000-3000) | 0.20, 5.0 times less | at most 0.3 of it: met |';
    assert.equal(text.split(row).length - 1, 2, 'once in the summary, once in its section');
    assert.match(text, /It loses nowhere and misses no goal in this run\./);
  });

  it('names where the product loses or misses a goal, with the reason, whether it is in the summary or not', () => {
    const slower: Figure = {
      ...created,
      what: 'Slower',
      values: [3000],
      goal: { mostOfPeer: 2 },
      why: 'It does more.',
    };
    const missed: Figure = { what: 'Missed', unit: 's', values: [1, 2, 9], goal: { most: 5, of: 'worst' } };
    const text = describeBenchmarks(reportOf([sectionOf({ figures: [created, slower, missed] })]));
    const losses = text.split('misses its goal:\n\n')[1]?.split('\n\n')[0];
    assert.deepEqual(losses?.split('\n'), [
      '- Slower: 3000 ms; redis-cli 2500 ms (2000-3000). It does more.',
      '- Missed: 2.00 s (1.00-9.00); goal each at most 5 s.',
    ]);
    assert.match(text, /^\| Missed \| 3 \| .* \| each at most 5 s: \*\*missed\*\* \|$/m);
  });

  it('tells what failed beside what was measured', () => {
    const text = describeBenchmarks(
      reportOf([
        { ...sectionOf({ figures: [created], failures: ['30 nodes: no port is free'] }), title: 'Create' },
        { name: 'heal', title: 'Heal', failure: 'it took longer than 15 minutes and was ended', tookSeconds: 900 },
      ]),
    );
    const failures = text.split('could not be measured:\n\n')[1]?.split('\n\n')[0];
    assert.deepEqual(failures?.split('\n'), [
      '- Create: 30 nodes: no port is free',
      '- Heal: it took longer than 15 minutes and was ended',
    ]);
    assert.match(text, /## Heal\n\n\*\*Failed\*\*: it took longer than 15 minutes and was ended/);
  });

  it('says of a trial that it is one', () => {
    assert.match(describeBenchmarks({ ...reportOf([]), isShort: true }), /its figures say nothing/);
    assert.doesNotMatch(describeBenchmarks(reportOf([])), /its figures say nothing/);
  });
});

function reportOf(measured: readonly MeasuredSection[]): Report {
  return { machine, sections: measured, isShort: false, beganMilliseconds: Date.UTC(2030, 0, 1), tookSeconds: 2100 };
}

function sectionOf(findings: Partial<Findings>): MeasuredSection {
  return {
    name: 'create',
    title: 'Create a cluster',
    findings: { how: 'In turns.', notes: [], figures: [], servers: [], failures: [], ...findings },
    tookSeconds: 60,
  };
}
