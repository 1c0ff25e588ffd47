import assert from 'node:assert/strict';
import { commandLine, fromPlanWord, toPlanWord } from '../../../../src/core/plan/command/commandText';
import { parseCommandLine } from '../../../../src/core/plan/command/parseCommandLine';
import { PlanError } from '../../../../src/core/plan/planError';

describe('a command line', () => {
  it('is parted at blanks outside of quotes, as redis-cli parts it', () => {
    const cases: [string, string[]][] = [
      ['', []],
      ['  GET   foo\t', ['GET', 'foo']],
      ['SET "a b" \'c d\'', ['SET', 'a b', 'c d']],
      ['SET a ""', ['SET', 'a', '']],
      ['ECHO pre"quoted part"', ['ECHO', 'prequoted part']],
      [String.raw`ECHO "\n\r\t\b\a\\\"\q\x41"`, ['ECHO', '\n\r\t\b\x07\\"qA']],
      [String.raw`ECHO 'it\'s \n raw "'`, ['ECHO', `it's \\n raw "`]],
      [String.raw`ECHO a\x41`, ['ECHO', String.raw`a\x41`]],
      ['SET ключ "значение 🎉"', ['SET', 'ключ', 'значение 🎉']],
      [String.raw`ECHO "\\n"`, ['ECHO', String.raw`\n`]],
    ];
    for (const [line, words] of cases) assert.deepEqual(parseCommandLine(line), words, line);
  });

  it('can hold any bytes, which survive a plan and are shown as they can be typed', () => {
    const words = parseCommandLine(String.raw`SET "\x00\xff" 1`);
    assert.deepEqual(words, ['SET', Buffer.from([0, 255]), '1']);
    const planned = words.map(toPlanWord);
    assert.deepEqual(JSON.parse(JSON.stringify(planned)), ['SET', { base64: 'AP8=' }, '1']);
    assert.deepEqual(planned.map(fromPlanWord), words);
    for (const line of [String.raw`SET "\x00\xff" 1`, 'SET "a b" ""', String.raw`SET "\"" x`, 'SET a-b:c *'])
      assert.equal(commandLine(parseCommandLine(line)), line);
  });

  it('says where a line cannot be read', () => {
    const cases: [string, RegExp][] = [
      ['GET "a', /the double quote at character 5 is not closed/],
      ["GET 'a", /the single quote at character 5 is not closed/],
      ['GET "a"b', /a blank has to follow the quote that closes at character 7/],
      [String.raw`GET "a\"`, /the double quote at character 5 is not closed/],
    ];
    for (const [line, text] of cases)
      assert.throws(
        () => parseCommandLine(line),
        (error: unknown) =>
          error instanceof PlanError && error.code === 'commandUnreadable' && text.test(error.message),
        line,
      );
  });
});
