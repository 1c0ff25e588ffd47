import '../../../support/vscodeWords';
import assert from 'node:assert/strict';
import type { CheckReport } from '../../../../src/core/index';
import { check } from '../../../../src/extension/commands/check';
import type { CommandDependencies } from '../../../../src/extension/commands/dependencies';
import { Emitter } from '../../../../src/extension/sessions/emitter';
import type { ClusterSession } from '../../../../src/extension/sessions/types';
import { sampleState, threeShards } from '../sampleCluster';

describe('The report of a check', () => {
  it('is made anew after news of its cluster or of the list, not of another cluster', async () => {
    const state = sampleState(threeShards);
    const report: CheckReport = {
      ...{ topology: state.topology!, findings: [], checked: [], notChecked: [], durationMilliseconds: 1 },
    };
    const session = {
      ...state,
      client: () => Promise.resolve({ check: () => Promise.resolve(report) }),
      keepCheck: () => undefined,
      lookNow: () => Promise.resolve(),
    } as unknown as ClusterSession;
    const other = { ...session, definition: { ...state.definition, id: 'other' } };
    const changed = new Emitter<ClusterSession | undefined>(error => assert.fail(String(error)));
    let made = 0;
    const dependencies = {
      store: { sessions: [session, other], get: () => session, onDidChange: changed.event },
      log: { info: () => undefined },
      documents: {
        follow: async (_: string, make: () => unknown, changes: (listener: () => void) => unknown) => {
          changes(() => {
            make();
            made++;
          });
        },
      },
    } as unknown as CommandDependencies;
    assert.equal(await check(dependencies, { clusterId: 'sample', strayKeys: false }), report);
    changed.fire(other);
    assert.equal(made, 0);
    changed.fire(session);
    changed.fire(undefined);
    assert.equal(made, 2);
  });
});
