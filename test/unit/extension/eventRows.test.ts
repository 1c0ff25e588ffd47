import assert from 'node:assert/strict';
import type { MonitorChange } from '../../../src/core/index';
import type { ClusterState } from '../../../src/extension/sessions/clusterState';
import { buildTreeRows } from '../../../src/extension/tree/buildTreeRows';
import { contextWords } from '../../../src/extension/tree/contextWords';
import { diffRows } from '../../../src/extension/tree/diffRows';
import type { TreeRow } from '../../../src/extension/tree/elements';
import { tooltipOf } from '../../../src/extension/tree/tooltips';
import { nodeId, sampleState, sampleTopology, threeShards, withNodes } from './sampleCluster';

const at = new Date(2030, 0, 1, 14, 3, 10).getTime();
const down = withNodes(threeShards, { port: 7003, masterPort: 7000, down: 'fail' });

/** A replica that failed for two seconds. */
function eventfulState(): ClusterState {
  const state = sampleState(threeShards);
  [threeShards, down, threeShards].forEach((nodes, index) => {
    const topology = { ...sampleTopology(nodes), observedAtMilliseconds: at + index * 2000 };
    state.timeline.accept({ topology, previous: topology, events: [], afterPause: false } as unknown as MonitorChange);
  });
  return { ...state, topology: { ...state.topology!, observedAtMilliseconds: at + 4000 } };
}

function eventsOf(state: ClusterState): TreeRow | undefined {
  return buildTreeRows([state], 'shard')[0]!.children.find(({ element }) => element.kind === 'events');
}

describe('The rows of events', () => {
  it('are not there while nothing has happened', () => {
    assert.equal(eventsOf(sampleState(threeShards)), undefined);
  });

  it('stand folded and last below the cluster, with their time, an icon and a way to the node', () => {
    const state = eventfulState();
    const group = eventsOf(state)!;
    assert.deepEqual([group.label, group.expansion, group.contextValue], ['Events (1)', 'collapsed', 'events']);
    assert.equal(buildTreeRows([state], 'host')[0]!.children.at(-1)!.label, 'Events (1)');
    const [event] = group.children;
    assert.equal(event!.label, '127.0.0.1:7003 is ok again; it was down for 2.0 s.');
    assert.equal(event!.description, '14:03:14');
    assert.equal(event!.icon.id, 'pass');
    assert.deepEqual(event!.opens, { clusterId: 'sample', nodeId: nodeId(7003) });
    assert.equal(event!.spoken, `${event!.label} 14:03:14`);
  });

  it('hold the stages of an event, each with its own time', () => {
    const [event] = eventsOf(eventfulState())!.children;
    assert.deepEqual(
      event!.children.map(({ label, description, icon }) => [label, description, icon.id]),
      [
        ['127.0.0.1:7003 failed: 5 of 5 nodes agree.', '14:03:12', 'error'],
        ['127.0.0.1:7003 is ok again.', '14:03:14', 'pass'],
      ],
    );
  });

  it('are the latest twenty, and the group says how many there are', () => {
    const state = sampleState(threeShards);
    for (let note = 0; note < 25; note++)
      state.timeline.note({ atMilliseconds: at + note, kind: 'supervisor', text: `Note ${note}.` });
    const group = eventsOf(state)!;
    assert.deepEqual([group.label, group.description, group.children.length], ['Events (25)', 'the latest 20', 20]);
    assert.equal(group.children[0]!.label, 'Note 24.');
  });

  it('name the day of what happened on another one, and what was only found', () => {
    const state = sampleState(threeShards);
    const later = { ...state.topology!, observedAtMilliseconds: at + 2 * 86_400_000 };
    state.timeline.accept({
      topology: { ...sampleTopology(down), observedAtMilliseconds: at },
      previous: undefined,
      events: [],
      afterPause: false,
    } as unknown as MonitorChange);
    const [event] = eventsOf({ ...state, topology: later })!.children;
    assert.equal(event!.description, 'Jan 1 14:03:10 or earlier');
  });

  it('lead nowhere once their node is gone', () => {
    const state = sampleState(threeShards);
    const note = { atMilliseconds: at, kind: 'supervisor' as const, text: 'Gone.', nodeId: nodeId(7099) };
    state.timeline.note(note);
    assert.equal(eventsOf(state)!.children[0]!.opens, undefined);
  });

  it('have ids of their own, words that menus know, and no icon that others wrote', () => {
    const state = eventfulState();
    state.timeline.note({ atMilliseconds: at, kind: 'operation', text: 'Fix $(flame): it began.' });
    const rows = flat([eventsOf(state)!]);
    assert.equal(new Set(rows.map(({ element }) => element.id)).size, rows.length);
    const known = new Set<string>(contextWords);
    for (const { contextValue, label } of rows) {
      assert.ok(known.has(contextValue), contextValue);
      assert.ok(!label.includes('$('));
    }
  });

  it('stay the same rows when a look shows nothing new', () => {
    const state = eventfulState();
    const before = buildTreeRows([state], 'shard');
    const topology = { ...sampleTopology(threeShards), observedAtMilliseconds: at + 6000 };
    state.timeline.accept({ topology, previous: topology, events: [], afterPause: false } as unknown as MonitorChange);
    assert.deepEqual(diffRows(before, buildTreeRows([state], 'shard')), []);
  });

  it('tell the whole story on hover', () => {
    const state = eventfulState();
    const [event] = eventsOf(state)!.children;
    const text = tooltipOf(event!.element, state)!.replaceAll('\\', '');
    assert.match(text, /^127\.0\.0\.1:7003 is ok again; it was down for 2\.0 s\.\n\n1\/1\/2030, 14:03:14\.\n\n/);
    assert.match(text, /- 14:03:12 127\.0\.0\.1:7003 failed: 5 of 5 nodes agree\.\n- 14:03:14 /);
    assert.equal(tooltipOf(eventsOf(state)!.element, state), undefined);
  });
});

function flat(rows: readonly TreeRow[]): TreeRow[] {
  return rows.flatMap(row => [row, ...flat(row.children)]);
}
