import assert from 'node:assert/strict';
import { ServerReplyError } from '../../../src/core/connection/connectionError';
import { explainRefusal } from '../../../src/core/connection/lookAtNode';

const node = '10.0.0.1:7000';

function refused(...commands: [command: string, reply: string][]): Error[] {
  return commands.map(([command, reply]) => new ServerReplyError(node, command, reply));
}

describe('A look that is refused', () => {
  const rows: [what: string, refusals: Error[], info: Record<string, string>, code: string, text: RegExp][] = [
    [
      'a server that loads, with its progress',
      refused(['CLUSTER NODES', 'LOADING Redis is loading the dataset in memory']),
      { loading_loaded_perc: '41.87', loading_eta_seconds: '12' },
      'loading',
      /reading its data from disk \(41 %, about 12 s to go\)\./,
    ],
    ['a server that loads and hides INFO', refused(['CLUSTER NODES', 'LOADING x']), {}, 'loading', /from disk\. It/],
    [
      'every missing right',
      refused(['CLUSTER NODES', 'NOPERM x'], ['INFO', 'NOPERM x']),
      {},
      'noPermission',
      /run CLUSTER NODES and INFO\. .* \+cluster\|nodes \+info,/,
    ],
    [
      'a server without cluster mode',
      refused(['CLUSTER NODES', 'ERR This instance has cluster support disabled']),
      { redis_mode: 'standalone' },
      'clusterDisabled',
      /does not run in cluster mode/,
    ],
    [
      'a Sentinel',
      refused(['CLUSTER NODES', "ERR unknown command 'CLUSTER'."]),
      { redis_mode: 'sentinel' },
      'clusterDisabled',
      /is a Sentinel/,
    ],
    [
      'a server whose CLUSTER was renamed',
      refused(['CLUSTER NODES', "ERR unknown command 'CLUSTER'."]),
      { redis_mode: 'cluster' },
      'clusterDisabled',
      /does not know the command CLUSTER/,
    ],
    ['anything else', refused(['CLUSTER NODES', 'BUSY Redis is busy']), {}, 'BUSY', /refused CLUSTER NODES: BUSY/],
  ];
  for (const [what, refusals, info, code, text] of rows) {
    it(`is explained: ${what} is ${code}`, () => {
      const error = explainRefusal(node, refusals, info) as Error & { code: string };
      assert.equal(error.code, code);
      assert.match(error.message, text);
      assert(error.message.startsWith(node));
    });
  }
});
