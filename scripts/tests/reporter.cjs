// Mocha's own "spec" output, and the counts in a file for the summary of all parts.
const { mkdirSync, writeFileSync } = require('node:fs');
const { dirname } = require('node:path');
const Mocha = require('mocha');

module.exports = class extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const failures = [];
    runner.on('fail', test => failures.push(test.fullTitle()));
    runner.once('end', () => {
      const path = process.env.RCM_TEST_REPORT;
      if (!path) return;
      const { passes, pending } = runner.stats;
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, JSON.stringify({ passed: passes, pending, failures }));
    });
  }
};
