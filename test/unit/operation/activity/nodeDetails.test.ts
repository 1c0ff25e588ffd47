import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseCommandTimes } from '../../../../src/core/operation/activity/commandTimes';
import { infoSections } from '../../../../src/core/operation/activity/infoSections';

describe('infoSections', () => {
  it('keeps the parts and fields in the order of the server', () => {
    assert.deepEqual(
      infoSections('# Server\r\nredis_version:7.0.15\r\nconfig_file:\r\n\r\n# Modules\r\n\r\n# CPU\r\na:b:c\r\n'),
      [
        {
          title: 'Server',
          fields: [
            { name: 'redis_version', value: '7.0.15' },
            { name: 'config_file', value: '' },
          ],
          leftOut: 0,
        },
        { title: 'CPU', fields: [{ name: 'a', value: 'b:c' }], leftOut: 0 },
      ],
    );
  });

  it('is bounded: fields, their length, parts', () => {
    const fields = Array.from({ length: 170 }, (_, index) => `f${index}:${'x'.repeat(300)}`).join('\n');
    const sections = infoSections(Array.from({ length: 60 }, (_, index) => `# S${index}\n${fields}`).join('\n'));
    assert.equal(sections.length, 40);
    assert.equal(sections[0]!.fields.length, 150);
    assert.equal(sections[0]!.leftOut, 20);
    assert.equal(sections[0]!.fields[0]!.value.length, 200);
  });

  it('takes any text', () => {
    fc.assert(fc.property(fc.string(), text => Array.isArray(infoSections(text))));
  });
});

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
