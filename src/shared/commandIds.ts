/** Every command of the extension. A test holds package.json against this list. */
export const commandIds = {
  createLocalCluster: 'redisCluster.createLocalCluster',
  createCluster: 'redisCluster.createCluster',
  addCluster: 'redisCluster.addCluster',
  removeCluster: 'redisCluster.removeCluster',
  refresh: 'redisCluster.refresh',
  showTopology: 'redisCluster.showTopology',
  groupByHost: 'redisCluster.groupByHost',
  groupByShard: 'redisCluster.groupByShard',
  openTerminal: 'redisCluster.openTerminal',
  copyAddress: 'redisCluster.copyAddress',
  startNode: 'redisCluster.startNode',
  stopNode: 'redisCluster.stopNode',
  killNode: 'redisCluster.killNode',
  pauseNode: 'redisCluster.pauseNode',
  resumeNode: 'redisCluster.resumeNode',
  stopLocalCluster: 'redisCluster.stopLocalCluster',
  startLocalServers: 'redisCluster.startLocalServers',
  check: 'redisCluster.check',
  fix: 'redisCluster.fix',
  failover: 'redisCluster.failover',
  replaceNode: 'redisCluster.replaceNode',
  addNode: 'redisCluster.addNode',
  makeSpare: 'redisCluster.makeSpare',
  addSpare: 'redisCluster.addSpare',
  removeNode: 'redisCluster.removeNode',
  moveReplica: 'redisCluster.moveReplica',
  balanceRoles: 'redisCluster.balanceRoles',
  balanceSlots: 'redisCluster.balanceSlots',
  rebalance: 'redisCluster.rebalance',
  reshard: 'redisCluster.reshard',
  drain: 'redisCluster.drain',
  superviseCluster: 'redisCluster.superviseCluster',
  explainSupervisor: 'redisCluster.explainSupervisor',
  approveAct: 'redisCluster.approveAct',
  declineAct: 'redisCluster.declineAct',
  acknowledgeSupervisor: 'redisCluster.acknowledgeSupervisor',
  askAgain: 'redisCluster.askAgain',
  exportPlan: 'redisCluster.exportPlan',
  pauseOperation: 'redisCluster.pauseOperation',
  resumeOperation: 'redisCluster.resumeOperation',
  cancelOperation: 'redisCluster.cancelOperation',
  rollBackOperation: 'redisCluster.rollBackOperation',
  dismissOperation: 'redisCluster.dismissOperation',
  enterPassword: 'redisCluster.enterPassword',
  showLog: 'redisCluster.showLog',
} as const;

export type CommandId = (typeof commandIds)[keyof typeof commandIds];

/** Commands that belong to one view, which registers them itself. */
export const viewCommandIds = {
  showOperation: 'redisCluster.showOperation',
} as const;

export const viewIds = {
  clusters: 'redisCluster.clusters',
  operations: 'redisCluster.operations',
  topology: 'redisCluster.topology',
} as const;
