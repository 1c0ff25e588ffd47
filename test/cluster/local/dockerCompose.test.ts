import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  hasDockerCompose,
  publishedPorts,
  removeComposeProject,
  startComposeProject,
  type ComposeProject,
} from '../../../src/core/local/dockerCompose';
import type { LocalServerError } from '../../../src/core/local/localServerError';
import { composeTextFrom, makeFakeDocker, type FakeDocker } from '../../support/fakeDocker';
import { findFreePortRange } from '../../support/freePorts';
import { eventually, sendCommand } from '../../support/testCluster';

describe('servers by docker compose, from a docker that stands in for an engine', () => {
  const path = process.env.PATH;
  let directory: string;
  let docker: FakeDocker;
  let project: ComposeProject;
  let ports: number[];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rcm-docker-'));
    docker = await makeFakeDocker(directory);
    process.env.PATH = `${docker.folder}:${path}`;
    project = { file: join(directory, 'compose.yml'), project: 'a-test' };
    await writeFile(project.file, await composeTextFrom(await findFreePortRange(8)));
    ports = publishedPorts(await readFile(project.file, 'utf8'));
  });
  afterEach(async () => {
    await docker.setTrouble(undefined);
    await removeComposeProject(project);
    process.env.PATH = path;
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  });

  const failure = (options = {}): Promise<LocalServerError> =>
    startComposeProject(project, options).then(
      () => assert.fail('it started'),
      (error: unknown) => error as LocalServerError,
    );

  it('are there when it is done, on the ports of the file, and gone after they were removed', async () => {
    assert.equal(ports.length, 8);
    assert.deepEqual(
      publishedPorts(await readFile('docker-compose.yml', 'utf8')),
      ports.map((_, at) => 7000 + at),
    );
    assert.equal(await hasDockerCompose(), true);
    await startComposeProject(project);
    for (const port of ports) assert.equal(await sendCommand(port, ['PING']), 'PONG');
    await removeComposeProject(project);
    for (const port of ports)
      await eventually(
        () =>
          sendCommand(port, ['PING']).then(
            () => false,
            () => true,
          ),
        { what: `${port} is gone` },
      );
    assert.deepEqual(await docker.calls(), ['ps -a -q', 'up -d --wait', 'down --volumes']);
  });

  it('are left alone where they run already', async () => {
    await startComposeProject(project);
    const { code, message } = await failure();
    assert.equal(code, 'directoryInUse');
    assert.match(message, /left alone; nothing was started.*docker compose -p a-test down --volumes/);
    for (const port of ports) assert.equal(await sendCommand(port, ['PING']), 'PONG');
  });

  for (const [trouble, code, words] of [
    ['noEngine', 'dockerFailed', /^The Docker engine does not run\..*Nothing was started\. Start it/s],
    ['portTaken', 'portInUse', /in use on 127\.0\.0\.1\..*port is already allocated.*removed again/s],
    [
      'noImage',
      'dockerFailed',
      /failed\. It said:\ntwo\nthree\nfour\nfive\nError.*redis:8 not found\n.*removed again/s,
    ],
  ] as const)
    it(`say what the engine says: ${trouble}`, async () => {
      await docker.setTrouble(trouble);
      const error = await failure();
      assert.equal(error.code, code);
      assert.match(error.message, words);
      assert.equal((await docker.calls()).at(-1), trouble === 'noEngine' ? 'ps -a -q' : 'down --volumes');
    });

  it('are given up after a time, or when somebody says so, and nothing is left', async () => {
    await docker.setTrouble('hangs');
    assert.match((await failure({ timeoutMilliseconds: 1000 })).message, /^docker compose was not done within 1 s\./);
    const reason = new Error('turned away');
    const cancelling = new AbortController();
    const starting = failure({ signal: cancelling.signal });
    await eventually(async () => (await docker.calls()).filter(call => call.startsWith('up')).length === 2, {
      what: 'it has begun',
    });
    cancelling.abort(reason);
    assert.equal(await starting, reason);
    assert.equal((await docker.calls()).at(-1), 'down --volumes');
  });

  it('are not to be had without docker', async () => {
    process.env.PATH = join(directory, 'nowhere');
    assert.equal(await hasDockerCompose(), false);
    assert.match((await failure()).message, /^There is no docker in PATH\..*Install Docker/);
    process.env.PATH = `${docker.folder}:${path}`;
  });
});
