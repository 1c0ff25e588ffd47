import type { HostileAnswer } from './hostileServer';

/** The id of a node by a number. */
export function idOf(number: number): string {
  return number.toString(16).padStart(40, '0');
}

/** A line of CLUSTER NODES. */
export function lineOf(id: string, address: string, { own = false, slots = '' } = {}): string {
  return `${id} ${address}@1 ${own ? 'myself,' : ''}master - 0 0 1 connected ${slots}`.trim();
}

/** What a node answers that is as it should be but for what it lists: `lines` of CLUSTER NODES. */
export function wellBut(lines: () => string): (words: readonly string[]) => HostileAnswer {
  return ([name = '', sub = '']) => {
    const question = `${name} ${sub}`.toUpperCase().trim();
    if (question === 'CLUSTER NODES') return `${lines()}\n`;
    if (question === 'CLUSTER INFO') return clusterInfo;
    if (question === 'INFO') return info;
    return new Error('ERR unknown command');
  };
}

const info = textOf({
  ...{ redis_version: '7.0.15', redis_mode: 'cluster', process_id: 1, uptime_in_seconds: 60, role: 'master' },
  ...{ master_repl_offset: 1, used_memory: 1, maxmemory: 0, loading: 0, cluster_enabled: 1, connected_clients: 1 },
  ...{ evicted_keys: 0, instantaneous_ops_per_sec: 1 },
});

const clusterInfo = textOf({
  ...{ cluster_state: 'ok', cluster_slots_assigned: 16384, cluster_slots_ok: 16384, cluster_slots_pfail: 0 },
  ...{ cluster_slots_fail: 0, cluster_known_nodes: 2, cluster_size: 2, cluster_current_epoch: 1, cluster_my_epoch: 1 },
});

function textOf(fields: Readonly<Record<string, string | number>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}:${value}\r\n`)
    .join('');
}
