import assert from 'node:assert/strict';
import { Sweep } from '../../../src/core/connection/sweep';
import { SlotTextCache } from '../../../src/core/topology/slotTextCache';
import type { Look } from '../../../src/core/topology/types';
import { changed, modelCluster, nodeId, refusedLook, viewOf, type ModelNode } from '../topology/modelCluster';

const nodes = modelCluster(60, 1);
const cache = new SlotTextCache();

function addressOf({ host, port }: ModelNode): string {
  return `${host}:${port}`;
}

function lookAt(node: ModelNode, seen = nodes): Look {
  return { view: viewOf(seen, node.id, {}, cache) };
}

function sweepOver(looks: readonly Look[]): Sweep {
  const sweep = new Sweep();
  sweep.note(looks);
  return sweep;
}

describe('a sweep over a large cluster', () => {
  it('asks all of up to a hundred nodes, and before the first look', () => {
    const small = modelCluster(50, 1);
    assert.equal(sweepOver(small.map(node => lookAt(node, small))).next(), undefined);
    assert.equal(new Sweep().next(), undefined);
  });

  it('asks three for the cluster and a tenth for their figures, all of them in turn', () => {
    const sweep = sweepOver(nodes.map(node => lookAt(node)));
    const figures = new Set<string>();
    const viewers = new Set<string>();
    for (let turn = 0; turn < 40; turn++) {
      const { wholly, figures: slice } = sweep.next()!;
      assert.equal(wholly.length, 3);
      assert.ok(slice.length <= 12);
      for (const address of wholly) viewers.add(address);
      if (turn < 10) for (const address of [...slice, ...wholly]) figures.add(address);
    }
    assert.equal(figures.size, nodes.length);
    assert.equal(viewers.size, nodes.length);
  });

  it('also asks who was silent, and once who hung up', () => {
    const [silent, gone] = [nodes[7]!, nodes[30]!];
    const sweep = sweepOver(
      nodes.map(node => (node === silent ? refusedLook(addressOf(node), node.id) : lookAt(node))),
    );
    sweep.lost(addressOf(gone));
    const first = sweep.next()!;
    assert.ok(first.wholly.includes(addressOf(silent)) && first.wholly.includes(addressOf(gone)));
    const second = sweep.next()!;
    assert.ok(second.wholly.includes(addressOf(silent)) && !second.wholly.includes(addressOf(gone)));
  });

  it('asks again whoever differs from what most say', () => {
    const [late, other] = [nodes[11]!, nodes[40]!];
    const seen = changed(nodes, other.id, { flags: ['fail?'] });
    const sweep = sweepOver(nodes.map(node => lookAt(node, node === late ? nodes : seen)));
    for (let turn = 0; turn < 3; turn++) {
      const { wholly } = sweep.next()!;
      assert.ok(wholly.includes(addressOf(late)));
      assert.ok(wholly.length <= 4);
    }
  });

  it('does not ask all because one still lists a node that nobody else knows', () => {
    const [one, ghost] = [nodes[11]!, { ...nodes[0]!, id: nodeId(999), port: 9999, slots: '' }];
    const sweep = sweepOver(nodes.map(node => lookAt(node, node === one ? [...nodes, ghost] : nodes)));
    const { wholly } = sweep.next()!;
    assert.ok(wholly.includes(addressOf(one)) && wholly.length <= 4);
  });

  it('finds no news in the same words, silence in a look that fails, and news in any other word', () => {
    const sweep = sweepOver(nodes.map(node => lookAt(node)));
    const [one, other] = [nodes[3]!, nodes[4]!];
    const judge = (look: Look) => sweep.judge(new Map([[addressOf(one), look]]));
    assert.equal(judge(lookAt(one)), 'nothing');
    assert.equal(judge(refusedLook(addressOf(one), one.id)), 'silence');
    assert.equal(judge(lookAt(one, changed(nodes, other.id, { flags: ['fail?'] }))), 'said');
    assert.equal(judge(lookAt(one, changed(nodes, other.id, { epoch: 99 }))), 'said');
    assert.equal(judge(lookAt(one, changed(nodes, one.id, { slots: '1-2' }))), 'said');
    assert.equal(judge(lookAt(one, nodes.slice(0, -1))), 'said');
  });

  it('asks those who differ in turn, and says which of them it did not ask', () => {
    const apart = nodes.slice(20, 50);
    const other = changed(nodes, nodes[0]!.id, { epoch: 99 });
    const sight = (node: ModelNode) => lookAt(node, apart.includes(node) ? other : nodes);
    const sweep = sweepOver(nodes.map(sight));
    const asked = new Set<string>();
    for (let turn = 0; turn < 3; turn++) {
      const wholly = new Set(sweep.next()!.wholly);
      const looks = new Map(
        nodes.filter(node => wholly.has(addressOf(node))).map(node => [addressOf(node), sight(node)]),
      );
      sweep.hear(looks, new Map());
      const recalled = nodes.map(node => sweep.recall(addressOf(node), looks)!);
      for (const look of recalled)
        assert.equal('view' in look && look.view.isPresumed !== true, 'view' in look && wholly.has(look.view.address));
      sweep.note(recalled);
      for (const address of wholly) asked.add(address);
    }
    assert.deepEqual(
      apart.filter(node => !asked.has(addressOf(node))),
      [],
    );
  });

  it('does not take an address for silent where another node answers than the one listed there', () => {
    const one = nodes[5]!;
    const looks = [...nodes.map(node => lookAt(node)), refusedLook(addressOf(one), nodeId(999))];
    const sweep = sweepOver(looks);
    assert.ok(!sweep.next()!.wholly.includes(addressOf(one)));
    assert.equal(sweep.judge(new Map([[addressOf(one), lookAt(one)]])), 'nothing');
  });

  it('has lost sight when most of those asked in turn fall silent, not when others do', () => {
    const sweep = sweepOver(nodes.map(node => lookAt(node)));
    const { wholly } = sweep.next()!;
    const looks = (silent: readonly string[]) =>
      new Map(
        nodes
          .map(node => [addressOf(node), lookAt(node)] as const)
          .filter(([address]) => wholly.includes(address) || silent.includes(address))
          .map(([address, look]) => [address, silent.includes(address) ? refusedLook(address) : look]),
      );
    const others = nodes.map(addressOf).filter(address => !wholly.includes(address));
    assert.deepEqual(
      [others.slice(0, 20), wholly.slice(0, 1), wholly.slice(0, 2)].map(silent => sweep.lostSight(looks(silent))),
      [false, false, true],
    );
  });

  describe('when somebody says something new', () => {
    const subject = nodes[40]!;
    const seen = changed(nodes, subject.id, { flags: ['fail?'] });
    const nodeAt = (address: string) => nodes.find(node => addressOf(node) === address)!;
    const suspects = (look: Look | undefined) =>
      look && 'view' in look ? look.view.lines.find(({ id }) => id === subject.id)?.flags.includes('fail?') : undefined;

    /** One look in turns: everybody asked sees what `sight` says; nobody doubts himself. */
    function look(sweep: Sweep, sight: (node: ModelNode) => readonly ModelNode[]) {
      const see = (address: string) => {
        const node = nodeAt(address);
        return [address, lookAt(node, [...(node === subject ? nodes : sight(node))])] as const;
      };
      const { wholly } = sweep.next()!;
      const looks = new Map(wholly.map(see));
      const news = sweep.judge(looks);
      const witnesses = news === 'said' ? sweep.witnesses(looks) : [];
      for (const address of witnesses) looks.set(...see(address));
      sweep.hear(looks, new Map());
      return { wholly, news, witnesses, looks };
    }

    it('asks those whom it is about and nine others', () => {
      const { news, wholly, witnesses } = look(sweepOver(nodes.map(node => lookAt(node))), () => seen);
      assert.deepEqual([news, wholly.length, witnesses.length], ['said', 3, 10]);
      assert.ok(witnesses.includes(addressOf(subject)));
    });

    it('presumes of the rest what most of the asked say, and asks each of them within the next looks', () => {
      const sweep = sweepOver(nodes.map(node => lookAt(node)));
      const first = look(sweep, () => seen);
      const heard = new Set(first.looks.keys());
      const [other] = nodes.map(addressOf).filter(address => !heard.has(address));
      const presumed = sweep.recall(other!, first.looks);
      assert.ok(presumed && 'view' in presumed && presumed.view.isPresumed && suspects(presumed));
      assert.equal(presumed.view.own?.id, nodeAt(other!).id);
      for (let turn = 0; turn < 8; turn++) {
        const { news, wholly } = look(sweep, () => seen);
        assert.equal(news, 'nothing');
        assert.ok(wholly.length <= 3 + 24);
        for (const address of wholly) heard.add(address);
      }
      assert.equal(heard.size, nodes.length);
    });

    it('leaves alone what most say when one of the asked says otherwise, and keeps the words of that one', () => {
      const sweep = sweepOver(nodes.map(node => lookAt(node)));
      let teller: ModelNode | undefined;
      const { news } = look(sweep, node => ((teller ??= node) === node ? seen : nodes));
      assert.equal(news, 'said');
      const suspecting = nodes.filter(node => suspects(sweep.recall(addressOf(node), new Map())));
      assert.deepEqual(suspecting, [teller]);
      assert.ok(sweep.next()!.wholly.includes(addressOf(teller!)));
    });

    it('finds who differs from what is presumed', () => {
      const sweep = sweepOver(nodes.map(node => lookAt(node)));
      const { looks } = look(sweep, () => seen);
      const late = nodes.find(node => !looks.has(addressOf(node)))!;
      for (let turn = 0; turn < 8; turn++) look(sweep, node => (node === late ? nodes : seen));
      const calm = nodes.filter(node => !suspects(sweep.recall(addressOf(node), new Map())));
      assert.deepEqual(calm, [late]);
    });

    it('does not let those whom news is about outvote the others', () => {
      const sweep = sweepOver(nodes.map(node => lookAt(node)));
      const few = nodes.slice(40, 55);
      const apart = nodes.map(node => (few.includes(node) ? { ...node, flags: ['fail'] } : node));
      const rest = nodes.map(node => (few.includes(node) ? node : { ...node, flags: ['fail'] }));
      const side = (node: ModelNode) => changed(few.includes(node) ? rest : apart, node.id, { flags: [] });
      for (let turn = 0; turn < 12; turn++) look(sweep, side);
      const failedOf = (node: ModelNode) => {
        const said = sweep.recall(addressOf(node), new Map());
        return said && 'view' in said ? said.view.lines.filter(({ flags }) => flags.includes('fail')).length : 0;
      };
      assert.deepEqual(
        nodes.map(failedOf),
        nodes.map(node => (node === subject ? 0 : few.includes(node) ? nodes.length - few.length : few.length)),
      );
    });

    it('takes another state of the cluster for news', () => {
      const sweep = sweepOver(nodes.map(node => lookAt(node)));
      const teller = nodes[3]!;
      const down: Look = { view: viewOf(nodes, teller.id, { state: 'fail' }, cache) };
      assert.equal(sweep.judge(new Map([[addressOf(teller), down]])), 'said');
    });
  });

  it('finds news in a silent node that answers again, and recalls what the others said', () => {
    const silent = nodes[9]!;
    const sweep = sweepOver(
      nodes.map(node => (node === silent ? refusedLook(addressOf(node), node.id) : lookAt(node))),
    );
    const looks = new Map([[addressOf(silent), lookAt(silent)]]);
    assert.equal(sweep.judge(looks), 'silence');
    assert.equal(sweep.recall(addressOf(silent), looks), looks.get(addressOf(silent)));
    const recalled = sweep.recall(addressOf(nodes[0]!), looks);
    assert.ok(recalled && 'view' in recalled && recalled.view.lines.some(({ id }) => id === nodeId(1)));
    assert.equal(sweep.recall('10.9.9.9:1', looks), undefined);
  });

  describe('when those asked disagree', () => {
    it('presumes nothing of a node that most newly take for failing, nor that it says of itself what it said before', () => {
      const [failing, promoted] = [nodes[100]!, nodes[101]!];
      const seen = changed(changed(nodes, failing.id, { flags: ['fail'] }), promoted.id, {
        role: 'master',
        slots: '5-9',
        epoch: 99,
      });
      const sweep = sweepOver(nodes.map(node => lookAt(node)));
      const { wholly } = sweep.next()!;
      const asked = nodes.filter(node => wholly.includes(addressOf(node)));
      const looks = new Map(asked.map(node => [addressOf(node), lookAt(node, seen)]));
      for (const address of sweep.witnesses(looks))
        if (address !== addressOf(failing) && address !== addressOf(promoted))
          looks.set(
            address,
            lookAt(
              nodes.find(node => addressOf(node) === address)!,
              seen,
            ),
          );
      sweep.hear(looks, new Map());
      assert.equal(sweep.recall(addressOf(failing), looks), undefined);
      const presumed = sweep.recall(addressOf(promoted), looks);
      assert.deepEqual(presumed && 'view' in presumed && [presumed.view.own?.flags, presumed.view.own?.configEpoch], [
        ['myself', 'master'],
        99,
      ]);
    });

    it('asks all when many are doubtful, and then not again for some looks', () => {
      const half = new Set(nodes.filter((_, index) => index % 2 === 0));
      const apart = nodes.map(node => (half.has(node) ? { ...node, flags: ['fail?'] } : node));
      const sweep = sweepOver(nodes.map(node => lookAt(node)));
      const turns = Array.from({ length: 7 }, () => {
        const addresses = new Set(sweep.next()!.wholly);
        const see = (address: string) => {
          const node = nodes.find(other => addressOf(other) === address)!;
          return [address, lookAt(node, half.has(node) ? nodes : apart)] as const;
        };
        const looks = new Map([...addresses].map(see));
        for (const address of sweep.witnesses(looks)) looks.set(...see(address));
        return sweep.refuseDivided(looks);
      });
      assert.deepEqual(turns, [true, false, false, false, false, true, false]);
    });
  });
});
