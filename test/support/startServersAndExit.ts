import { startLocalServers, type LocalServerOptions } from '../../src/core/local/localServers';

// A window that is closed: starts local servers with the options on its standard input, and ends without stopping them.
let text = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', (part: string) => (text += part));
process.stdin.once('end', () => {
  void startLocalServers(JSON.parse(text) as LocalServerOptions).then(() => process.exit(0));
});
