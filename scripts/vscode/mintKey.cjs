// Loaded into VS Code's server before it starts: answers POST /mint-key, which the page of this build asks for the half of
// the key that its secret storage is encrypted with. Without an answer a reload of the page forgets every password.
const { randomBytes } = require('node:crypto');
const { readFileSync, writeFileSync } = require('node:fs');
const { Server } = require('node:http');

const file = process.env.RCM_MINT_KEY_FILE;

if (file !== undefined) {
  const emit = Server.prototype.emit;
  Server.prototype.emit = function (event, request, response, ...rest) {
    if (event !== 'request' || request.method !== 'POST' || !/^\/+mint-key$/.test(request.url.split('?')[0]))
      return emit.call(this, event, request, response, ...rest);
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'cache-control': 'no-store' });
    response.end(readKey());
    return true;
  };
}

function readKey() {
  try {
    return readFileSync(file);
  } catch {
    const key = randomBytes(32);
    writeFileSync(file, key, { mode: 0o600 });
    return key;
  }
}
