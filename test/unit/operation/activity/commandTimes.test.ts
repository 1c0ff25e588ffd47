import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseCommandTimes } from '../../../../src/core/operation/activity/commandTimes';

describe('parseCommandTimes', () => {
  it('joins what two parts of INFO tell of a command, most time first', () => {
    const calls = [
      '# Commandstats',
      'cmdstat_get:calls=4,usec=100,usec_per_call=25.00,rejected_calls=1,failed_calls=2',
      'cmdstat_config|get:calls=2,usec=146,usec_per_call=73.00',
    ].join('\r\n');
    const times = '# Latencystats\r\nlatency_percentiles_usec_get:p50=20.5,p99=60,p99.9=61\r\n';
    assert.deepEqual(parseCommandTimes(calls, times), [
      {
        command: 'CONFIG GET',
        calls: 2,
        totalMicroseconds: 146,
        failed: 0,
        p50Microseconds: undefined,
        p99Microseconds: undefined,
      },
      { command: 'GET', calls: 4, totalMicroseconds: 100, failed: 3, p50Microseconds: 20.5, p99Microseconds: 60 },
    ]);
  });

  it('takes any text', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (one, other) => Array.isArray(parseCommandTimes(one, other))));
  });
});
