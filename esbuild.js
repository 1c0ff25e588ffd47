// Builds everything that ships: the extension, the core alone, and the page. `--watch` rebuilds, `--production` minifies.
const esbuild = require('esbuild');
const { copyFileSync, mkdirSync } = require('node:fs');

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');

const common = { bundle: true, minify: production, sourcemap: !production, logLevel: 'info', legalComments: 'none' };
const host = { ...common, platform: 'node', format: 'cjs', target: 'node20' };

const builds = [
  { ...host, entryPoints: { extension: 'src/extension/extension.ts' }, outdir: 'dist', external: ['vscode'] },
  // No `external` here: a stray import of vscode in the core must not resolve.
  { ...host, entryPoints: { core: 'src/core/index.ts' }, outdir: 'dist' },
  {
    ...common,
    platform: 'browser',
    format: 'iife',
    target: 'es2023',
    entryPoints: { topology: 'src/webview/main.ts' },
    outdir: 'dist/webview',
  },
];

async function main() {
  mkdirSync('dist/webview', { recursive: true });
  for (const file of ['codicon.css', 'codicon.ttf'])
    copyFileSync(require.resolve(`@vscode/codicons/dist/${file}`), `dist/webview/${file}`);
  if (!watch) return void (await Promise.all(builds.map(options => esbuild.build(options))));
  const contexts = await Promise.all(builds.map(options => esbuild.context(options)));
  await Promise.all(contexts.map(context => context.watch()));
}

main().catch(() => process.exit(1));
