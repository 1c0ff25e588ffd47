// Mocha's own "spec" output, the slowest files, the ends of the servers' logs of what failed, and all of it in a file for the
// summary of all parts: also when the run is ended before its end.
const { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { dirname, join, relative } = require('node:path');
const Mocha = require('mocha');

const root = join(__dirname, '../..');
const { Base, Spec } = Mocha.reporters;

module.exports = class extends Spec {
  constructor(runner, options) {
    super(runner, options);
    const report = process.env.RCM_TEST_REPORT;
    if (!report) return;
    const failures = [];
    const files = new Map();
    const logs = report.replace(/\.json$/, '-servers');
    let begun = Date.now();
    let fileBegun = begun;
    let current;
    let ended = false;
    rmSync(logs, { recursive: true, force: true });

    runner.on('suite', suite => {
      if (suite.parent?.root) fileBegun = begun = Date.now();
    });
    runner.on('suite end', suite => {
      if (!suite.parent?.root) return;
      const file = relative(root, suite.file ?? '');
      files.set(file, (files.get(file) ?? 0) + (Date.now() - fileBegun) / 1000);
    });
    runner.on('test', test => {
      begun = Date.now();
      current = test.fullTitle();
    });
    runner.on('hook', hook => (current = hook.fullTitle()));
    runner.on('fail', test => {
      failures.push(test.fullTitle());
      // test/support/serverLogs.ts puts a file there for every server of this test.
      process.emit('testFailed', { directory: join(logs, String(failures.length)), since: begun });
    });
    const finish = () => {
      const { passes, pending } = runner.stats;
      mkdirSync(dirname(report), { recursive: true });
      const seconds = Object.fromEntries([...files].sort(([, a], [, b]) => b - a));
      const during = ended ? undefined : current;
      writeFileSync(report, JSON.stringify({ passed: passes, pending, failures, during, seconds }));
      printServerLogs(logs, failures);
      Base.consoleLog(slowest(seconds));
    };
    runner.once('end', () => {
      ended = true;
      finish();
    });
    // Ended for its time: what failed until then is told all the same.
    process.once('exit', () => {
      if (ended) return;
      this.stats.duration = Date.now() - this.stats.start;
      this.epilogue();
      finish();
    });
    const exit = () => process.exit(143);
    process.once('SIGTERM', exit);
    runner.once('end', () => process.off('SIGTERM', exit));
  }
};

/** Of the first failures only: the others often follow from them, and all logs are kept. */
function printServerLogs(logs, failures) {
  for (const [index, title] of failures.slice(0, 3).entries()) {
    const directory = join(logs, String(index + 1));
    for (const name of namesIn(directory)) {
      const lines = readFileSync(join(directory, name), 'utf8').trimEnd().split('\n');
      Base.consoleLog(`  ${index + 1}) ${title}: ${relative(root, join(directory, name))}`);
      for (const line of lines.slice(-10)) Base.consoleLog(`       ${line.slice(0, 200)}`);
    }
  }
}

function namesIn(directory) {
  try {
    return readdirSync(directory);
  } catch {
    // No server of this test.
    return [];
  }
}

function slowest(seconds) {
  const lines = Object.entries(seconds)
    .slice(0, 10)
    .map(([file, taken]) => `  ${taken.toFixed(1).padStart(6)} s ${file}`);
  return `\n  the slowest files\n${lines.join('\n')}`;
}
