import assert from 'node:assert/strict';
import type { Surroundings } from '../../../src/core/connection/answers';
import { lookAround } from '../../../src/core/connection/lookAround';
import { parseClusterNodes } from '../../../src/core/topology/parseClusterNodes';
import type { FailedLook, Look, NodeView } from '../../../src/core/topology/types';

/** One server of a pretended network: what it lists, by the name of each node. */
interface Server {
  is: string;
  /** Name -> announced `host:port`, and flags if not `master`. */
  lists?: Record<string, string | [address: string, flags: string]>;
  processId?: number;
}

const idOf = (name: string): string => Buffer.from(name).toString('hex').padEnd(40, '0');

function viewOf(address: string, { is, lists = {}, processId = 1 }: Server): NodeView {
  const all = is in lists ? lists : { [is]: '', ...lists };
  const text = Object.entries(all).map(([name, listed]) => {
    const [at, flags] = typeof listed === 'string' ? [listed, 'master'] : listed;
    const where = at === '' ? ':7000' : at;
    const bus = Number(where.slice(where.lastIndexOf(':') + 1)) + 10000;
    return `${idOf(name)} ${where}@${bus} ${name === is ? 'myself,' : ''}${flags} - 0 0 1 connected`;
  });
  return {
    address,
    observedAtMilliseconds: 0,
    roundTripMilliseconds: 1,
    lines: parseClusterNodes(text.join('\n'), address),
    clusterInfo: {},
    serverInfo: { processId },
  } as unknown as NodeView;
}

/** Addresses that are not in the network refuse the connection. */
async function look(network: Record<string, Server>, around: Partial<Surroundings> & { seeds: string[] }) {
  const asked: string[] = [];
  const ask = async (address: string): Promise<Look> => {
    asked.push(address);
    await new Promise(setImmediate);
    const server = network[address];
    const refused: FailedLook = { address, code: 'connectionRefused', message: `${address} refused.` };
    return server ? { view: viewOf(address, server) } : { failure: refused };
  };
  const round = await lookAround(ask, { members: [], aliases: new Map(), idsByAddress: new Map(), ...around });
  const answered = round.looks.flatMap(each => ('view' in each ? [each.view.address] : []));
  const failures = round.looks.flatMap(each => ('failure' in each ? [each.failure] : []));
  return { ...round, asked: asked.sort(), answered: answered.sort(), failures };
}

const three = { a: 'h1:1', b: 'h2:2', c: 'h3:3' };
const cluster: Record<string, Server> = {
  'h1:1': { is: 'a', lists: three },
  'h2:2': { is: 'b', lists: three },
  'h3:3': { is: 'c', lists: three },
};

describe('A round of looks', () => {
  it('asks everybody once, whom a seed lists and whom those list', async () => {
    const chain = {
      'h1:1': { is: 'a', lists: { a: 'h1:1', b: 'h2:2' } },
      'h2:2': { is: 'b', lists: { b: 'h2:2', c: 'h3:3' } },
      'h3:3': { is: 'c', lists: { c: 'h3:3', a: 'h1:1' } },
    };
    const { asked, answered, members } = await look(chain, { seeds: ['h1:1'] });
    assert.deepEqual(asked, ['h1:1', 'h2:2', 'h3:3']);
    assert.deepEqual(answered, asked);
    assert.deepEqual(members.toSorted(), ['h2:2', 'h3:3']);
  });

  it('does not dial nodes that are only being met or have lost their address', async () => {
    const network: Record<string, Server> = {
      'h1:1': {
        is: 'a',
        lists: { a: 'h1:1', x: ['h8:8', 'handshake'], y: [':0', 'master,noaddr'], z: ['h9:9', 'master,fail'] },
      },
    };
    assert.deepEqual((await look(network, { seeds: ['h1:1'] })).asked, ['h1:1', 'h9:9']);
  });

  it('takes the empty own address as the one that was dialled', async () => {
    const { asked, answered, aliases } = await look({ 'gate:7000': { is: 'a' } }, { seeds: ['gate:7000'] });
    assert.deepEqual([asked, answered, [...aliases]], [['gate:7000'], ['gate:7000'], []]);
  });

  it('keeps the name the user gave a node that announces another address', async () => {
    const network = { ...cluster, 'gate:1': cluster['h1:1']! };
    const first = await look(network, { seeds: ['gate:1'] });
    assert.deepEqual(first.answered, ['gate:1', 'h2:2', 'h3:3']);
    assert.deepEqual([...first.aliases], [['h1:1', 'gate:1']]);
    const second = await look(network, { ...first, seeds: ['gate:1'] });
    assert.deepEqual(second.asked, ['gate:1', 'h2:2', 'h3:3']);
  });

  it('reports no failure for an announced address that cannot be dialled when the node answered elsewhere', async () => {
    const network = { 'gate:1': cluster['h1:1']!, 'h2:2': cluster['h2:2']!, 'h3:3': cluster['h3:3']! };
    const { answered, failures } = await look(network, { seeds: ['h2:2', 'gate:1'] });
    assert.deepEqual(answered, ['gate:1', 'h2:2', 'h3:3']);
    assert.deepEqual(failures, []);
  });

  it('dials the announced address when the name that worked before does not any more', async () => {
    const around = { aliases: new Map([['h1:1', 'gate:1']]), idsByAddress: new Map([['gate:1', idOf('a')]]) };
    const { answered, failures } = await look(cluster, { seeds: ['h2:2'], members: ['gate:1'], ...around });
    assert.deepEqual(answered, ['h1:1', 'h2:2', 'h3:3']);
    assert.deepEqual(failures, []);
  });

  it('reports a dead node once, under its id, however it was named', async () => {
    const network = { 'h2:2': cluster['h2:2']!, 'h3:3': cluster['h3:3']! };
    const idsByAddress = new Map([['gate:1', idOf('a')]]);
    const { failures, idsByAddress: after } = await look(network, { seeds: ['gate:1', 'h2:2'], idsByAddress });
    assert.deepEqual(
      failures.map(({ address, nodeId }) => [address, nodeId]),
      [['gate:1', idOf('a')]],
    );
    assert.equal(after.get('gate:1'), idOf('a'));
  });

  it('hints at the address map where others reach a node that was never reached from here, and only there', async () => {
    const lists = { ...three, d: ['h4:4', 'master,fail'] as [string, string] };
    const network = { 'h1:1': { is: 'a', lists } };
    const idsByAddress = new Map([['h3:3', idOf('c')]]);
    const { failures } = await look(network, { seeds: ['h1:1'], idsByAddress });
    const hinted = failures.filter(({ message }) => message.includes('address map')).map(({ address }) => address);
    assert.deepEqual(hinted, ['h2:2']);
    assert.deepEqual(failures.map(({ address }) => address).sort(), ['h2:2', 'h3:3', 'h4:4']);
  });

  it('shows who answers in place of a node that was replaced, and says so of the node itself', async () => {
    const network = { ...cluster, 'h2:2': { is: 'new' } };
    const { answered, failures } = await look(network, { seeds: ['h1:1'] });
    assert.deepEqual(answered, ['h1:1', 'h2:2', 'h3:3']);
    assert.deepEqual(
      failures.map(({ address, nodeId, code }) => [address, nodeId, code]),
      [['h2:2', idOf('b'), 'otherNode']],
    );
  });

  it('keeps two servers apart that claim to be the same node', async () => {
    const network = { ...cluster, 'copy:1': { ...cluster['h1:1']!, processId: 2 } };
    const { answered } = await look(network, { seeds: ['h1:1', 'copy:1'] });
    assert.deepEqual(answered, ['copy:1', 'h1:1', 'h2:2', 'h3:3']);
  });

  it('drops a former member that nobody lists any more, dead or alive', async () => {
    const network = { ...cluster, 'gone:4': { is: 'd' } };
    const { answered, failures, members } = await look(network, { seeds: ['h1:1'], members: ['gone:4', 'dead:5'] });
    assert.deepEqual(answered, ['h1:1', 'h2:2', 'h3:3']);
    assert.deepEqual([failures, members.toSorted()], [[], ['h2:2', 'h3:3']]);
  });

  it('keeps the cluster when its seed dies and another seed stands alone', async () => {
    const network = { 'h2:2': cluster['h2:2']!, 'h3:3': cluster['h3:3']!, 'spare:9': { is: 's' } };
    const { answered, failures } = await look(network, { seeds: ['h1:1', 'spare:9'], members: ['h2:2', 'h3:3'] });
    assert.deepEqual(answered, ['h2:2', 'h3:3', 'spare:9']);
    assert.deepEqual(
      failures.map(({ address }) => address),
      ['h1:1'],
    );
  });

  it('keeps telling of every member while none of them answers', async () => {
    const { failures, members } = await look({}, { seeds: ['h1:1'], members: ['h2:2', 'h3:3'] });
    assert.deepEqual(failures.map(({ address }) => address).sort(), ['h1:1', 'h2:2', 'h3:3']);
    assert.deepEqual(members.toSorted(), ['h2:2', 'h3:3']);
  });

  it('lists lone nodes that were named, side by side', async () => {
    const network = { 'h1:1': { is: 'a' }, 'h2:2': { is: 'b' } };
    assert.deepEqual((await look(network, { seeds: ['h1:1', 'h2:2'] })).answered, ['h1:1', 'h2:2']);
  });
});
