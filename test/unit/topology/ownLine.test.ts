import assert from 'node:assert/strict';
import { asOwnLine } from '../../../src/core/topology/ownLine';
import { parseClusterNodes } from '../../../src/core/topology/parseClusterNodes';
import type { NodeLine } from '../../../src/core/topology/types';
import { changed, modelCluster, nodeId, renderNodes, type ModelNode } from './modelCluster';

const [viewer, subject, master] = [1, 5, 2].map(nodeId) as [string, string, string];

/** How this node is listed, by itself or by another. */
function lineOf(by: string, nodes: readonly ModelNode[], openSlots = ''): NodeLine {
  return parseClusterNodes(renderNodes(nodes, by, openSlots), '10.0.0.4:7005').find(({ id }) => id === subject)!;
}

describe('What a node would say of itself', () => {
  const nodes = modelCluster(3, 1);
  const own = lineOf(subject, nodes, `[7-<-${viewer}]`);

  it('is what others say of it, without their doubts, with what only it can tell', () => {
    const seen = changed(nodes, subject, { flags: ['fail?', 'nofailover'], epoch: 9, host: '10.0.9.9' });
    assert.deepEqual(
      { ...asOwnLine(lineOf(viewer, seen), own), slots: '' },
      {
        id: subject,
        host: '10.0.9.9',
        port: 7005,
        busPort: 17005,
        flags: ['myself', 'slave', 'nofailover'],
        masterId: master,
        configEpoch: 9,
        linkConnected: true,
        slots: '',
        openSlots: [{ slot: 7, direction: 'importing', peerId: viewer }],
      },
    );
  });

  it('has the address it gave itself where the others know none', () => {
    for (const lost of [{ host: '', port: 0, flags: ['noaddr', 'fail'] }, { host: '' }]) {
      const { host, port, busPort, flags } = asOwnLine(lineOf(viewer, changed(nodes, subject, lost)), own);
      assert.deepEqual([host, port, busPort, flags], ['10.0.0.4', 7005, 17005, ['myself', 'slave']]);
    }
  });
});
