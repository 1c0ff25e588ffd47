// The runner of Stryker asks for parts of mocha without their ending, which became `.cjs` in mocha 12.
const { _extensions } = require('node:module');
_extensions['.cjs'] ??= _extensions['.js'];
