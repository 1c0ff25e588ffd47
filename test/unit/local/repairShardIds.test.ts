import assert from 'node:assert/strict';
import { alignShardIds } from '../../../src/core/local/repairShardIds';

const idOf = (digit: string): string => digit.repeat(40);

/** As Valkey 8.1 left it when it was killed 20 ms after its replicas had been told whom to follow. */
function savedBy(replicaShardId: string): string {
  return [
    `${idOf('a')} 127.0.0.1:7004@17004,,tls-port=0,shard-id=${idOf('1')} myself,slave ${idOf('b')} 0 0 2 connected`,
    `${idOf('c')} 127.0.0.1:7003@17003,,tls-port=0,shard-id=${replicaShardId} slave ${idOf('d')} 0 1795377411536 1 connected`,
    `${idOf('b')} 127.0.0.1:7001@17001,,tls-port=0,shard-id=${idOf('1')} master - 0 1795377411636 2 connected 5461-10922`,
    `${idOf('d')} 127.0.0.1:7000@17000,,tls-port=0,shard-id=${idOf('2')} master - 0 1795377411636 1 connected 0-5460`,
    'vars currentEpoch 6 lastVoteEpoch 0',
    '',
  ].join('\n');
}

describe('alignShardIds', () => {
  it('gives a replica the shard id of its master, wherever that stands in the file', () => {
    assert.equal(alignShardIds(savedBy(idOf('9'))), savedBy(idOf('2')));
  });

  it('leaves a file as it is whose shard ids agree, that has none, or that is empty', () => {
    const without = savedBy(idOf('2')).replaceAll(/,,tls-port=0,shard-id=[0-9a-f]{40}/g, '');
    for (const text of [savedBy(idOf('2')), without, '']) assert.equal(alignShardIds(text), text);
  });

  it('leaves a replica as it is whose master the file does not name', () => {
    const text = savedBy(idOf('9')).replace(new RegExp(`^${idOf('d')}.*\n`, 'm'), '');
    assert.equal(alignShardIds(text), text);
  });
});
