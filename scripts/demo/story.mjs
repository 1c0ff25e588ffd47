// The story of one failed node, told by a supervised cluster: role lost and given back, replaced, turned away, made a spare.
import { join } from 'node:path';
import { countLost, startWriter } from './writer.mjs';

const pace = {
  normal: { graceSeconds: 5, coolDownSeconds: 5, forgetWaitMilliseconds: undefined },
  // The servers ban a forgotten node for a minute; here that is not watched to its end.
  fast: { graceSeconds: 2, coolDownSeconds: 1, forgetWaitMilliseconds: 1000 },
};

/**
 * Plays the story on a cluster of six with two spares. Resolves with a row per stage: acknowledged and lost writes, longest gap.
 * `cleanUps` gets what has to be closed, also when it breaks off.
 */
export async function playStory({ core, client, servers, password, directory, isFast, say, cleanUps }) {
  const { graceSeconds, coolDownSeconds, forgetWaitMilliseconds } = isFast ? pace.fast : pace.normal;
  const journal = await core.openJournal(join(directory, 'journal'));
  const monitor = new core.Monitor(client, { intervalMilliseconds: 1000, busyIntervalMilliseconds: 200 });
  cleanUps.push(() => monitor.dispose());
  const supervisor = new core.Supervisor(client, monitor, {
    mode: 'act',
    journal,
    graceSeconds,
    coolDownSeconds,
    planners: {
      ...core.defaultPlanners,
      replace: (topology, request) =>
        core.planReplaceNode(topology, { ...request, ...(forgetWaitMilliseconds && { forgetWaitMilliseconds }) }),
    },
  });
  cleanUps.push(() => supervisor.dispose());
  tellEvents(supervisor, say);
  monitor.start();
  await supervisor.start();
  const until = (matches, what, seconds = 60) => awaitState(supervisor, matches, what, seconds);
  const isHealthy = ({ kind }) => kind === 'healthy';
  await until(isHealthy, 'the supervisor calls the cluster healthy');

  const writer = startWriter(
    servers.nodes.slice(0, 6).map(address => portOf(address)),
    password,
  );
  let isStopped = false;
  cleanUps.push(() => (isStopped ? undefined : writer.stop()));
  await passTime(1);

  const { master, replica } = firstShard(monitor.topology);
  chapter(say, `1. The master ${master.address} (slots ${master.slots}) is killed`);
  writer.beginStage('the election');
  await servers.kill(master.port);
  await until(({ kind }) => kind === 'grace', `${replica.address} took over`);

  chapter(say, `2. ${master.address} is back within ${graceSeconds} s`);
  writer.beginStage('fail-back');
  await servers.start(master.port);
  await until(isHealthy, `${master.address} has its role back`);
  expect(firstShard(await client.observe()).master.id === master.id, `${master.address} has its role back.`);

  chapter(say, `3. ${master.address} is killed again, and does not come back`);
  writer.beginStage('the second election');
  await servers.kill(master.port);
  await until(({ kind }) => kind === 'grace', `${replica.address} took over`);
  writer.beginStage('replace and balance');
  await until(({ kind }) => kind === 'acting', 'the replace began', graceSeconds + 20);
  await until(isHealthy, 'all is well again', 180);
  const healed = await client.observe();
  expect(!healed.nodes.some(({ id }) => id === master.id && healed.ghosts.includes(id)), 'It stays forgotten.');

  chapter(say, `4. ${master.address} is started again`);
  writer.beginStage('the return of the replaced');
  await servers.start(master.port);
  await untilEvent(supervisor, 'returnedAfterReplacement', 30);
  say('   "Add as Spare" empties it, after a confirmation:');
  const plan = core.planAddNode(await client.observe(), { node: master.address, as: 'spare' });
  for (const { text } of plan.warnings) say(`   ! ${text}`);
  await client.run(plan, { journal }).finished;
  await passTime(1);

  const stages = await writer.stop();
  isStopped = true;
  const topology = await client.observe();
  const portOfTag = async tag => portOf(await masterOfKey(client, topology, `{${tag}}`));
  const rows = [];
  for (const { name, keys, longestGap } of stages)
    rows.push({ name, acknowledged: keys.length, lost: await countLost(keys, portOfTag, password), longestGap });
  return { rows, topology };
}

function chapter(say, title) {
  say(`\n${title}`);
}

function tellEvents(supervisor, say) {
  let told = 0;
  const began = performance.now();
  supervisor.onChange(() => {
    const { events } = supervisor;
    for (const { text } of events.slice(told))
      say(`   ${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${text}`);
    told = events.length;
  });
}

function awaitState(supervisor, matches, what, seconds) {
  return awaitThat(supervisor, () => matches(supervisor.state), what, seconds);
}

function untilEvent(supervisor, kind, seconds) {
  return awaitThat(supervisor, () => supervisor.events.some(event => event.kind === kind), kind, seconds);
}

function awaitThat(supervisor, holds, what, seconds) {
  return new Promise((resolve, reject) => {
    const stop = supervisor.onChange(() => look());
    const timer = setTimeout(() => {
      stop();
      reject(new Error(`Not within ${seconds} s: ${what}. The supervisor is ${supervisor.state.kind}.`));
    }, seconds * 1000);
    const look = () => {
      if (!holds()) return;
      clearTimeout(timer);
      stop();
      resolve();
    };
    look();
  });
}

function firstShard({ shards, nodes }) {
  const shard = shards.find(({ slots }) => slots.has(0));
  const [master, replica] = [shard.masterId, shard.replicaIds[0]].map(id => nodes.find(node => node.id === id));
  return { master, replica };
}

async function masterOfKey(client, { shards, nodes }, key) {
  const slot = await client.node(nodes.find(({ reachable }) => reachable).address).command(['CLUSTER', 'KEYSLOT', key]);
  const shard = shards.find(({ slots }) => slots.has(Number(slot)));
  return nodes.find(({ id }) => id === shard.masterId).address;
}

function portOf(address) {
  return Number(address.slice(address.lastIndexOf(':') + 1));
}

function expect(holds, what) {
  if (!holds) throw new Error(`This did not come true: ${what}`);
}

function passTime(seconds) {
  return new Promise(resolve => setTimeout(resolve, seconds * 1000));
}
