import assert from 'node:assert/strict';
import { ConnectionError } from '../../../src/core/connection/connectionError';
import { SyncWatch } from '../../../src/core/operation/steps/syncWatch';
import type { StepContext } from '../../../src/core/operation/steps/types';

const replica = { id: 'a', address: '10.0.0.1:7001' };
const master = { id: 'b', address: '10.0.0.2:7001' };

type Fields = Record<string, string | number>;

const copying = { role: 'slave', master_link_status: 'down', master_sync_in_progress: 1 };
const linked = { role: 'slave', master_link_status: 'up', master_sync_in_progress: 0 };
const searching = { role: 'slave', master_link_status: 'down', master_sync_in_progress: 0 };
const serving = { role: 'master', master_repl_offset: 1000 };

/** A watch on servers that say what is set last; undefined is a silent one. */
function watchOn(): { say: (own: Fields | undefined, masters?: Fields) => void; watch: SyncWatch } {
  let said: Record<string, Fields | undefined> = {};
  const node = (address: string) => ({
    pipeline: () => {
      const fields = said[address];
      if (!fields) return Promise.reject(new ConnectionError('timedOut', `${address} did not answer.`));
      const lines = Object.entries(fields).map(([name, value]) => `${name}:${value}\r\n`);
      return Promise.resolve([lines.join(''), '']);
    },
  });
  // Only this much of a context is used.
  const context = { nodes: { node } } as unknown as StepContext;
  return {
    say: (own, masters = serving) => (said = { [replica.address]: own, [master.address]: masters }),
    watch: new SyncWatch(replica, master, context),
  };
}

describe('SyncWatch', () => {
  it('waits for a copy that gets on for as long as it takes', async () => {
    const { say, watch } = watchOn();
    for (let second = 0; second < 4000; second += 40) {
      say({ ...copying, master_sync_read_bytes: second * 1_048_576, master_sync_total_bytes: 4000 * 1_048_576 });
      const { isInStep, text } = await watch.look(second * 1000);
      assert.equal(isInStep, false);
      assert.match(text, /copies 10\.0\.0\.2:7001: \d+(\.\d)? of 4000 MB/);
    }
    say({ ...linked, slave_repl_offset: 900 });
    assert.match((await watch.look(4_000_000)).text, /is 100 bytes behind/);
    say({ ...linked, slave_repl_offset: 1000 }, { ...serving, master_repl_offset: 5000 });
    assert.equal((await watch.look(4_000_100)).isInStep, true, 'what the master had when the link came up is there');
  });

  it('waits while the master writes its snapshot, and while the replica loads it', async () => {
    const { say, watch } = watchOn();
    for (let second = 0; second < 600; second += 60) {
      say(searching, { ...serving, rdb_bgsave_in_progress: 1, current_save_keys_processed: second });
      assert.match((await watch.look(second * 1000)).text, /waits for 10\.0\.0\.2:7001 to send its data/);
    }
    for (let second = 600; second < 1200; second += 60) {
      say({ ...copying, loading: 1, loading_loaded_bytes: second });
      assert.match((await watch.look(second * 1000)).text, /loads the data/);
    }
  });

  it('gives a copy up that has not moved for longer than both servers would wait', async () => {
    const { say, watch } = watchOn();
    say({ ...copying, master_sync_read_bytes: 5 });
    await watch.look(0);
    await watch.look(74_000);
    await assert.rejects(watch.look(76_000), { code: 'syncStalled' });
  });

  it('gives up sooner when there is no link and nobody prepares one, and says what to look at', async () => {
    const { say, watch } = watchOn();
    say(searching);
    await watch.look(0);
    await watch.look(19_000);
    await assert.rejects(watch.look(21_000), { code: 'linkDown', message: /masterauth/ });
  });

  it('gives up when the copy begins anew again and again', async () => {
    const { say, watch } = watchOn();
    await assert.rejects(
      async () => {
        for (let round = 0; round < 10; round++)
          for (const bytes of [10, 20, 30]) {
            say({ ...copying, master_sync_read_bytes: bytes });
            await watch.look(round * 3000 + bytes);
          }
      },
      { code: 'syncRestarts', message: /client-output-buffer-limit replica/ },
    );
  });

  it('bears silence for a while, and tells it when nothing comes of it', async () => {
    const { say, watch } = watchOn();
    say(undefined);
    await watch.look(0);
    assert.match((await watch.look(60_000)).text, /is busy and does not answer/);
    await assert.rejects(watch.look(80_000), { code: 'syncStalled', message: /10\.0\.0\.1:7001 did not answer/ });
  });

  it('refuses a replica that has become a master', async () => {
    const { say, watch } = watchOn();
    say(serving);
    await assert.rejects(watch.look(0), { code: 'rolesChanged' });
  });
});
