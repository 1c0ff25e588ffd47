import { markdownTable, type NodeTest, type TestStep } from '../../core/index';

/** What the steps are called. */
export const stepNames: Readonly<Record<TestStep['name'], string>> = {
  resolve: 'Name',
  tunnel: 'Tunnel',
  tcp: 'TCP',
  socket: 'Socket',
  tls: 'TLS',
  signIn: 'Sign in',
  server: 'Server',
  permissions: 'Rights',
};

/** Not shown where no node has them. */
const optional: ReadonlySet<TestStep['name']> = new Set(['resolve', 'tunnel', 'tcp', 'socket', 'tls']);

/** Every step to every node, as lines of Markdown. */
export function stepTable(nodes: readonly NodeTest[]): string[] {
  const names = Object.keys(stepNames) as TestStep['name'][];
  const isOmitted = (name: TestStep['name']): boolean =>
    optional.has(name) && nodes.every(({ steps }) => steps.every(step => step.name !== name));
  const shown = names.filter(name => !isOmitted(name));
  return markdownTable(
    ['Node', 'Dialled', ...shown.map(name => stepNames[name]), 'Version'],
    nodes.map(({ address, dialled, steps, server }) => [
      address,
      dialled === address ? '' : dialled,
      ...shown.map(name => (isOfAnotherWay(name, steps) ? '' : cellOf(steps.find(step => step.name === name)))),
      server ? `${server.flavour} ${server.version}` : '',
    ]),
  );
}

/** A socket stands for name, TCP and TLS. */
function isOfAnotherWay(name: TestStep['name'], steps: readonly TestStep[]): boolean {
  const isBySocket = steps[0]?.name === 'socket';
  return isBySocket ? ['resolve', 'tcp', 'tls'].includes(name) : name === 'socket';
}

function cellOf(step: TestStep | undefined): string {
  if (!step) return 'not tried';
  const took = step.milliseconds === undefined ? '' : ` ${Math.max(1, Math.round(step.milliseconds))} ms`;
  return `${step.outcome === 'passed' ? 'ok' : step.outcome}${took}`;
}
