const unit = name => `test/unit/${name}.test.ts`;
const property = name => `test/property/${name}.test.ts`;

/** What is mutated together, and the tests that have to notice: few each, since many a mutant wants all of them loaded anew. */
export const parts = {
  topology: { mutate: ['topology/**'], tests: [unit('topology/**/*'), property('topology/**/*')] },
  health: { mutate: ['health/**'], tests: [unit('health/**/*')] },
  slots: {
    mutate: ['plan/slots/**', 'plan/{planBalanceSlots,planReshard,planDrain,divideSlots}.ts'],
    tests: [unit('plan/slot*'), unit('plan/divideSlots'), property('plan/evenOut'), property('plan/slots')],
  },
  balance: {
    mutate: ['plan/balance/**', 'plan/planMoveReplica.ts'],
    tests: [
      unit('plan/balanceRoles'),
      unit('plan/planMembers'),
      unit('plan/members/members'),
      property('plan/balanceRoles'),
    ],
  },
  create: {
    mutate: ['plan/placement/**', 'plan/{planCreate,createSteps,countMasters,selectNodes,refuseUnfitNodes}.ts'],
    tests: [unit('plan/planCreate*'), property('plan/placement')],
  },
  failover: {
    mutate: ['plan/failover/**', 'plan/planFailover.ts'],
    tests: [unit('plan/planFailover'), unit('plan/failoverWarnings')],
  },
  members: {
    mutate: ['plan/members/**', 'plan/{planAddNode,planRemoveNode,planReplaceNode}.ts'],
    tests: [unit('plan/planMembers'), unit('plan/planReplaceNode'), unit('plan/members/*')],
  },
  fix: { mutate: ['plan/fix/**'], tests: [unit('plan/fix/*')] },
  config: { mutate: ['plan/config/**'], tests: [unit('plan/config/*')] },
  command: { mutate: ['plan/command/**'], tests: [unit('plan/command/*')] },
  import: { mutate: ['plan/import/**'], tests: [unit('plan/planImport'), unit('plan/importWarnings')] },
  text: {
    mutate: [
      'plan/{describePlan,planMarkdown,markdownText,planCommands,topologyAfter,worstRisk,phrases,nodeChoice,sortByAddress}.ts',
    ],
    // Whatever plans says it with these.
    tests: [unit('plan/**/*')],
  },
};
