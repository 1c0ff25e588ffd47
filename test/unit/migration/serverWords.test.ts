import assert from 'node:assert/strict';
import { replicaLimitBytes } from '../../../src/core/migration/migrateSlots/checkEnds';
import { parseSlotJobs, type SlotJob } from '../../../src/core/migration/migrateSlots/exportJob';
import { jobTrouble } from '../../../src/core/migration/migrateSlots/jobTrouble';
import { parseImportTasks } from '../../../src/core/migration/migrationImport/importTask';
import { importTrouble, inWords } from '../../../src/core/migration/migrationImport/importTrouble';
import { keyText } from '../../../src/core/migration/measure/keyText';
import { SlotSet } from '../../../src/core/topology/slotSet';

describe('what servers say of slot migrations', () => {
  it('is read from CLUSTER MIGRATION STATUS', () => {
    const [task, ...others] = parseImportTasks(
      [
        [
          'id',
          'ab',
          'slots',
          '0-99 200-205',
          'source',
          's',
          'dest',
          't',
          'operation',
          'import',
          'state',
          'failed',
          'retries',
          2,
        ],
      ],
      '127.0.0.1:7000',
    );
    assert.deepEqual([task?.slots.toString(), task?.state, task?.retries], ['0-99,200-205', 'failed', 2]);
    assert.deepEqual(others, []);
    assert.deepEqual(parseImportTasks([], '127.0.0.1:7000'), []);
  });

  it('is read from CLUSTER GETSLOTMIGRATIONS, with and without what only some versions send', () => {
    const [job] = parseSlotJobs(
      [['name', 'n', 'operation', 'EXPORT', 'slot_ranges', '7-7', 'state', 'success']],
      '127.0.0.1:7000',
    );
    assert.deepEqual([job?.operation, job?.slots.toString(), job?.remainingBytes], ['export', '7', 0]);
  });

  it('is told apart: what passes, what does not, what may go better', () => {
    const said = (text: string) =>
      `Main channel - Failed to sync with source node: Error reply to CLUSTER SYNCSLOTS SYNC from the source: -ERR ${text} (state: syncslots-reply, rdb_channel_state: none)`;
    const busy = said('Another ASM task is already in progress');
    assert.equal(importTrouble(busy), 'busy');
    assert.equal(inWords(busy), 'the source answered: Another ASM task is already in progress');
    assert.equal(importTrouble(said('all slot states must be STABLE to start a slot migration task.')), 'open');
    assert.equal(importTrouble('slot migration not allowed on replica.'), 'refused');
    assert.equal(importTrouble('RDB channel - Connection lost'), 'failed');
    assert.equal(inWords(''), 'no reason was given');
  });

  it('names the node and the setting of a failed login', () => {
    const said = (message: string) => jobTrouble(job(message), undefined, transfer);
    assert.match(
      said('Received error during handshake to target: -NOAUTH Authentication required.').text,
      /^a:1 has no primaryauth/,
    );
    const wrong = said('Failed to AUTH to target node: -WRONGPASS invalid username-password pair or user is disabled.');
    assert.equal(wrong.kind, 'refused');
    assert.match(wrong.remedy ?? '', /Set primaryauth .* on a:1 to what b:2 accepts/);
  });

  it('is taken from the end that knows why', () => {
    const lost = 'Connection lost to target. Check CLUSTER GETSLOTMIGRATIONS on the target node for more information.';
    const full = jobTrouble(job(lost), job('Ran out of memory (OOM) during slot import'), transfer);
    assert.equal(full.kind, 'full');
    assert.equal(jobTrouble(job(lost), job('Data was flushed'), transfer).text, 'b:2 says "Data was flushed"');
    const silent = jobTrouble(job(lost), undefined, transfer);
    assert.match(`${silent.text} ${silent.remedy}`, /lost their connection .*client-output-buffer-limit/);
  });

  it('is not called a plain failure when writes may be lost', () => {
    const message = 'Unpaused before migration completed (migration may have succeeded with lost writes)';
    assert.equal(jobTrouble(job(message), undefined, transfer).kind, 'doubtful');
  });
});

describe('the buffer limit for replicas', () => {
  it('is the hard one, else the soft one', () => {
    assert.equal(replicaLimitBytes('normal 0 0 0 slave 268435456 67108864 60 pubsub 1 2 3'), 268435456);
    assert.equal(replicaLimitBytes('normal 0 0 0 replica 0 67108864 60'), 67108864);
    assert.equal(replicaLimitBytes('normal 0 0 0 slave 0 0 0'), undefined);
    assert.equal(replicaLimitBytes(undefined), undefined);
  });
});

describe('the name of a key', () => {
  it('is text where it is, and escaped where it is not', () => {
    assert.equal(keyText(Buffer.from('grüße:1')), 'grüße:1');
    assert.equal(keyText(Buffer.from('a\nb\\')), 'a\\x0ab\\x5c');
    assert.equal(keyText(Buffer.from([0x61, 0xff, 0xc3])), 'a\\xff\\xc3');
    assert.equal(keyText(Buffer.from('x'.repeat(100))).length, 83);
  });
});

const transfer = {
  source: { id: 'a', address: 'a:1' },
  target: { id: 'b', address: 'b:2' },
  slots: SlotSet.of([7]),
};

function job(message: string): SlotJob {
  return {
    name: 'n',
    operation: 'export',
    slots: transfer.slots,
    sourceId: 'a',
    targetId: 'b',
    createdAtSeconds: 0,
    state: 'failed',
    message,
    remainingBytes: 0,
  };
}
