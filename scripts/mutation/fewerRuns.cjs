// A mutant that is found needs no smallest counter-example, and one that is not found shall not cost minutes.
const { default: fc } = require('fast-check');
fc.configureGlobal({ seed: 7, endOnFailure: true, interruptAfterTimeLimit: 400, markInterruptAsFailure: false });
