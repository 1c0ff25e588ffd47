// The layers of the house: imports run one way and never in a circle.
const layer = (name, path, mayNot) => ({
  name,
  severity: 'error',
  from: { path },
  to: { path: mayNot },
});

module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, pathNot: '\\.d\\.ts$' }, to: {} },
    layer('core-stands-alone', '^src/core/', '^src/(extension|webview|shared)/'),
    layer('shared-stands-alone', '^src/shared/', '^src/(extension|webview|core)/'),
    layer('webview-only-shared', '^src/webview/', '^src/(extension|core)/'),
    layer('extension-not-page', '^src/extension/', '^src/webview/'),
    {
      name: 'extension-through-the-barrel',
      comment: 'What the outside may use of the core is in src/core/index.ts.',
      severity: 'error',
      from: { path: '^src/extension/' },
      to: { path: '^src/core/', pathNot: '^src/core/index\\.ts$' },
    },
    {
      name: 'no-inner-barrel',
      severity: 'error',
      from: { path: '^src/core/[^/]+/' },
      to: { path: '^src/core/index\\.ts$' },
    },
    layer('topology-is-the-ground', '^src/core/topology/', '^src/core/(?!topology/)'),
    layer('health-is-pure', '^src/core/health/', '^src/core/(?!topology/|health/)'),
    layer('plan-is-pure', '^src/core/plan/', '^src/core/(?!topology/|health/|plan/)'),
    layer('connection-knows-servers-only', '^src/core/connection/', '^src/core/(?!topology/|connection/)'),
    layer('migration-below-operation', '^src/core/migration/', '^src/core/(operation|monitor|supervisor|local)/'),
    layer('operation-below-monitor', '^src/core/operation/', '^src/core/(monitor|supervisor|local)/'),
    layer('monitor-below-supervisor', '^src/core/monitor/', '^src/core/(supervisor|local|operation|plan)/'),
    layer('local-knows-no-cluster', '^src/core/local/', '^src/core/(?!topology/|local/)'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js'] },
  },
};
