import assert from 'node:assert/strict';
import fc from 'fast-check';
import { MalformedReplyError } from '../../../src/core/topology/malformedReplyError';
import { parseClusterNodes } from '../../../src/core/topology/parseClusterNodes';
import { SlotTextCache } from '../../../src/core/topology/slotTextCache';
import { nodeId, renderNodes, type ModelNode } from '../../unit/topology/modelCluster';
import { arbitraryCluster } from './arbitraryCluster';

describe('parseClusterNodes, for any cluster', () => {
  it('reads back what was written, with or without a cache that others filled', () => {
    const cache = new SlotTextCache();
    fc.assert(
      fc.property(arbitraryCluster, fc.nat(14), fc.array(fc.nat(16383), { maxLength: 3 }), (nodes, at, open) => {
        const viewer = nodes[at % nodes.length]!;
        const openText = open.map(slot => `[${slot}->-${nodeId(1)}]`).join(' ');
        const text = renderNodes(nodes, viewer.id, openText);
        const lines = parseClusterNodes(text, 'h:1');
        assert.deepEqual(
          lines.map(line => ({
            ...line,
            slots: line.slots.toString(),
            openSlots: line.openSlots.map(({ slot }) => slot),
          })),
          nodes.map(node => expectedLine(node, node === viewer, open)),
        );
        assert.deepEqual(parseClusterNodes(text, 'h:1', cache), lines);
      }),
    );
  });

  it('either reads a damaged text or refuses it with a MalformedReplyError', () => {
    const damage = fc.record({ at: fc.nat(2000), length: fc.nat(30), text: fc.string({ maxLength: 10 }) });
    fc.assert(
      fc.property(arbitraryCluster, damage, (nodes, { at, length, text }) => {
        const whole = renderNodes(nodes, nodes[0]!.id);
        const start = at % whole.length;
        const damaged = whole.slice(0, start) + text + whole.slice(start + length);
        try {
          const lines = parseClusterNodes(damaged, 'h:1');
          assert.equal(lines.filter(line => line.flags.includes('myself')).length, 1);
        } catch (error) {
          if (!(error instanceof MalformedReplyError)) throw error;
          assert.equal(error.node, 'h:1');
        }
      }),
      { numRuns: 500 },
    );
  });
});

function expectedLine(node: ModelNode, isOwn: boolean, open: number[]): Record<string, unknown> {
  const { id, host, port, hostname, role, masterId = '-', epoch, slots, flags } = node;
  return {
    id,
    host,
    port,
    busPort: port + 10000,
    ...(hostname === undefined ? {} : { hostname }),
    flags: [...(isOwn ? ['myself'] : []), role, ...flags],
    ...(masterId === '-' ? {} : { masterId }),
    configEpoch: epoch,
    linkConnected: flags.length === 0,
    slots: slots.replaceAll(' ', ','),
    openSlots: isOwn ? open : [],
  };
}
