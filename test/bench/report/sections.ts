/** The benchmarks in the order of the document: the name is that of the file in test/bench, `needs` steps of the set-up. */
export const sections = [
  { name: 'create', title: 'Create a cluster', needs: ['redis'], limitMinutes: 20 },
  { name: 'observe', title: 'Observe: parse and merge what all nodes say of all nodes', needs: [], limitMinutes: 10 },
  { name: 'detect', title: 'Detect: from a kill to its being known', needs: ['redis'], limitMinutes: 10 },
  {
    name: 'treeRow',
    title: 'Detect: from a kill to the row in VS Code',
    needs: ['redis', 'chromium', 'vscode'],
    limitMinutes: 10,
  },
  { name: 'failover', title: 'Failover: how long a client cannot write', needs: ['redis'], limitMinutes: 10 },
  { name: 'heal', title: 'Heal: role given back, failed node replaced', needs: ['redis'], limitMinutes: 15 },
  { name: 'reshard', title: 'Move slots with SETSLOT and MIGRATE', needs: ['redis', 'servers'], limitMinutes: 40 },
  { name: 'atomic', title: 'Move slots by the migration of the servers', needs: ['servers'], limitMinutes: 10 },
  { name: 'rebalance', title: 'Rebalance onto a new master', needs: ['redis'], limitMinutes: 20 },
  { name: 'planSlots', title: 'Plan slots of 1000 masters', needs: [], limitMinutes: 5 },
  { name: 'check', title: 'Check a cluster', needs: ['redis'], limitMinutes: 15 },
  { name: 'picture', title: 'The topology page', needs: ['chromium'], limitMinutes: 10 },
  { name: 'watch', title: 'Watch 1000 nodes', needs: [], limitMinutes: 15 },
  { name: 'activation', title: 'Activation', needs: ['chromium', 'vscode'], limitMinutes: 10 },
  { name: 'memory', title: 'Memory', needs: ['chromium', 'vscode'], limitMinutes: 30 },
] as const;
