import assert from 'node:assert/strict';
import type { InputRequest, PickSteps, Prompts } from '../../../src/extension/prompts';
import { withWayBack } from '../../../src/extension/wayBack';

describe('A way back', () => {
  it('leads from every box to the one before, and what was typed stands there again, on the way on too', async () => {
    const { prompts, shown } = answering(
      ...['one', { back: 'tw' }, 'eins', 'zwei', { back: 'b' }],
      ...[{ back: 'drei' }, 'uno', 'zwei', 'a'],
    );
    const answers = await withWayBack(prompts, async stepping => [
      await stepping.input({ title: '', prompt: 'first' }),
      await stepping.input({ title: '', prompt: 'second', value: 'suggested' }),
      await pick(stepping, 'third'),
    ]);
    assert.deepEqual(answers, ['uno', 'zwei', 'a']);
    assert.deepEqual(shown, [
      ...['first:', 'second:suggested <', 'first:one', 'second:tw <', 'third: <'],
      ...['second:zwei <', 'first:eins', 'second:drei <', 'third:b <'],
    ]);
  });

  it('passes over what was done or told in between, which is not done or told again', async () => {
    const { prompts, shown } = answering(
      ...['first', 'retry', { back: '' }, 'again', 'retry', 'x'],
      ...[{ back: '' }, 'y', 'end'],
    );
    let worked = 0;
    const result = await withWayBack(prompts, async (stepping, once) => {
      const typed = await stepping.input({ title: '', prompt: 'where' });
      const told = await stepping.offer('It failed.', [{ label: 'Retry', value: 'retry' }]);
      const number = await once(async () => ++worked);
      await stepping.input({ title: '', prompt: 'name' });
      return [typed, told, number, await stepping.input({ title: '', prompt: 'end' })];
    });
    assert.deepEqual(result, ['again', 'retry', 2, 'end']);
    assert.deepEqual(shown, [
      ...['where:', 'It failed.', 'name: <', 'where:first', 'It failed.', 'name: <'],
      ...['end: <', 'name:x <', 'end: <'],
    ]);
  });

  it('keeps no suggestion that nobody typed: the next one may be another', async () => {
    const { prompts, shown } = answering(
      ...['one', { back: 'name of one' }, 'two', 'name of two'],
      ...[{ back: '' }, { back: 'name of two' }, 'three', 'own name', { back: '' }, 'own name', 'end'],
    );
    const answers = await withWayBack(prompts, async stepping => {
      const where = await stepping.input({ title: '', prompt: 'where' });
      const name = await stepping.input({ title: '', prompt: 'name', value: `name of ${where}` });
      return [where, name, await stepping.input({ title: '', prompt: 'end' })];
    });
    assert.deepEqual(answers, ['three', 'own name', 'end']);
    assert.deepEqual(shown, [
      ...['where:', 'name:name of one <', 'where:one', 'name:name of two <', 'end: <'],
      ...['name:name of two <', 'where:two', 'name:name of three <', 'end: <', 'name:own name <', 'end: <'],
    ]);
  });

  it('ends with whatever the questions end with, turned away or failed', async () => {
    const ask = (stepping: Prompts): Promise<string | undefined> => stepping.input({ title: '', prompt: 'first' });
    assert.equal(await withWayBack(answering(undefined).prompts, ask), undefined);
    await assert.rejects(
      withWayBack(answering('typed').prompts, async stepping => {
        await ask(stepping);
        throw new Error('A fault.');
      }),
      /A fault\./,
    );
  });
});

type Answer = string | { back: string } | undefined;

/** Answers in turn; `shown`: the boxes with what stood in them, ` <` where a way back was offered. */
function answering(...answers: Answer[]): { prompts: Prompts; shown: string[] } {
  const shown: string[] = [];
  const answer = (box: string, back: ((text: string) => void) | undefined): string | undefined => {
    shown.push(box + (back ? ' <' : ''));
    const next = answers.shift();
    if (typeof next !== 'object') return next;
    assert.ok(back, `no way back from ${box}`);
    back(next.back);
    return undefined;
  };
  const prompts = {
    input: async ({ prompt, value = '', back }: InputRequest) => answer(`${prompt}:${value}`, back),
    pick: async (_: unknown, __: string, placeholder: string, { at = '', back }: PickSteps = {}) =>
      answer(`${placeholder}:${at}`, back),
    offer: async (message: string) => answer(message, undefined),
  } as unknown as Prompts;
  return { prompts, shown };
}

function pick(prompts: Prompts, placeholder: string): Promise<string | undefined> {
  return prompts.pick(
    ['a', 'b'].map(value => ({ label: value, value })),
    '',
    placeholder,
  );
}
