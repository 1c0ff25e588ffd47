// A Redis server and redis-cli: the tests and the demo start real ones.
import { aptCommand, aptInstall, brewInstall, systemName } from './system.mjs';
import { run, which } from './run.mjs';

export const redis = {
  name: 'redis-server',
  async look() {
    const server = which('redis-server');
    if (server === undefined || which('redis-cli') === undefined) return undefined;
    const { status, output } = await run(server, ['--version'], { timeoutSeconds: 20 });
    const version = /v=(\S+)/.exec(output)?.[1];
    return status === 0 && version ? { path: server, version, detail: version } : undefined;
  },
  async install() {
    if (systemName === 'apt') await aptInstall(['redis-server', 'redis-tools']);
    else if (systemName === 'macOS') await brewInstall(['redis']);
    else throw new Error('this system has neither apt-get nor Homebrew');
  },
  byHand: () => (systemName === 'macOS' ? 'brew install redis' : aptCommand(['redis-server'])),
};
