import assert from 'node:assert/strict';
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
    assert.ok(text.includes('| ✓ pass | majority visible | 3 of 3 masters answer. |'));
    assert.ok(text.includes('| ✗ **fail** | spare available | No spare stands by \\| at all. |'));
  });

  it('tells its settings, the replaced nodes, and what happened, the newest first', () => {
    assert.match(text, /not balanced over the hosts/);
    assert.match(text, /Spares: 10\.0\.0\.7:6379\./);
    assert.match(text, /10\.0\.0\.1:6379 \(aaaaaaaa\) was replaced by 10\.0\.0\.2:6379/);
    assert.ok(text.indexOf('Second.') < text.indexOf('First.'));
  });

  it('says who else supervises', () => {
    const other = { processId: 7, host: 'desk', since: '2026-01-01T00:00:00Z' };
    assert.match(explainSupervisor('Shop', { ...supervision, otherSupervisor: other }), /Process 7 on desk supervises/);
  });

  it('says why there is none', () => {
    assert.equal(
      explainSupervisor('Shop', undefined, 'It is off, for a reason.'),
      '# Supervisor of Shop\n\nIt is off, for a reason.\n',
    );
  });
});
