import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as core from '../../../src/core/index';
import { viewIds } from '../../../src/shared/commandIds';

interface Property {
  default?: unknown;
  properties?: Record<string, Property>;
  items?: Property;
}

const { contributes } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  contributes: {
    commands: { command: string; title: string }[];
    configuration: { properties: Record<string, Property> };
    languageModelTools: { toolReferenceName: string }[];
  };
};
const words = JSON.parse(readFileSync('package.nls.json', 'utf8')) as Record<string, string>;
const commands = contributes.commands.map(({ command, title }) => ({ id: command, title: words[title.slice(1, -1)]! }));
const settings = contributes.configuration.properties;

const documents = ['README.md', 'SUPPORT.md', 'SECURITY.md', ...namesIn('docs').map(name => `docs/${name}`)]
  .filter(name => name.endsWith('.md'))
  .map(name => ({ name, text: readFileSync(name, 'utf8') }));

describe('the documents', () => {
  it('list every command with its id, and none that is not there', () => {
    const rows = [...textOf('docs/commands.md').matchAll(/^\| `([^`]+)` \| `([^`]+)` \| \S/gm)];
    assert.deepEqual(
      rows.map(([, title, id]) => `${id} ${title}`).sort(),
      commands.map(({ id, title }) => `${id} ${title}`).sort(),
    );
  });

  it('list every setting with its default, and none that is not there', () => {
    const rows = [...textOf('README.md').matchAll(/^\| `(redisCluster\.[^`]+)` \|(.*?)\| \S/gm)];
    assert.deepEqual(
      rows.map(([, key, value]) => `${key} ${value!.trim()}`.trim()).sort(),
      Object.entries(settings)
        .map(([key, property]) => `${key} ${defaultText(property.default)}`.trim())
        .sort(),
    );
  });

  it('name everything that an entry of the list of clusters can hold', () => {
    const named = new Set([textOf('docs/settings.md'), textOf('docs/connecting.md')].flatMap(codeIn));
    const missing = fieldsOf(settings['redisCluster.clusters']!.items!).filter(field => !named.has(field));
    assert.deepEqual(missing, []);
  });

  it('name no command, setting or view that is not there', () => {
    const titles = new Set(commands.map(({ title }) => title));
    const ids = new Set([...commands.map(({ id }) => id), ...Object.keys(settings), ...Object.values(viewIds)]);
    // `Stop` is a title, `PlanError` a name for scripts.
    const isKnown = (code: string): boolean =>
      code.startsWith('redisCluster.') ? ids.has(code) : titles.has(code) || code in core;
    const unknown = documents.flatMap(({ name, text }) =>
      codeIn(text)
        .filter(code => /^([A-Z][a-z]|redisCluster\.)/.test(code) && !isKnown(code))
        .map(code => `${name}: ${code}`),
    );
    assert.deepEqual(unknown, []);
  });

  it('name every tool for language models, and none that is not there', () => {
    const named = new Set([...textOf('README.md').matchAll(/`#(\w+)`/g)].map(([, name]) => name!));
    assert.deepEqual(
      [...named].sort(),
      contributes.languageModelTools.map(({ toolReferenceName }) => toolReferenceName).sort(),
    );
  });

  it('link only to what is there', () => {
    const links = documents.flatMap(({ name, text }) =>
      [...text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, to]) => ({ name, to: to! })),
    );
    assert.ok(links.length > 30);
    const broken = links.filter(({ name, to }) => {
      const [path = '', anchor] = to.split('#');
      const file = path === '' ? name : join(dirname(name), path);
      return !existsSync(file) || (anchor !== undefined && !anchorsIn(readFileSync(file, 'utf8')).includes(anchor));
    });
    assert.deepEqual(broken, []);
  });

  it('link from what is packaged only to what is packaged, and all that is packaged can be opened as help', () => {
    const [, list = ''] = /^!docs\/\{(.*)\}\.md$/m.exec(readFileSync('.vscodeignore', 'utf8')) ?? [];
    const packaged = list.split(',').map(name => `docs/${name}.md`);
    const help = readFileSync('src/extension/commands/showHelp.ts', 'utf8');
    for (const name of packaged) {
      assert.ok(help.includes(`'${name}'`), name);
      for (const [, to] of textOf(name).matchAll(/\]\((?!https?:|#)([^)\s#]+)/g)) {
        const file = join(dirname(name), to!);
        assert.ok(packaged.includes(file) || file === 'docker-compose.yml', `${name}: ${to}`);
      }
    }
  });
});

function namesIn(folder: string): string[] {
  return readdirSync(folder);
}

function textOf(name: string): string {
  return documents.find(document => document.name === name)?.text ?? assert.fail(`there is no ${name}`);
}

/** What stands in code style, without the blocks. */
function codeIn(text: string): string[] {
  return [...text.replace(/^```[^]*?^```/gm, '').matchAll(/`([^`]+)`/g)].map(([, code]) => code!);
}

/** As the table has it: nothing for nothing, code for what is no number and no truth. */
function defaultText(value: unknown): string {
  if (value === '') return '';
  return typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

function fieldsOf({ properties = {} }: Property): string[] {
  return Object.entries(properties).flatMap(([name, property]) => [name, ...fieldsOf(property)]);
}

/** Of headings, as they are made into links. */
function anchorsIn(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}
