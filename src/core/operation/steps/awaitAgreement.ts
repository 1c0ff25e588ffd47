import type { NodeRef } from '../../plan/types';
import { SlotSet } from '../../topology/slotSet';
import { SlotTextCache } from '../../topology/slotTextCache';
import { OperationError } from '../operationError';
import { agreementTimeoutMilliseconds, lookIntervalMilliseconds, nextLook } from './deadlines';
import { eachNode, settleEach } from './eachNode';
import { sightOf, type NodeSight } from './nodeSight';
import { poll } from '../../connection/poll';
import { textOf } from './replies';
import type { RunStep, StepContext, StepOf } from './types';

/** What one node says that is not yet as planned; undefined when everything is. */
type Objection = string | undefined;

interface Expected {
  nodes: ReadonlyMap<string, NodeRef>;
  masters: ReadonlyMap<string, SlotSet>;
  /** Id of the replica -> its master. */
  replicas: ReadonlyMap<string, NodeRef>;
}

interface Answer {
  sight: NodeSight;
  clusterInfo: string;
  replication: string;
}

/**
 * Waits until every node's own view shows all planned roles, masters and slots with no node in doubt, every node calls
 * the cluster ok, every replica is linked and online at its master, and no two masters share a config epoch.
 */
export const awaitAgreement: RunStep<'awaitAgreement'> = async (step, context) => {
  const expected = expectedFrom(step);
  const members = step.nodes;
  const timeoutMilliseconds = agreementTimeoutMilliseconds(members.length, context);
  const cache = new SlotTextCache();
  let pending: readonly NodeRef[] = members;
  let looks = 0;
  let objections: { node: NodeRef; text: string }[] = [];
  const agreed = await poll(
    async () => {
      const looked = pending;
      const answers = await eachNode(looked, node => ask(node, context, cache));
      objections = answers.flatMap(answer => {
        const text = objectionOf(answer, expected);
        return text === undefined ? [] : [{ node: answer.sight.node, text }];
      });
      if (objections.length === 0 && looked.length === members.length) {
        const collision = epochCollision(answers, expected);
        if (collision === undefined) return true;
        objections = [collision];
        return undefined;
      }
      const open = new Set(objections.map(({ node }) => node.id));
      pending = nextLook(members, open, ++looks);
      const done = members.length - open.size;
      context.report(
        `${done} of ${members.length} nodes agree${objections[0] ? `; ${objections[0].node.address}: ${objections[0].text}` : ''}.`,
        done / members.length,
      );
      return undefined;
    },
    { signal: context.signal, timeoutMilliseconds, intervalMilliseconds: lookIntervalMilliseconds(members.length) },
  );
  if (!agreed) throw notAgreed(objections, timeoutMilliseconds);
};

/** One look: whether all that `awaitAgreement` waits for holds already. False also when a node does not answer. */
export async function agreesNow(step: StepOf<'awaitAgreement'>, context: StepContext): Promise<boolean> {
  const expected = expectedFrom(step);
  const cache = new SlotTextCache();
  const asked = await settleEach(step.nodes, node => ask(node, context, cache));
  const answers = asked.flatMap(answer => (answer.status === 'fulfilled' ? [answer.value] : []));
  const agree = answers.every(answer => objectionOf(answer, expected) === undefined);
  return agree && answers.length === step.nodes.length && epochCollision(answers, expected) === undefined;
}

function expectedFrom({ nodes, masters, replicas }: StepOf<'awaitAgreement'>): Expected {
  return {
    nodes: new Map(nodes.map(node => [node.id, node])),
    masters: new Map(masters.map(({ node, slots }) => [node.id, SlotSet.parse(slots)])),
    replicas: new Map(replicas.map(({ node, master }) => [node.id, master])),
  };
}

async function ask(node: NodeRef, { nodes }: StepContext, cache: SlotTextCache): Promise<Answer> {
  const [lines, clusterInfo, replication] = await nodes.node(node.address).pipeline([
    ['CLUSTER', 'NODES'],
    ['CLUSTER', 'INFO'],
    ['INFO', 'replication'],
  ]);
  return {
    sight: sightOf(node, lines, cache),
    clusterInfo: textOf(clusterInfo, node.address, 'CLUSTER INFO'),
    replication: textOf(replication, node.address, 'INFO'),
  };
}

function objectionOf({ sight, clusterInfo, replication }: Answer, expected: Expected): Objection {
  return viewObjection(sight, expected) ?? stateObjection(clusterInfo) ?? linkObjection(sight, replication, expected);
}

function viewObjection({ node, lines }: NodeSight, { nodes, masters, replicas }: Expected): Objection {
  const byId = new Map(lines.map(line => [line.id, line]));
  for (const [id, { address }] of nodes) {
    const line = byId.get(id);
    if (!line) return `it does not know ${address}`;
    const doubt = line.flags.find(flag => ['fail?', 'fail', 'handshake', 'noaddr'].includes(flag));
    if (doubt !== undefined) return `it sees ${address} as ${doubt}`;
    if (!line.linkConnected && id !== node.id) return `it has no link to ${address}`;
    const master = replicas.get(id);
    if (master && (!line.flags.includes('slave') || line.masterId !== master.id))
      return `it does not see ${address} as a replica of ${master.address}`;
    const slots = masters.get(id);
    if (!slots) continue;
    if (!line.flags.includes('master')) return `it does not see ${address} as a master`;
    if (!line.slots.equals(slots)) return `it sees ${address} with the slots ${line.slots.toString() || 'none'}`;
  }
  const stranger = lines.find(({ id }) => !nodes.has(id));
  return stranger && `it also lists ${stranger.host}:${stranger.port} (${stranger.flags.join(',')})`;
}

function stateObjection(clusterInfo: string): Objection {
  return /^cluster_state:ok\r?$/m.test(clusterInfo) ? undefined : 'it does not call the cluster ok';
}

// A replica is online when its master feeds it; addresses may differ behind NAT, so replicas are counted.
function linkObjection({ node }: NodeSight, replication: string, { masters, replicas }: Expected): Objection {
  const master = replicas.get(node.id);
  if (master)
    return /^master_link_status:up\r?$/m.test(replication)
      ? undefined
      : `its link to its master ${master.address} is down`;
  if (!masters.has(node.id)) return undefined;
  const planned = [...replicas.values()].filter(({ id }) => id === node.id).length;
  const online = replication.match(/^slave\d+:.*\bstate=online\b/gm)?.length ?? 0;
  return online >= planned ? undefined : `${online} of its ${planned} replicas are online`;
}

function epochCollision(
  answers: readonly Answer[],
  { masters }: Expected,
): { node: NodeRef; text: string } | undefined {
  const byEpoch = new Map<number, NodeRef>();
  for (const { sight } of answers) {
    if (!masters.has(sight.node.id)) continue;
    const { configEpoch } = sight.own;
    const other = byEpoch.get(configEpoch);
    if (other) return { node: sight.node, text: `it has the config epoch ${configEpoch}, and so has ${other.address}` };
    byEpoch.set(configEpoch, sight.node);
  }
  return undefined;
}

const namedObjections = 6;

function notAgreed(
  objections: readonly { node: NodeRef; text: string }[],
  timeoutMilliseconds: number,
): OperationError {
  const texts = objections.slice(0, namedObjections).map(({ node, text }) => `${node.address}: ${text}.`);
  const more = objections.length > namedObjections ? ` And ${objections.length - namedObjections} more nodes.` : '';
  const what = `The nodes did not agree within ${Math.round(timeoutMilliseconds / 1000)} s. ${texts.join(' ')}${more}`;
  const isLinkDown = objections.some(({ text }) => text.startsWith('its link to its master'));
  return new OperationError('noAgreement', what, {
    node: objections[0]?.node.address,
    remedy: isLinkDown
      ? "Look at the replica's log for why it cannot copy its master: masterauth and masteruser, the network, or disk space."
      : 'Look at the logs of the nodes named, and at the load of their machines.',
  });
}
