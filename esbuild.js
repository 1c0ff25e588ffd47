// Builds everything that ships: the extension, the core alone, and the page. `--watch` rebuilds, `--production` minifies.
const esbuild = require('esbuild');
const { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } = require('node:fs');
const { join, resolve } = require('node:path');
const { thirdPartyNotices } = require('./scripts/build/thirdPartyNotices');

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');

const coreEntry = 'src/core/index.ts';
const common = { bundle: true, minify: production, sourcemap: !production, logLevel: 'info', legalComments: 'none' };
const host = {
  ...common,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  // Parts of the extension are required: they need no second loader.
  supported: { 'dynamic-import': false },
};

/**
 * The core is most of the code, and activation needs none of it: to the extension its exports are getters, and the first one read
 * loads `dist/core.js`, as `import defer` will. A module that uses the core at its top level would load it at once;
 * test/host/suite/activation.test.ts tells.
 */
const coreOnFirstUse = {
  name: 'core-on-first-use',
  setup(build) {
    const namespace = 'on-first-use';
    build.onResolve({ filter: /\/core\/index$/ }, () => ({ path: 'core', namespace }));
    build.onResolve({ filter: /^\.\/core\.js$/, namespace }, ({ path }) => ({ path, external: true }));
    build.onLoad({ filter: /^core$/, namespace }, async () => {
      const getters = (await namesOfCore()).map(
        name => `get ${name}() { return (core ??= require('./core.js')).${name}; }`,
      );
      return {
        contents: `let core;\nmodule.exports = {\n__esModule: true,\n${getters.join(',\n')}\n};`,
        watchFiles: [resolve(coreEntry)],
      };
    });
  },
};

/** Few clusters lie behind a jump host: what speaks SSH is a file of its own, read with the first tunnel. */
const sshOnFirstUse = {
  name: 'ssh-on-first-use',
  setup(build) {
    build.onResolve({ filter: /^ssh2$/ }, () => ({ path: './ssh.js', external: true }));
  },
};

/** Of ssh2 what src/core/connection/tunnel/loadSsh2.ts names; its parts of machine code are left out, each has a substitute. */
const ssh = {
  ...host,
  stdin: {
    contents: `
      exports.Client = require('ssh2/lib/client.js');
      exports.utils = { parseKey: require('ssh2/lib/protocol/keyParser.js').parseKey };`,
    resolveDir: __dirname,
  },
  external: ['cpu-features', '*.node'],
  outfile: 'dist/ssh.js',
};

// Every module that imports the API as a whole would get a copy of its hundreds of names, at 0.5 ms each: one is enough.
const vscodeOnce = {
  name: 'vscode-once',
  setup(build) {
    const namespace = 'once';
    build.onResolve({ filter: /^vscode$/ }, ({ path, namespace: from }) =>
      from === namespace ? { path, external: true } : { path, namespace },
    );
    build.onLoad({ filter: /^vscode$/, namespace }, () => ({ contents: "export * from 'vscode';" }));
  },
};

/** The script of the topology page: what every page needs, and parts that it imports when they are wanted. */
const page = {
  bundle: true,
  legalComments: 'none',
  platform: 'browser',
  format: 'esm',
  splitting: true,
  target: 'es2023',
  entryPoints: { topology: join(__dirname, 'src/webview/main.ts') },
  chunkNames: '[name]-[hash]',
  outdir: join(__dirname, 'dist/webview'),
};

const builds = [
  {
    ...host,
    entryPoints: { extension: 'src/extension/extension.ts' },
    outdir: 'dist',
    plugins: [coreOnFirstUse, vscodeOnce],
  },
  // No `external` here: a stray import of vscode in the core must not resolve.
  { ...host, entryPoints: { core: coreEntry }, outdir: 'dist', plugins: [sshOnFirstUse] },
  ssh,
  { ...common, ...page },
];

/** What the core exports at run time: its types are gone. */
async function namesOfCore() {
  const entry = {
    entryPoints: [coreEntry],
    format: 'esm',
    outdir: 'dist',
    write: false,
    metafile: true,
    plugins: [sshOnFirstUse],
  };
  const { metafile } = await esbuild.build(entry);
  return Object.values(metafile.outputs).flatMap(output => output.exports);
}

async function main() {
  mkdirSync('dist/webview', { recursive: true });
  for (const file of readdirSync('dist/webview').filter(name => /\.js(\.map)?$/.test(name)))
    rmSync(join('dist/webview', file));
  for (const file of ['codicon.css', 'codicon.ttf'])
    copyFileSync(require.resolve(`@vscode/codicons/dist/${file}`), `dist/webview/${file}`);
  if (!watch) {
    const results = await Promise.all(builds.map(options => esbuild.build({ ...options, metafile: true })));
    const notices = thirdPartyNotices(
      results.map(({ metafile }) => metafile),
      ['@vscode/codicons'],
    );
    return void writeFileSync('dist/ThirdPartyNotices.txt', notices);
  }
  const contexts = await Promise.all(builds.map(options => esbuild.context(options)));
  await Promise.all(contexts.map(context => context.watch()));
}

if (require.main === module) main().catch(() => process.exit(1));

module.exports = { page, builds };
