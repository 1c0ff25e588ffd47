import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { numberSettings, settingKeys } from '../../../src/extension/settings/parseSettings';
import { contextWords } from '../../../src/extension/tree/contextWords';
import { commandIds, reasonIds, viewCommandIds, viewIds } from '../../../src/shared/commandIds';

interface MenuItem {
  command: string;
  when?: string;
  group?: string;
}

interface SettingSchema {
  markdownDescription?: string;
  scope?: string;
  default?: unknown;
  minimum?: number;
  maximum?: number;
}

interface WalkthroughStep {
  id: string;
  description: string;
  media: { svg: string; altText: string };
  completionEvents: string[];
}

interface Manifest {
  name: string;
  publisher: string;
  activationEvents: string[];
  capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } };
  contributes: {
    commands: { command: string; title: string; category?: string; icon?: string; enablement?: string }[];
    menus: Record<string, MenuItem[]>;
    views: Record<string, { id: string }[]>;
    viewsContainers: { activitybar: { id: string }[] };
    viewsWelcome: { view: string; contents: string; when?: string }[];
    walkthroughs: { id: string; steps: WalkthroughStep[] }[];
    configuration: { properties: Record<string, SettingSchema> };
  };
}

const manifestText = readFileSync('package.json', 'utf8');
const manifest = JSON.parse(manifestText) as Manifest;
const { contributes } = manifest;
const texts = JSON.parse(readFileSync('package.nls.json', 'utf8')) as Record<string, string>;
const menuItems = Object.entries(contributes.menus).flatMap(([menu, items]) => items.map(item => ({ menu, ...item })));

describe('contributions', () => {
  it('declare exactly the commands the code knows', () => {
    assert.deepEqual(
      contributes.commands.map(({ command }) => command).sort(),
      [...Object.values(commandIds), ...Object.values(viewCommandIds), ...Object.values(reasonIds)].sort(),
    );
  });

  it('give every command the category, an icon and a title of its own', () => {
    for (const { command, category, icon } of contributes.commands) {
      assert.equal(category, 'Redis Cluster', command);
      assert.match(icon ?? '', /^\$\([\w-]+\)$/, command);
    }
    const titles = contributes.commands.map(({ title }) => textOf(title));
    assert.equal(new Set(titles).size, titles.length);
  });

  it('name only declared commands in menus', () => {
    const declared = new Set(contributes.commands.map(({ command }) => command));
    for (const { menu, command } of menuItems) assert.ok(declared.has(command), `${menu}: ${command}`);
  });

  it('name only declared commands, or those of VS Code, in welcome texts and the walkthrough', () => {
    const steps = contributes.walkthroughs.flatMap(walkthrough => walkthrough.steps);
    const texts = [...contributes.viewsWelcome.map(({ contents }) => contents), ...steps.map(step => step.description)];
    const links = texts.flatMap(text => [...textOf(text).matchAll(/\(command:([^)?]+)(?:\?([^)]+))?\)/g)]);
    assert.ok(links.length > 10);
    const allowed = new Set<string>([
      ...Object.values(commandIds),
      ...['trust.manage', 'action.openSettings', 'action.openWalkthrough'].map(name => `workbench.${name}`),
    ]);
    for (const [, command, given] of links) {
      assert.ok(allowed.has(command!), command);
      const argument: unknown = given === undefined ? undefined : JSON.parse(decodeURIComponent(given));
      if (command === commandIds.showHelp && argument !== undefined)
        assert.match(
          readFileSync('src/extension/commands/showHelp.ts', 'utf8'),
          new RegExp(`\\b${(argument as { page: string }).page}: \\{`),
        );
      if (command === 'workbench.action.openSettings')
        assert.ok(settingKeys.some(key => `redisCluster.${key}` === argument));
      if (command === 'workbench.action.openWalkthrough')
        assert.equal(argument, `${manifest.publisher}.${manifest.name}#${contributes.walkthroughs[0]!.id}`);
    }
  });

  it('complete a step of the walkthrough by what happens, and picture each', () => {
    const contexts = readFileSync('src/extension/tree/setContext.ts', 'utf8');
    for (const { steps } of contributes.walkthroughs)
      for (const { id, completionEvents, media } of steps) {
        assert.ok(existsSync(media.svg), id);
        assert.ok(textOf(media.altText).length > 20, id);
        assert.ok(completionEvents.length > 0, id);
        for (const event of completionEvents) {
          const [kind, what = ''] = event.split(':');
          if (kind === 'onCommand') assert.ok((Object.values(commandIds) as string[]).includes(what), event);
          else assert.ok(kind === 'onContext' && contexts.includes(`'${what}': boolean`), event);
        }
      }
  });

  it('have a welcome text for every way to be empty, and never two', () => {
    const whens = contributes.viewsWelcome.filter(({ view }) => view === viewIds.clusters).map(({ when }) => when);
    assert.deepEqual(whens, [
      'isWorkspaceTrusted && !redisCluster.serverMissing',
      'isWorkspaceTrusted && redisCluster.serverMissing',
      '!isWorkspaceTrusted',
    ]);
  });

  it('declare exactly the views the code makes, in a container that exists', () => {
    const [container] = contributes.viewsContainers.activitybar;
    assert.deepEqual(Object.keys(contributes.views), [container?.id]);
    const views = Object.values(contributes.views).flatMap(list => list.map(({ id }) => id));
    assert.deepEqual(views, [viewIds.clusters, viewIds.operations]);
    assert.ok(manifest.activationEvents.includes(`onWebviewPanel:${viewIds.topology}`));
  });

  it('ask in menus only for words a row can have', () => {
    const known = new Set<string>(contextWords);
    const asked = menuItems.flatMap(({ menu, when = '' }) =>
      [...when.matchAll(/(viewItem|redisClusterNode) =~ \/(.+?)\//g)].map(([, , pattern]) => ({
        menu,
        pattern: pattern!,
      })),
    );
    assert.ok(asked.length > 20);
    for (const { menu, pattern } of asked) {
      const word = /^\\b(\w+)\\b$/.exec(pattern)?.[1];
      assert.ok(word !== undefined && known.has(word), `${menu}: ${pattern}`);
    }
  });

  it('offer what acts on a local server only where there is one', () => {
    const local = [
      'startNode',
      'stopNode',
      'killNode',
      'pauseNode',
      'resumeNode',
      'stopLocalCluster',
      'startLocalServers',
    ];
    const items = menuItems.filter(
      ({ menu, command }) => menu !== 'commandPalette' && local.includes(command.replace('redisCluster.', '')),
    );
    assert.ok(items.length >= local.length);
    for (const { menu, command, when = '' } of items) assert.match(when, /\\blocal\\b/, `${menu}: ${command}`);
  });

  it('show at most three inline actions on any one kind of row', () => {
    const inline = contributes.menus['view/item/context']!.filter(({ group }) => group?.startsWith('inline'));
    for (const row of [
      'cluster local running',
      'cluster local running stopped',
      'cluster local stopped',
      'node master slots ok local running',
      'node replica failed local stopped',
      'operation active running',
      'operation active paused',
      'operation unfinished',
      'operation history',
      'failure',
    ]) {
      const shown = inline.filter(({ when = '' }) => matches(when, row));
      assert.ok(shown.length >= 1 && shown.length <= 3, `${row}: ${shown.length}`);
    }
  });

  it('offer Start on a stopped local node and Kill on a running one, in tree and page alike', () => {
    for (const menu of ['view/item/context', 'webview/context']) {
      const offered = (row: string): string[] =>
        contributes.menus[menu]!.filter(
          ({ when = '', group = '' }) => !group.startsWith('inline') && matches(when, row),
        )
          .map(({ command }) => command)
          .filter(command => /(start|stop|kill|pause|resume)Node$/.test(command));
      assert.deepEqual(offered('node replica failed local stopped'), [commandIds.startNode], menu);
      assert.deepEqual(
        offered('node replica suspect local paused'),
        [commandIds.resumeNode, commandIds.stopNode, commandIds.killNode],
        menu,
      );
      assert.deepEqual(
        offered('node master slots ok local running'),
        [commandIds.pauseNode, commandIds.stopNode, commandIds.killNode],
        menu,
      );
      assert.deepEqual(offered('node master slots ok'), [], menu);
    }
  });

  it('offer to take a silent spare off the list, and not to let it join, in tree and page alike', () => {
    for (const menu of ['view/item/context', 'webview/context']) {
      const offered = (row: string): string[] =>
        contributes.menus[menu]!.filter(({ when = '' }) => matches(when, row))
          .map(({ command }) => command)
          .filter(command => command === commandIds.addNode || command === commandIds.removeNode);
      assert.deepEqual(offered('node spare unreachable local stopped'), [commandIds.removeNode], menu);
      assert.deepEqual(offered('node spare ok').sort(), [commandIds.addNode, commandIds.removeNode].sort(), menu);
    }
  });

  it('offer no change of a read-only cluster, whatever its state, nor in the palette where all are read-only', () => {
    for (const row of [
      'cluster local running stopped',
      'cluster empty',
      'node master slots ok local running',
      'node replica failed local stopped',
      'node replica suspect local paused',
      'node spare ok',
      'node master unreachable returned',
    ])
      for (const { menu, command, when = '' } of menuItems.filter(({ menu }) => /context$/.test(menu)))
        if (matches(when, `${row} readOnly`) && /\b(cluster|node)\b/.test(when.replace(/redisCluster\.\w+/, '')))
          assert.ok(changesNothing.has(command), `${menu}: ${command} on ${row}`);
    const hidden = contributes.menus['commandPalette']!.filter(({ when }) => when === '!redisCluster.onlyReadOnly');
    assert.deepEqual(
      contributes.commands
        .map(({ command }) => command)
        .filter(command => !changesNothing.has(command) && !hidden.some(item => item.command === command)),
      [],
    );
  });

  it('say in a greyed entry why others are not there', () => {
    for (const command of Object.values(reasonIds)) {
      assert.equal(contributes.commands.find(each => each.command === command)?.enablement, 'false', command);
      assert.ok(contributes.menus['commandPalette']!.some(item => item.command === command && item.when === 'false'));
    }
    const reasonsFor = (menu: string, row: string): string[] =>
      contributes.menus[menu]!.filter(
        ({ command, when = '' }) => Object.values<string>(reasonIds).includes(command) && matches(when, row),
      ).map(({ command }) => command);
    for (const menu of ['view/item/context', 'webview/context']) {
      assert.deepEqual(reasonsFor(menu, 'node master slots ok'), []);
      assert.deepEqual(reasonsFor(menu, 'node replica ok local running'), []);
      assert.deepEqual(reasonsFor(menu, 'node spare ok'), []);
      assert.deepEqual(reasonsFor(menu, 'node master slots ok readOnly'), [reasonIds.readOnly]);
      assert.deepEqual(reasonsFor(menu, 'node master ok'), [reasonIds.noSlots]);
      assert.deepEqual(reasonsFor(menu, 'node master ok returned'), [reasonIds.returned]);
      assert.deepEqual(reasonsFor(menu, 'node replica unreachable local stopped'), [reasonIds.silent]);
      assert.deepEqual(reasonsFor(menu, 'node master slots unreachable'), [reasonIds.silent]);
    }
    assert.deepEqual(reasonsFor('view/item/context', 'cluster local running readOnly'), [reasonIds.readOnly]);
  });

  it('have a text for every %key%, and no text that nothing asks for', () => {
    const asked = new Set([...manifestText.matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key!));
    assert.deepEqual([...asked].sort(), Object.keys(texts).sort());
  });

  it('declare and describe exactly the settings that are read', () => {
    const { properties } = contributes.configuration;
    assert.deepEqual(Object.keys(properties).sort(), settingKeys.map(key => `redisCluster.${key}`).sort());
    for (const [key, { markdownDescription }] of Object.entries(properties))
      assert.ok(textOf(markdownDescription ?? '').length > 20, key);
  });

  it('declare the same default and range for a number as the code keeps', () => {
    for (const [key, range] of Object.entries(numberSettings)) {
      const { default: value, minimum, maximum } = contributes.configuration.properties[`redisCluster.${key}`]!;
      assert.deepEqual({ default: value, minimum, maximum }, range, key);
    }
  });

  it('keep addresses and programs that a workspace names away until it is trusted', () => {
    const restricted = manifest.capabilities.untrustedWorkspaces.restrictedConfigurations;
    assert.deepEqual(restricted.slice(0, 2), ['redisCluster.clusters', 'redisCluster.local.serverPath']);
    assert.equal(contributes.configuration.properties['redisCluster.local.serverPath']?.scope, 'machine');
    for (const id of [commandIds.createLocalCluster, commandIds.startLocalServers, commandIds.startNode])
      assert.equal(contributes.commands.find(({ command }) => command === id)?.enablement, 'isWorkspaceTrusted', id);
  });

  it('let no workspace say how clusters are changed, unattended or at which pace, until it is trusted', () => {
    const restricted = manifest.capabilities.untrustedWorkspaces.restrictedConfigurations;
    const changing = Object.keys(contributes.configuration.properties).filter(key =>
      /^redisCluster\.(supervisor|migration)\./.test(key),
    );
    assert.ok(changing.includes('redisCluster.supervisor.mode'));
    assert.deepEqual(restricted.slice(2).sort(), changing.sort());
  });

  it('help only by documents that are there', () => {
    const files = [...readFileSync('src/extension/commands/showHelp.ts', 'utf8').matchAll(/file: '([^']+)'/g)];
    assert.ok(files.length > 3);
    for (const [, file] of files) assert.ok(existsSync(file!), file);
  });

  it('name only icons that are there', () => {
    for (const [, path] of manifestText.matchAll(/"(media\/[^"]+)"/g)) assert.ok(existsSync(path!), path);
  });
});

// Of a cluster that is there: a new one may be made, and a running operation may be held or given up.
const changesNothing = new Set<string>([
  commandIds.createLocalCluster,
  commandIds.createDockerCluster,
  commandIds.createCluster,
  commandIds.addCluster,
  commandIds.removeCluster,
  commandIds.editCluster,
  commandIds.duplicateCluster,
  commandIds.exportClusters,
  commandIds.importClusters,
  commandIds.enterPassword,
  commandIds.showNodeDetails,
  commandIds.showHelp,
  commandIds.enterKeyPassphrase,
  commandIds.enterSshSecret,
  commandIds.testConnection,
  commandIds.mapAddresses,
  commandIds.refresh,
  commandIds.showTopology,
  commandIds.groupByHost,
  commandIds.groupByShard,
  commandIds.copyAddress,
  commandIds.showSlowCommands,
  commandIds.showClients,
  commandIds.check,
  // Lets through what only reads.
  commandIds.runCommand,
  commandIds.backup,
  commandIds.explainSupervisor,
  commandIds.declineAct,
  commandIds.acknowledgeSupervisor,
  commandIds.askAgain,
  commandIds.exportPlan,
  commandIds.pauseOperation,
  commandIds.resumeOperation,
  commandIds.cancelOperation,
  commandIds.rollBackOperation,
  commandIds.dismissOperation,
  viewCommandIds.showOperation,
  commandIds.showLog,
  ...Object.values(reasonIds),
]);

function textOf(key: string): string {
  return texts[key.replaceAll('%', '')] ?? key;
}

// The `viewItem =~` parts of a when clause, held against the words of a row; the rest is taken as true.
function matches(when: string, row: string): boolean {
  return when.split(' && ').every(part => {
    const word = /(viewItem|redisClusterNode) =~ \/\\b(\w+)\\b\//.exec(part)?.[2];
    if (word === undefined) return true;
    return row.split(' ').includes(word) !== part.startsWith('!');
  });
}
