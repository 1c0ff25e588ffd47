// `npm run soak`: the whole extension watches clusters for hours, simulated or real, and leaks nothing.
import { parseArgs } from 'node:util';
import { measureLookCost } from './lookCost';
import { measureNodeCost } from './nodeCost';
import { soakReal } from './real';
import { reportLookCost, reportNodeCost, reportReal, reportSimulation } from './report';
import { simulate } from './simulate';

void main();

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      hours: { type: 'string', default: '8' },
      'warm-up': { type: 'string', default: '2.5' },
      sizes: { type: 'string', default: '6,60,1000' },
      interval: { type: 'string', default: '2' },
      'minutes-between-acts': { type: 'string', default: '3' },
      'cost-polls': { type: 'string', default: '300' },
      plant: { type: 'boolean', default: false },
      real: { type: 'boolean', default: false },
      minutes: { type: 'string', default: '60' },
      seed: { type: 'string', default: '1' },
      'node-cost': { type: 'boolean', default: false },
      'look-cost': { type: 'boolean', default: false },
      nodes: { type: 'string', default: '6' },
      seconds: { type: 'string', default: '60' },
      turns: { type: 'string', default: '3' },
      server: { type: 'string' },
    },
  });
  if (values.server !== undefined) process.env.RCM_TEST_SERVER = values.server;
  const number = (name: 'hours' | 'warm-up' | 'interval' | 'minutes-between-acts' | 'cost-polls') =>
    Number(values[name]);
  if (values['look-cost']) return end(reportLookCost(await measureLookCost(Number(values.nodes))), []);
  if (values['node-cost']) {
    const [nodes, seconds, turns] = [values.nodes, values.seconds, values.turns].map(Number) as [
      number,
      number,
      number,
    ];
    return end(reportNodeCost(await measureNodeCost({ nodes, seconds, turns, say })), []);
  }
  if (values.real) {
    const minutes = Number(values.minutes);
    const result = await soakReal({ minutes, warmUpMinutes: minutes / 4, seed: Number(values.seed), say });
    return end(reportReal(result), result.faults);
  }
  const result = await simulate({
    sizes: values.sizes.split(',').map(Number),
    hours: number('hours'),
    warmUpHours: number('warm-up'),
    minutesBetweenActs: number('minutes-between-acts'),
    intervalSeconds: number('interval'),
    costPolls: number('cost-polls'),
    planted: values.plant,
    say,
  });
  end(reportSimulation(result), result.faults);
}

function end(lines: readonly string[], faults: readonly string[]): void {
  for (const line of lines) say(line);
  process.exitCode = faults.length > 0 ? 1 : 0;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
