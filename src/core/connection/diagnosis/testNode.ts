import { ClusterError } from '../../topology/clusterError';
import { ownLineOf } from '../../topology/ownLine';
import { SlotTextCache } from '../../topology/slotTextCache';
import type { NodeLine } from '../../topology/types';
import type { LinkTarget } from '../linkTarget';
import { lookAtNode } from '../lookAtNode';
import {
  linkTarget,
  openNodeConnection,
  type NodeConnectionOptions,
  type ReopeningConnection,
} from '../nodeConnection';
import { askPermissions } from './askPermissions';
import { dialTcp, resolveHost } from './dialTcp';
import { lookAtCertificate } from './lookAtCertificate';
import { tellPermissions } from './tellPermissions';
import type { CertificateFacts, NodeTest, TestStep, TestStepName } from './types';

export interface TestedNode extends Pick<NodeTest, 'address' | 'origin'> {
  /** The node the cluster lists there. */
  expectedId?: string;
}

/** How one node was found, and whom it lists. */
export interface NodeFinding {
  test: NodeTest;
  lines: readonly NodeLine[];
}

/** Tries every step to one node until one fails. Rejects only with the signal's reason, or a ClusterError for bad options. */
export async function testNode(
  { address, origin, expectedId }: TestedNode,
  options: NodeConnectionOptions,
  signal: AbortSignal,
): Promise<NodeFinding> {
  const target = linkTarget(address, options);
  const steps: TestStep[] = [];
  const found: Found = {};
  let lines: readonly NodeLine[] = [];
  const step = stepper(steps, signal);
  const connection = openNodeConnection(address, options);
  const close = (): void => connection.close();
  signal.addEventListener('abort', close);
  try {
    const isReached =
      (target.socketPath !== undefined || (await step(...firstStep(target, signal)))) &&
      (await step(target.socketPath === undefined ? 'tcp' : 'socket', async () => {
        const socket = await dialTcp(target, signal);
        if (!target.tls) socket.destroy();
        else {
          const certificate = await lookAtCertificate(socket, target, signal);
          if (certificate) found.certificate = certificate;
        }
        const from = target.tunnel ? `, as the jump host ${target.tunnel.name} reaches it` : '';
        const without = options.tls && !target.tls ? ' TLS is not spoken there.' : '';
        return { text: `${target.dialled} accepts connections${from}.${without}` };
      }));
    const isSecured =
      isReached && (!target.tls || (await step('tls', () => secure(connection, found, options, signal))));
    const isIn =
      isSecured &&
      (await step('signIn', async () => {
        await connection.open(signal);
        return { text: tellSignedIn(options) };
      })) &&
      (await step('server', async () => {
        const look = await lookAtNode(connection, new SlotTextCache());
        if ('failure' in look) throw new ClusterError(look.failure.code, look.failure.message);
        const { serverInfo, clusterInfo } = look.view;
        lines = look.view.lines;
        const id = ownLineOf(look.view)?.id;
        if (id !== undefined) found.nodeId = id;
        found.server = { flavour: serverInfo.flavour, version: serverInfo.version };
        if (expectedId !== undefined && id !== undefined && id !== expectedId) throw otherNode(address);
        const name = serverInfo.flavour === 'valkey' ? 'Valkey' : 'Redis';
        return { text: `${name} ${serverInfo.version} in cluster mode; it calls the cluster ${clusterInfo.state}.` };
      }));
    // Whoever may not look at all needs to know what is missing most.
    if (isIn || steps.at(-1)?.code === 'noPermission')
      await step('permissions', async () => {
        found.permissions = await askPermissions(connection, { username: options.username, signal });
        return tellPermissions(found.permissions);
      });
    return { test: { address, dialled: target.dialled, origin, ...found, steps }, lines };
  } finally {
    signal.removeEventListener('abort', close);
    close();
  }
}

type Found = Pick<NodeTest, 'nodeId' | 'certificate' | 'server' | 'permissions'>;

type Told = Pick<TestStep, 'text' | 'remedy'> & { isWarning?: boolean };

function stepper(steps: TestStep[], signal: AbortSignal) {
  return async (name: TestStepName, act: () => Promise<Told>): Promise<boolean> => {
    const start = performance.now();
    const took = () => performance.now() - start;
    try {
      const { isWarning, ...told } = await act();
      steps.push({ name, outcome: isWarning ? 'warning' : 'passed', ...told, milliseconds: took() });
      return true;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof ClusterError)) throw error;
      const { code, what, remedy } = error;
      steps.push({ name, outcome: 'failed', text: what, code, ...(remedy && { remedy }), milliseconds: took() });
      return false;
    }
  };
}

/** Behind a jump host it is that which resolves names. */
function firstStep(target: LinkTarget, signal: AbortSignal): [TestStepName, () => Promise<Told>] {
  const { host, tunnel } = target;
  if (!tunnel) return ['resolve', async () => tellResolved(host, await resolveHost(target, signal))];
  const open = async (): Promise<Told> => {
    await tunnel.open(signal);
    return { text: `The jump host ${tunnel.name} lets us in (${tunnel.signedInBy ?? 'closed since'}).` };
  };
  return ['tunnel', open];
}

function tellResolved(host: string, addresses: readonly string[]): Told {
  const isItself = addresses.length === 1 && addresses[0] === host;
  return { text: isItself ? 'It is an address already.' : `${host} is ${addresses.join(', ')}.` };
}

function tellSignedIn({ username, password }: NodeConnectionOptions): string {
  if (username) return `The user "${username}" is let in.`;
  return password ? 'The password is accepted.' : 'No password was given, and none is wanted.';
}

/** The connection that is used later does its own handshake, and shows the client certificate in it. */
async function secure(
  connection: ReopeningConnection,
  { certificate }: Found,
  { tls }: NodeConnectionOptions,
  signal: AbortSignal,
): Promise<Told> {
  const problems = certificate?.problems ?? [];
  const [first] = problems;
  const text = problems.map(problem => problem.text).join(' ');
  const remedy = problems.map(problem => problem.remedy).join(' ');
  if (first && !tls?.skipVerification) throw new ClusterError(first.code, text, { remedy });
  try {
    await connection.open(signal);
  } catch (error) {
    // What is no matter of TLS is met again by the next step.
    const isOfTls = error instanceof ClusterError && /^(clientC|c)ertificate|^tls/.test(error.code);
    if (!certificate || isOfTls || !(error instanceof ClusterError)) throw error;
  }
  return first
    ? { text: `Not verified, as it was set: ${text}`, remedy, isWarning: true }
    : tellCertificate(certificate);
}

/** Days before its end that a certificate is worth a warning. */
const EXPIRY_WARNING_DAYS = 14;

function tellCertificate(certificate: CertificateFacts | undefined): Told {
  if (!certificate) return { text: 'TLS is spoken.' };
  const days = Math.floor((certificate.validToMilliseconds - Date.now()) / 86_400_000);
  const isNear = days < EXPIRY_WARNING_DAYS;
  return {
    text: `The certificate fits "${certificate.verifiedName}" and is trusted. ${isNear ? `It expires in ${days} ${days === 1 ? 'day' : 'days'}.` : ''}`.trim(),
    ...(isNear && { remedy: 'Renew it on the server.', isWarning: true }),
  };
}

function otherNode(address: string): ClusterError {
  return new ClusterError('otherNode', `At ${address} another node answers than the one the cluster lists there.`, {
    remedy: 'The address may mean something else on this computer than among the nodes: use the address map.',
  });
}
