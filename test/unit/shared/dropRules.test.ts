import assert from 'node:assert/strict';
import fc from 'fast-check';
import { judgeDrop, refuseCargo, type DropFacts, type DropNode } from '../../../src/shared/dropRules';
import { parsePageCommand } from '../../../src/shared/pageCommand';

const id = (name: string): string => name.charCodeAt(0).toString(16).padStart(40, '0');
const node = (name: string, role: DropNode['role'], given: Partial<DropNode> = {}): DropNode => ({
  id: id(name),
  role,
  isDown: false,
  slots: '',
  ...given,
});

/** a: 0-99, with replica r; b: 100-199, with replica s; c: no slots; p: a spare; d: a dead former master. */
const facts: DropFacts = {
  nodes: [
    node('a', 'master', { slots: '0-99' }),
    node('b', 'master', { slots: '100-199' }),
    node('c', 'master'),
    node('r', 'replica', { masterId: id('a') }),
    node('s', 'replica', { masterId: id('b') }),
    node('p', 'spare'),
    node('d', 'master', { isDown: true }),
  ],
  shards: [
    { id: '1', masterId: id('a'), replicaIds: [id('r')] },
    { id: '2', masterId: id('b'), replicaIds: [id('s')] },
    { id: '3', masterId: id('c'), replicaIds: [] },
    { id: '4', replicaIds: [] },
  ],
  readOnly: false,
  operation: false,
};
const down = (name: string): DropFacts => ({
  ...facts,
  nodes: facts.nodes.map(each => (each.id === id(name) ? { ...each, isDown: true } : each)),
});

describe('what may be let fall on what', () => {
  for (const [what, cargo, target, expected, given = facts] of [
    ['a replica on a shard', 'r', { shardId: '2' }, { command: 'moveReplica', node: id('r'), master: id('b') }],
    ['a replica on a replica', 'r', { nodeId: id('s') }, { command: 'moveReplica', node: id('r'), master: id('b') }],
    ['a replica on its own shard', 'r', { shardId: '1' }, 'ownShard'],
    ['a replica on a headless shard', 'r', { shardId: '4' }, 'noMaster'],
    ['a replica on a spare', 'r', { nodeId: id('p') }, 'noShard'],
    ['a replica on a dead node', 'r', { nodeId: id('d') }, 'noShard'],
    ['a replica on a dead master', 'r', { shardId: '2' }, 'masterDown', down('b')],
    ['a dead replica', 'r', { shardId: '2' }, 'down', down('r')],
    [
      'a spare on a shard',
      'p',
      { shardId: '1' },
      { command: 'addNode', as: 'replica', node: id('p'), master: id('a') },
    ],
    ['a spare on a dead node', 'p', { nodeId: id('d') }, { command: 'replaceNode', node: id('d'), spare: id('p') }],
    ['a spare on itself', 'p', { nodeId: id('p') }, 'noShard'],
    ['a master', 'a', { shardId: '2' }, 'master'],
    ['a node that is gone', 'x', { shardId: '2' }, 'gone'],
    ['anything of a read-only cluster', 'r', { shardId: '2' }, 'readOnly', { ...facts, readOnly: true }],
    ['anything during an operation', 'r', { shardId: '2' }, 'operation', { ...facts, operation: true }],
  ] as const)
    it(`judges ${what}`, () => {
      const judged = judgeDrop({ nodeId: id(cargo) }, target, given);
      assert.deepEqual('drop' in judged ? judged.drop : judged.refusal, expected);
    });

  for (const [what, slots, target, expected] of [
    ['another master', '0-9', 'b', { command: 'reshard', slots: '0-9', to: id('b') }],
    ['a master without slots', '0-9,150', 'c', { command: 'reshard', slots: '0-9,150', to: id('c') }],
    ['a master that has some of them', '90-110', 'b', { command: 'reshard', slots: '90-110', to: id('b') }],
    ['a master that has all of them', '100-110', 'b', 'ownSlots'],
    ['a replica', '0-9', 's', 'notMaster'],
    ['a dead master', '0-9', 'd', 'masterDown'],
    ['nothing at all, of no slots', '', 'b', 'noSlots'],
  ] as const)
    it(`judges slots on ${what}`, () => {
      const judged = judgeDrop({ slots }, { nodeId: id(target) }, facts);
      assert.deepEqual('drop' in judged ? judged.drop : judged.refusal, expected);
    });

  it('asks only for what the extension takes from a page, whatever falls on whatever', () => {
    const names = ['a', 'b', 'c', 'r', 's', 'p', 'd', 'x'];
    const cargo = fc.oneof(
      fc.constantFrom(...names).map(name => ({ nodeId: id(name) })),
      fc.constantFrom('0-9', '0-199', '').map(slots => ({ slots })),
    );
    const target = fc.oneof(
      fc.constantFrom(...names).map(name => ({ nodeId: id(name) })),
      fc.constantFrom('1', '2', '3', '4', '9').map(shardId => ({ shardId })),
    );
    fc.assert(
      fc.property(cargo, target, fc.constantFrom(...names), (what, where, dead) => {
        const judged = judgeDrop(what, where, down(dead));
        if ('drop' in judged) {
          assert.deepEqual(parsePageCommand(judged.drop), judged.drop);
          assert.equal(refuseCargo(what, down(dead)), undefined);
        }
      }),
    );
  });
});
