import assert from 'node:assert/strict';
import type { PageSlotFigures, SlotFigureName } from '../../../../src/shared/pageProtocol';
import { createSlotFigures, sumFigures } from '../../../../src/webview/slots/slotFigures';

const measured = (by: SlotFigureName, values = [1, 2, -1]): PageSlotFigures => ({
  by,
  values,
  atMilliseconds: 0,
  missing: [],
});

describe('figures of the slots, in the page', () => {
  let asked: string[];
  const figures = () =>
    createSlotFigures(
      by => asked.push(by),
      () => asked.push('stop'),
    );
  beforeEach(() => (asked = []));

  it('asks once, keeps what it gets, and asks again only when told to', () => {
    const one = figures();
    one.want('keys', false);
    one.want('keys', false);
    assert.equal(one.measuring(), 'keys');
    one.accept(measured('keys'));
    one.want('keys', false);
    assert.deepEqual([asked, one.measuring()], [['keys'], undefined]);
    one.want('keys', true);
    assert.deepEqual(asked, ['keys', 'keys']);
    assert.deepEqual(one.of('keys')?.figures.values, [1, 2, -1], 'the old ones stay in sight meanwhile');
  });

  it('does not ask again and again for what failed', () => {
    const one = figures();
    one.want('cpu', false);
    one.fail('cpu', 'Nobody answers.');
    one.want('cpu', false);
    assert.deepEqual([asked, one.failureOf('cpu')], [['cpu'], 'Nobody answers.']);
    one.want('cpu', true);
    assert.deepEqual([asked, one.failureOf('cpu')], [['cpu', 'cpu'], undefined]);
  });

  it('stops only what runs', () => {
    const one = figures();
    one.stop();
    one.want('cpu', false);
    one.stop();
    one.stop();
    assert.deepEqual(asked, ['cpu', 'stop']);
    one.want('cpu', false);
    one.accept(measured('cpu'));
    one.forget();
    assert.equal(one.of('cpu'), undefined);
  });

  it('takes a late answer without ending what runs now', () => {
    const one = figures();
    one.want('cpu', false);
    one.want('keys', false);
    one.accept(measured('cpu'));
    assert.equal(one.measuring(), 'keys');
  });

  it('sums what is known', () => {
    const one = figures();
    one.accept(measured('keys'));
    const all = one.of('keys')!;
    assert.equal(sumFigures(all, [{ start: 0, end: 2 }]), 3);
    assert.equal(sumFigures(all, [{ start: 2, end: 2 }]), undefined);
    assert.equal(sumFigures(all, []), undefined);
  });
});
