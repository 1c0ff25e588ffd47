// `npm run demo`: the core alone, without VS Code. Starts eight local servers, makes a cluster of six of them, shows it,
// writes and reads a thousand keys, lets a node fail and the supervisor heal the cluster while an application writes, and
// removes everything again, also after Ctrl-C or a failure. `npm run demo -- --fast` waits less. `npm run demo -- --nodes 1000`
// watches a large cluster of servers that only speak as such, while nodes of it die and come back.
import { randomBytes, randomInt } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { playStory } from './demo/story.mjs';
import { watchLargeCluster } from './demo/largeCluster.mjs';
import { root } from './setup/run.mjs';

const require = createRequire(import.meta.url);
const keyCount = 1000;
const isFast = process.argv.includes('--fast');
const cleanUps = [];

// Listening on to the end: a second Ctrl-C must not leave servers behind.
const interrupted = new Promise((_, reject) => {
  for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }))
    process.on(signal, () => reject(Object.assign(new Error(`Ended by ${signal}.`), { isExpected: true, code })));
  for (const event of ['uncaughtException', 'unhandledRejection']) process.on(event, reject);
});

try {
  await Promise.race([runDemo(), interrupted]);
} catch (error) {
  fail(error);
}
// The last that was made goes first. One that fails must not keep the others from running.
for (const cleanUp of cleanUps.reverse()) {
  try {
    await cleanUp();
  } catch (error) {
    fail(error);
  }
}
process.exit();

async function runDemo() {
  const core = await loadCore();
  if (process.argv.includes('--nodes')) return watchLargeCluster({ core, isFast, say, cleanUps });
  const { path, flavour, version } = await core.findServerBinary();
  say(`${flavour === 'valkey' ? 'Valkey' : 'Redis'} ${version} (${path})`);

  const password = randomBytes(24).toString('base64url');
  const directory = mkdtempSync(join(tmpdir(), 'redis-cluster-demo-'));
  cleanUps.push(() => rmSync(directory, { recursive: true, force: true }));
  const servers = await startServers(core, password, directory);
  const client = await core.connect({ nodes: servers.nodes, hosts: servers.hosts, password });
  cleanUps.push(() => client.close());

  const empty = await client.observe();
  const plan = core.planCreate(empty, { replicasPerMaster: 1, nodes: servers.nodes.slice(0, 6) });
  say(`\n${core.describePlan(plan)}`);

  const topology = await carryOut(client, plan);
  showTopology(topology);
  showHealth(core.health(topology));
  await writeAndRead(topology, password);
  const story = await playStory({ core, client, servers, password, directory, isFast, say, cleanUps });
  say('\nThe cluster after all that');
  showTopology(story.topology);
  showHealth(core.health(story.topology));
  showStages(story.rows);
}

/** The built core; built first where it is missing or older than its sources. */
async function loadCore() {
  const built = join(root, 'dist', 'core.js');
  const sources = join(root, 'src', 'core');
  const newest = Math.max(
    ...readdirSync(sources, { recursive: true }).map(name => statSync(join(sources, name)).mtimeMs),
  );
  if (!existsSync(built) || statSync(built).mtimeMs < newest)
    await require('esbuild').build({
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      sourcemap: true,
      legalComments: 'none',
      logLevel: 'warning',
      entryPoints: { core: join(sources, 'index.ts') },
      outdir: join(root, 'dist'),
    });
  return require(built);
}

async function startServers(core, password, directory) {
  const started = performance.now();
  // Away from 7000 and its bus ports: there somebody's own local servers may be, stopped now, and would find a stranger in
  // their place.
  const ports = await core.findFreePorts(8, { from: randomInt(8200, 16_800) });
  const starting = core.startLocalServers({
    count: ports.length,
    ports,
    directory,
    password,
    ...(isFast && { nodeTimeoutMilliseconds: 1000 }),
  });
  // Also when the demo ends while they are being started.
  cleanUps.push(async () => {
    const servers = await starting.catch(() => undefined);
    await servers?.close();
    if (servers) say('All servers were ended and their files removed.');
  });
  const servers = await starting;
  say(`${ports.length} servers answer on 127.0.0.1:${ports.join(', ')} after ${elapsed(started)}`);
  return servers;
}

/** Runs the plan with a line per step; the topology it ends with. */
async function carryOut(client, plan) {
  const stop = new AbortController();
  const started = performance.now();
  let current = { index: -1, started };
  const finishStep = () => {
    const step = plan.steps[current.index];
    if (step)
      say(
        `  ${`${current.index + 1}`.padStart(2)}. ${nameStep(step).padEnd(44)} ${elapsed(current.started).padStart(8)}`,
      );
  };
  const operation = client.run(plan, {
    signal: stop.signal,
    onProgress: ({ stepIndex }) => {
      if (stepIndex === current.index) return;
      finishStep();
      current = { index: stepIndex, started: performance.now() };
    },
  });
  let isOver = false;
  cleanUps.push(async () => {
    if (isOver) return;
    stop.abort();
    await operation.finished.catch(() => undefined);
  });
  say('Running');
  const { outcome, topology, durationMilliseconds, notes } = await operation.finished.finally(() => (isOver = true));
  if (current.index < plan.steps.length) finishStep();
  for (const note of notes) say(`  ${note}`);
  if (outcome !== 'completed') throw new Error(`The operation was ${outcome}.`);
  say(
    `The cluster stands after ${Math.round(durationMilliseconds)} ms; a server calls none ok before it is 2 s old itself.\n`,
  );
  return topology;
}

// checkEmptyNodes -> check empty nodes
function nameStep(step) {
  const words = step.kind.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`);
  return step.kind === 'lowerSetting' ? `${words} ${step.parameter}` : words;
}

function showTopology({ nodes, shards }) {
  const byId = new Map(nodes.map(node => [node.id, node]));
  const line = (name, node, rest) =>
    `  ${name.padEnd(10)}${node.address.padEnd(18)}${node.hostLabel.padEnd(12)}${rest}`.trimEnd();
  shards.forEach(({ masterId, replicaIds, slots }, index) => {
    say(`Shard ${index + 1}: slots ${slots.toString()}`);
    const master = byId.get(masterId);
    if (master) say(line('master', master, `${slots.count} slots`));
    for (const replica of replicaIds.map(id => byId.get(id)))
      say(line('replica', replica, replica.lagBytes === undefined ? 'lag not known' : `lag ${replica.lagBytes} bytes`));
  });
  const spares = nodes.filter(node => node.status === 'spare');
  if (spares.length > 0) say('Spares');
  for (const spare of spares) say(line('spare', spare, ''));
}

function showHealth({ status, problems }) {
  say(`\nHealth: ${status}`);
  for (const { text, remedy } of problems) say(`  ! ${text} ${remedy}`);
}

/** Through a cluster client that knows nothing of this project, as an application would. */
async function writeAndRead(topology, password) {
  const { Cluster } = require('ioredis');
  const masters = topology.shards.map(({ masterId }) => topology.nodes.find(node => node.id === masterId));
  const cluster = new Cluster(
    masters.map(({ host, port }) => ({ host, port })),
    { redisOptions: { password, connectTimeout: 2000 } },
  );
  cleanUps.push(() => cluster.disconnect());
  let lastError;
  cluster.on('error', error => (lastError = error));
  const entries = Array.from({ length: keyCount }, (_, index) => [`demo:${index}`, randomBytes(8).toString('hex')]);
  try {
    const started = performance.now();
    await Promise.all(entries.map(([key, value]) => cluster.set(key, value)));
    const read = await Promise.all(entries.map(([key]) => cluster.get(key)));
    const right = read.filter((value, index) => value === entries[index][1]).length;
    const sizes = await Promise.all(cluster.nodes('master').map(async node => [nameOf(node), await node.dbsize()]));
    say(`\n${keyCount} keys written and ${right} read back in ${elapsed(started)}`);
    for (const { address } of masters) say(`  ${address.padEnd(18)}${new Map(sizes).get(address) ?? 0} keys`);
    if (right !== keyCount) throw new Error(`${keyCount - right} of ${keyCount} keys were not read back as written.`);
  } catch (error) {
    throw lastError ? new Error(`${error.message} ${lastError.message}`, { cause: error }) : error;
  }
}

/** Writes lost by an election itself are the engine's: an acknowledged write may not have reached the replica yet. */
function showStages(rows) {
  say('\nWrites             acknowledged      lost   longest gap');
  for (const { name, acknowledged, lost, longestGap } of rows)
    say(
      `  ${name.padEnd(27)}${String(acknowledged).padStart(6)}${String(lost).padStart(8)}${`${Math.round(longestGap)} ms`.padStart(14)}`,
    );
  const ours = rows.filter(({ name }) => !name.includes('election'));
  const lost = ours.reduce((sum, row) => sum + row.lost, 0);
  if (lost > 0) throw new Error(`${lost} acknowledged writes were lost outside of elections.`);
}

function nameOf({ options: { host, port } }) {
  return `${host}:${port}`;
}

function elapsed(since) {
  return `${Math.round(performance.now() - since)} ms`;
}

function say(text) {
  console.log(text);
}

// The core's errors are sentences for the reader; of anything else the place where it happened matters.
function fail(error) {
  const isForReader = error?.isExpected || 'remedy' in Object(error);
  console.error(isForReader ? error.message : (error?.stack ?? error));
  process.exitCode = typeof error?.code === 'number' ? error.code : 1;
}
