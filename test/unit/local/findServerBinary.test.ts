import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { findServerBinary, ServerBinaryMissingError } from '../../../src/core/local/findServerBinary';

describe('findServerBinary', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rcm-binary-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('reads flavour and version from --version and finds the cli beside the server', async () => {
    const server = await script('redis-server', REDIS);
    const cliPath = await script('redis-cli', '');
    assert.deepEqual(await findServerBinary(server), { path: server, flavour: 'redis', version: '7.0.15', cliPath });
  });

  it('knows a Valkey server by its own version and prefers its own cli', async () => {
    const server = await script('valkey-server', 'Valkey server v=9.1.2 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64');
    await script('redis-cli', '');
    const cliPath = await script('valkey-cli', '');
    assert.deepEqual(await findServerBinary(server), { path: server, flavour: 'valkey', version: '9.1.2', cliPath });
  });

  it('finds the cli beside what a link points to', async () => {
    const server = await script('real/redis-server', REDIS);
    const cliPath = await script('real/redis-cli', '');
    await symlink(server, join(folder, 'my-server'));
    const found = await findServerBinary(join(folder, 'my-server'), { searchPath: '', usualFolders: [] });
    assert.deepEqual(found, { path: join(folder, 'my-server'), flavour: 'redis', version: '7.0.15', cliPath });
  });

  it('searches PATH in its order, then the usual folders, and skips what is no server', async () => {
    const broken = await script('broken/redis-server', 'something else');
    const usual = await script('usual/redis-server', REDIS);
    const places = { searchPath: dirname(broken), usualFolders: [dirname(usual)] };
    assert.equal((await findServerBinary(undefined, places)).path, usual);
    const first = await script('first/valkey-server', 'Valkey server v=8.0.1');
    const searchPath = `${dirname(broken)}:${dirname(first)}`;
    assert.equal((await findServerBinary('', { ...places, searchPath })).path, first);
  });

  it('runs nothing from a relative folder in PATH, which anybody could have put where it starts', async () => {
    await script('redis-server', REDIS);
    const searchPath = `.:${relative(process.cwd(), folder)}:`;
    await assert.rejects(findServerBinary(undefined, { searchPath, usualFolders: [] }), ServerBinaryMissingError);
    assert.equal((await findServerBinary(undefined, { searchPath: folder, usualFolders: [] })).version, '7.0.15');
  });

  it('says how to get a server with the package manager that is there, or with containers', async () => {
    await script('dnf', '');
    const missing = findServerBinary(undefined, { platform: 'linux', searchPath: folder, usualFolders: [] });
    await assert.rejects(missing, (error: ServerBinaryMissingError) => {
      assert(error instanceof ServerBinaryMissingError);
      assert.equal(error.code, 'serverBinaryMissing');
      assert.match(
        error.message,
        /^Neither redis-server nor valkey-server was found .* No server was started\. Choose one: /,
      );
      assert.deepEqual(
        error.choices.map(({ command }) => command),
        ['sudo dnf install valkey', 'docker compose up -d', undefined],
      );
      return true;
    });
  });

  it('names every package manager when none is there', async () => {
    const commandsOn = async (platform: NodeJS.Platform) => {
      const missing = findServerBinary(undefined, { platform, searchPath: folder, usualFolders: [] });
      const error = await missing.then(
        () => assert.fail('found a server'),
        (thrown: ServerBinaryMissingError) => thrown,
      );
      return error.choices.flatMap(({ command }) => command?.split(' ').find(word => word !== 'sudo') ?? []);
    };
    assert.deepEqual(await commandsOn('linux'), ['apt-get', 'dnf', 'pacman', 'zypper', 'apk', 'brew', 'docker']);
    assert.deepEqual(await commandsOn('darwin'), ['brew', 'docker']);
  });

  it('says on Windows that local servers need Docker or WSL and that connecting works', async () => {
    await assert.rejects(findServerBinary(undefined, { platform: 'win32' }), {
      name: 'LocalServerError',
      code: 'unsupportedPlatform',
      message: /Connecting to clusters works on Windows\. For local servers use Docker .* WSL\.$/,
    });
  });

  for (const [what, make, why] of [
    ['does not exist', async () => join(folder, 'nothing'), /nothing does not exist\./],
    ['is a folder', async () => folder, /is not a file\./],
    ['is not executable', () => script('redis-server', REDIS, 0o644), /is not executable\./],
    ['is another program', () => script('redis-server', 'nginx version 1'), /is not a Redis or Valkey server/],
    ['fails', () => script('redis-server', REDIS, 0o755, 3), /does not answer --version\./],
  ] as const) {
    it(`refuses a server path that ${what} with a message of its own`, async () => {
      const message = new RegExp(`${why.source}.* No server was started\\. Set it to a redis-server`);
      await assert.rejects(findServerBinary(await make()), { name: 'LocalServerError', code: 'notAServer', message });
    });
  }

  async function script(name: string, output: string, mode = 0o755, exitCode = 0): Promise<string> {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `#!/bin/sh\necho '${output}'\nexit ${exitCode}\n`);
    await chmod(path, mode);
    return path;
  }
});

const REDIS = 'Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.2.1 bits=64 build=5281e6f1b6fa2a7b';
