import assert from 'node:assert/strict';
import type { ConfigReading } from '../../../../src/core/plan/config/reading';
import { settingDifferences } from '../../../../src/core/plan/config/settingDifferences';

describe('settingDifferences', () => {
  const values = (own: Record<string, string>, ...others: Record<string, string>[]): ConfigReading => ({
    values: Object.fromEntries([own, ...others].map((settings, index) => [String(index), settings])),
    failures: {},
  });

  it('groups what the others have, most usual first', () => {
    assert.deepEqual(
      settingDifferences(values({ maxmemory: '0' }, { maxmemory: '5' }, { maxmemory: '9' }, { maxmemory: '9' }), '0'),
      [
        {
          name: 'maxmemory',
          value: '0',
          others: [
            { value: '9', nodeIds: ['2', '3'] },
            { value: '5', nodeIds: ['1'] },
          ],
        },
      ],
    );
  });

  it('knows a setting that only one side has', () => {
    assert.deepEqual(
      settingDifferences(values({ old: 'x' }, { new: 'y' }), '0').map(({ name, value, others }) => [
        name,
        value,
        others[0]!.value,
      ]),
      [
        ['new', undefined, 'y'],
        ['old', 'x', undefined],
      ],
    );
  });

  it('leaves out what says which server it is', () => {
    const own = { port: '1', dir: '/a', 'cluster-announce-ip': 'x', 'cluster-config-file': 'n1', replicaof: '' };
    const other = { port: '2', dir: '/b', 'cluster-announce-ip': 'y', 'cluster-config-file': 'n2', replicaof: 'z 1' };
    assert.deepEqual(settingDifferences(values(own, other), '0'), []);
  });

  it('has nothing to say without the node or without others', () => {
    assert.deepEqual(settingDifferences(values({ a: '1' }), '0'), []);
    assert.deepEqual(settingDifferences(values({ a: '1' }, { a: '2' }), 'absent'), []);
  });
});
