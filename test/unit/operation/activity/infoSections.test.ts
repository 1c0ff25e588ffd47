import assert from 'node:assert/strict';
import fc from 'fast-check';
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
