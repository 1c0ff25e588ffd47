import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { clockText } from '../../../src/core/index';
import { explainSupervisor, type ExplainedSupervisor } from '../../../src/extension/supervision/explainSupervisor';

const supervision: ExplainedSupervisor = {
  state: { kind: 'blocked', code: 'spareAvailable', reason: 'No spare stands by.', remedy: 'Add one.' },
  settings: {
    mode: 'act',
    graceSeconds: 5,
    coolDownSeconds: 60,
    actsPerHour: 3,
    failBacksPerTenMinutes: 3,
    balanceRoles: false,
    spares: ['10.0.0.7:6379'],
    retired: [],
    standsBackFor: '',
  },
  guards: [
    { code: 'majorityVisible', passed: true, text: '3 of 3 masters answer.' },
    { code: 'spareAvailable', passed: false, text: 'No spare stands by | at all.' },
  ],
  events: [
    { atMilliseconds: 1000, kind: 'stateChanged', text: 'First.' },
    { atMilliseconds: 2000, kind: 'actStarted', text: 'Second.' },
  ],
  otherSupervisor: undefined,
  remember: () => ({
    acts: [],
    tombstones: [
      {
        id: 'a'.repeat(40),
        address: '10.0.0.1:6379',
        replacedBy: { id: 'b', address: '10.0.0.2:6379' },
        atMilliseconds: 0,
      },
    ],
  }),
};

/** As a class has it: its methods need their object. */
class Whole implements ExplainedSupervisor {
  readonly state = supervision.state;
  readonly settings = supervision.settings;
  readonly guards = supervision.guards;
  readonly events = supervision.events;
  readonly otherSupervisor = undefined;
  readonly #remembered = supervision.remember();

  remember(): ReturnType<ExplainedSupervisor['remember']> {
    return this.#remembered;
  }
}

describe('explainSupervisor', () => {
  it('asks a supervisor that is an object with a memory of its own', () => {
    assert.match(explainSupervisor('Shop', new Whole()), /was replaced by/);
  });

  const text = explainSupervisor('Shop', supervision);

  it('says what it does now, how far it may go, and that it ends with the window', () => {
    assert.match(text, /^# Supervisor of Shop\n\n\*\*Now:\*\* No spare stands by\. Add one\.\n/);
    assert.match(text, /Mode \*\*act\*\*.*\nIt works only while this window is open\./);
  });

  it('lists every guard, passed or not, with what was seen', () => {
    assert.ok(/\| ✓ pass +\| majority visible +\| 3 of 3 masters answer\. +\|/.test(text));
    assert.ok(/\| ✗ \*\*fail\*\* \| spare available +\| No spare stands by \\\| at all\. +\|/.test(text));
  });

  it('tells its settings, the replaced nodes, and what happened, the newest first', () => {
    assert.match(text, /not balanced over the hosts/);
    assert.match(text, /Spares: 10\.0\.0\.7:6379\./);
    assert.match(text, /10\.0\.0\.1:6379 \(aaaaaaaa\) was replaced by 10\.0\.0\.2:6379/);
    assert.ok(text.indexOf('Second.') < text.indexOf('First.'));
  });

  it('says who else supervises', () => {
    const explain = (host: string, since: string): string =>
      explainSupervisor('Shop', { ...supervision, otherSupervisor: { processId: 7, host, since } });
    const now = new Date();
    assert.ok(explain(hostname(), now.toISOString()).includes(`another window, since ${clockText(Number(now))}.`));
    assert.match(explain('desk', '2020-01-02T12:00:00Z'), /by another window on desk, since 2020-01-0\d \d\d:00:00\./);
    assert.doesNotMatch(explain('desk', now.toISOString()), /\d\dZ|[Pp]rocess/);
  });

  it('says that all is well only where there is no problem', () => {
    const healthy = { ...supervision, state: { kind: 'healthy' } as const };
    assert.match(explainSupervisor('Shop', healthy), /\*\*Now:\*\* All is well\./);
    assert.match(explainSupervisor('Shop', healthy, undefined, 1), /\*\*Now:\*\* 1 problem, not one it heals\./);
    assert.match(explainSupervisor('Shop', healthy, undefined, 2), /\*\*Now:\*\* 2 problems, none that it heals\./);
  });

  it('says why there is none', () => {
    assert.equal(
      explainSupervisor('Shop', undefined, 'It is off, for a reason.'),
      '# Supervisor of Shop\n\nIt is off, for a reason.\n',
    );
  });
});
