import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { NodeConnection, Reply } from '../../../src/core/connection/types';
import { explainRefusal } from '../../../src/core/connection/lookAtNode';
import { refusal } from '../../../src/core/connection/refusal';
import { tellPermissions } from '../../../src/core/connection/diagnosis/tellPermissions';
import { askPermissions } from '../../../src/core/connection/diagnosis/askPermissions';
import { readSlotStatistics } from '../../../src/core/migration/countKeys';
import { parseSlotJobs } from '../../../src/core/migration/migrateSlots/exportJob';
import { parseImportTasks } from '../../../src/core/migration/migrationImport/importTask';
import { parseCommandTimes } from '../../../src/core/operation/activity/commandTimes';
import { parseClientList } from '../../../src/core/operation/activity/connectedClients';
import { hideArguments } from '../../../src/core/operation/activity/hideArguments';
import { infoSections } from '../../../src/core/operation/activity/infoSections';
import { readNodeDetails } from '../../../src/core/operation/activity/nodeDetails';
import { askNode } from '../../../src/core/operation/check/askNode';
import { readLinks } from '../../../src/core/operation/check/readLinks';
import { askCommandInfo } from '../../../src/core/operation/command/askCommandInfo';
import { commandDocs } from '../../../src/core/operation/command/commandDocs';
import { renderReply } from '../../../src/core/operation/command/renderReply';
import { readConfig } from '../../../src/core/operation/config/readConfig';
import { functionNames } from '../../../src/core/operation/backup/describeNodes';
import { fieldsOf } from '../../../src/core/operation/steps/replies';
import type { ManagedNodes } from '../../../src/core/operation/steps/types';
import { readLibraries } from '../../../src/core/operation/steps/functionLibraries';
import { readRdbHead } from '../../../src/core/operation/backup/readRdbHead';
import { ClusterError } from '../../../src/core/topology/clusterError';
import { MalformedReplyError } from '../../../src/core/topology/malformedReplyError';
import { SlotSet } from '../../../src/core/topology/slotSet';
import { describeNodeDetails } from '../../../src/extension/commands/describeNodeDetails';
import { sampleTopology, threeShards } from '../../unit/extension/sampleCluster';
import { encode } from '../../support/fakeCluster/resp';
import { recordedReplies, recordedTexts, recordings } from '../recordings/recordings';
import { answeringNode } from './answeringNode';
import { accepted, acceptedLater, assertReadable, assertSound, fuzz } from './fuzz';
import { mutatedReply, textLike } from './mutations';

const address = '127.0.0.1:7000';
const topology = sampleTopology(threeShards);
/** Every node of a cluster answers like this one. */
const nodes = (node: NodeConnection): ManagedNodes =>
  ({ node: () => node, capabilities: () => Promise.resolve({}) }) as unknown as ManagedNodes;

describe('What a node says of slots that move', () => {
  fuzz('CLUSTER GETSLOTMIGRATIONS', mutatedReply(recordedReplies('CLUSTER GETSLOTMIGRATIONS')), reply => {
    const jobs = accepted(() => parseSlotJobs(reply, address), [MalformedReplyError], { input: reply });
    assertSound(jobs);
  });

  fuzz('CLUSTER MIGRATION STATUS', mutatedReply(recordedReplies('CLUSTER MIGRATION STATUS')), reply => {
    const tasks = accepted(() => parseImportTasks(reply, address), [MalformedReplyError], { input: reply });
    assertSound(tasks);
  });

  fuzz('CLUSTER SLOT-STATS', mutatedReply(recordedReplies('CLUSTER SLOT-STATS')), async reply => {
    const statistics = await readSlotStatistics(address, SlotSet.of([0]), nodes(answeringNode(() => reply)));
    assertSound(statistics);
    for (const slot of statistics?.keys() ?? []) assert.ok(Number.isInteger(slot));
  });
});

describe('What a node says of itself', () => {
  fuzz('INFO, by its parts', textLike(recordedTexts('INFO')), text => {
    for (const { title, fields, leftOut } of infoSections(text)) {
      assert.ok(fields.length > 0 && leftOut >= 0);
      assert.equal(typeof title, 'string');
      for (const { value } of fields) assert.ok(value.length <= 200);
    }
  });

  const latency = recordedTexts('INFO latencystats');
  fuzz('times of commands', fc.tuple(textLike(recordedTexts('INFO commandstats')), textLike(latency)), texts => {
    assertSound(parseCommandTimes(...texts));
  });

  fuzz('CLIENT LIST', textLike(recordedTexts('CLIENT LIST')), text => assertSound(parseClientList(text)));

  fuzz('arguments of slow commands', mutatedReply(recordedReplies('SLOWLOG GET')), reply => {
    const entries = Array.isArray(reply) ? reply : [reply];
    for (const entry of entries) {
      const words = (Array.isArray(entry) ? entry : [entry]).map(String);
      const secret = 'hunter2-hunter2-hunter2-hunter2';
      assert.ok(!hideArguments([...words, secret], new Map([['set', 1]])).includes(secret));
    }
  });

  fuzz('everything, as its document shows it', wholeNode(), async answers => {
    const connection = answeringNode(answerOf(answers));
    const details = await acceptedLater(() => readNodeDetails(connection), [ClusterError], { input: answers });
    if (!details) return;
    const detailed = {
      node: topology.nodes[0]!,
      clusterName: 'Shop',
      details,
      settings: { values: {}, failures: {} },
      siblings: new Map<string, string>(),
      siblingsInAll: 0,
      readAt: new Date(0),
    };
    assertReadable(describeNodeDetails(detailed, []).text.slice(0, 19_000), answers);
  });

  fuzz('settings', mutatedReply(recordedReplies('CONFIG GET')), async reply => {
    const reading = await readConfig(topology, nodes(answeringNode(() => reply)), {});
    for (const values of Object.values(reading.values))
      for (const value of Object.values(values)) assert.equal(typeof value, 'string');
  });

  fuzz(
    'bus links and settings of a check',
    fc.tuple(linksLike(), mutatedReply(recordedReplies('CONFIG GET'))),
    async ([links, config]) => {
      const connection = answeringNode(question =>
        question.startsWith('CONFIG') ? config : question === 'TIME' ? ['1', '2'] : links,
      );
      const answer = await askNode(connection, undefined);
      for (const { reason } of answer.refused) assertReadable(reason, [links, config]);
      assertSound(answer);
    },
  );

  it('links of the bus, as every version sends them', () => {
    const sent = recordedReplies('CLUSTER LINKS') as Reply[][][];
    for (const links of sent) {
      const named = links.map(words => fieldsOf<Reply>(words));
      const oldest = Math.min(...named.map(link => Number(link.get('create-time'))));
      assert.deepEqual(
        readLinks(Buffer.concat(encode(links)), oldest),
        named.map(link => ({
          direction: link.get('direction'),
          peerId: link.get('node'),
          isYoung: Number(link.get('create-time')) > oldest,
        })),
      );
    }
    // Not all are alike, or the test would tell nothing.
    assert.deepEqual([...new Set(sent.flat().map(words => words[1]))].sort(), ['from', 'to']);
  });

  fuzz('COMMAND INFO', mutatedReply(recordedReplies('COMMAND INFO')), async reply => {
    const info = await askCommandInfo(
      ['GET', 'k'],
      answeringNode(() => reply),
    );
    if (info) for (const word of [...info.flags, ...info.categories]) assert.equal(typeof word, 'string');
  });

  fuzz('COMMAND DOCS', mutatedReply(recordedReplies('COMMAND DOCS')), async reply => {
    const docs = await commandDocs(topology, nodes(answeringNode(() => reply)), undefined);
    for (const { name, syntax, summary } of docs)
      assert.deepEqual(
        [name, syntax, summary].map(part => typeof part),
        ['string', 'string', 'string'],
      );
  });

  fuzz('function libraries', mutatedReply(recordedReplies('FUNCTION LIST')), async reply => {
    const node = nodes(answeringNode(() => reply));
    const read = await acceptedLater(() => readLibraries({ id: 'a', address }, node), [MalformedReplyError], {
      input: reply,
    });
    for (const library of read ?? []) {
      assertReadable(`library ${library.name}`, reply);
      for (const name of library.functions) assertReadable(`function ${name}`, reply);
    }
    await functionNames(address, node as never);
  });

  fuzz(
    'any reply, as it is shown',
    mutatedReply(Object.values(recordings).flatMap(({ master }) => Object.values(master))),
    reply => {
      const asBytes = (part: Reply): never =>
        (Array.isArray(part) ? part.map(asBytes) : typeof part === 'string' ? Buffer.from(part) : part) as never;
      assert.ok(renderReply(asBytes(reply)).length <= 70_000);
    },
  );
});

describe('What a node refuses', () => {
  const words = ['AUTH', 'alice', 'hunter2'] as const;
  const replies = [
    'WRONGPASS invalid username-password pair or user is disabled.',
    "ERR unknown command 'AUTH', with args beginning with: 'alice' 'hunter2' ",
    "NOPERM User alice has no permissions to run the 'cluster|nodes' command",
    'LOADING Redis is loading the dataset in memory',
    'MOVED 12182 127.0.0.1:7002',
  ];

  fuzz('is told in words that hold no secret', textLike(replies), text => {
    const error = refusal(address, words, text);
    assertReadable(error.message, text);
    assert.ok(!error.message.includes('hunter2'), error.message);
    assert.ok(error.message.length < 1000);
    assertReadable(explainRefusal(address, [error], { loading_loaded_perc: text }).message, text);
  });

  fuzz(
    'is sorted out among the permissions',
    fc.array(mutatedReply(replies), { minLength: 1, maxLength: 8 }),
    async given => {
      let at = 0;
      const connection = answeringNode(() => given[at++ % given.length]);
      const found = await acceptedLater(
        () => askPermissions(connection, { username: 'alice', signal: new AbortController().signal }),
        [ClusterError],
        { input: given },
      );
      if (found) assertReadable(tellPermissions(found).text, given);
    },
  );
});

describe('The beginning of an RDB file', () => {
  const start = Buffer.from(
    'REDIS0011\xfa\x09redis-ver\x067.0.15\xfa\x05ctime\xc2\x00\x00\x00\x65\xfe\x00\xfb\x03\x00',
    'latin1',
  );
  fuzz('is read as far as it goes', fc.tuple(fc.nat(60), fc.uint8Array({ maxLength: 30 })), ([at, bytes]) => {
    const head = readRdbHead(Buffer.concat([start.subarray(0, at), bytes]));
    assertSound(head);
  });
});

function linksLike(): fc.Arbitrary<Reply> {
  return mutatedReply(recordedReplies('CLUSTER LINKS'));
}

function wholeNode(): fc.Arbitrary<Readonly<Record<string, Reply>>> {
  const questions = [
    'INFO',
    'INFO commandstats',
    'INFO latencystats',
    'LATENCY LATEST',
    'SLOWLOG GET',
    'CLIENT LIST',
    'COMMAND INFO',
    'CONFIG GET',
    'TIME',
  ];
  return fc.record(Object.fromEntries(questions.map(question => [question, mutatedReply(recordedReplies(question))])));
}

function answerOf(answers: Readonly<Record<string, Reply>>): (question: string) => Reply | undefined {
  const names = Object.keys(answers).sort((one, other) => other.length - one.length);
  return question => answers[names.find(name => question.startsWith(name)) ?? ''];
}
