// Reads the machine's own apt sources, in both of their forms.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Every enabled binary source: `{ uri, suite, components, signedBy? }`. */
export function readAptSources(directory = '/etc/apt') {
  const parts = join(directory, 'sources.list.d');
  const files = [
    join(directory, 'sources.list'),
    ...(existsSync(parts)
      ? readdirSync(parts)
          .sort()
          .map(name => join(parts, name))
      : []),
  ];
  return files.filter(existsSync).flatMap(file => {
    if (file.endsWith('.list')) return parseOneLineSources(readFileSync(file, 'utf8'));
    return file.endsWith('.sources') ? parseDeb822Sources(readFileSync(file, 'utf8')) : [];
  });
}

/** `deb [signed-by=FILE] URI SUITE COMPONENT ...`, one source per line. */
export function parseOneLineSources(text) {
  return text.split('\n').flatMap(line => {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s*)?(\S+)\s+(\S+)\s*([^#]*)/.exec(line);
    if (match === null) return [];
    const [, options = '', uri, suite, components] = match;
    const signedBy = /(?:^|\s)signed-by=(\S+)/i.exec(options)?.[1];
    return [source({ uri, suite, components: words(components), signedBy })];
  });
}

/** Stanzas of `Types:`, `URIs:`, `Suites:`, `Components:`, `Signed-By:`; lines that start with white space go on. */
export function parseDeb822Sources(text) {
  return text.split(/\n\s*\n/).flatMap(stanza => {
    const fields = readFields(stanza);
    if (!words(fields.types).includes('deb') || /^(no|false|0)$/i.test(fields.enabled ?? '')) return [];
    return words(fields.uris).flatMap(uri =>
      words(fields.suites).map(suite =>
        source({ uri, suite, components: words(fields.components), signedBy: fields['signed-by'] }),
      ),
    );
  });
}

/** The archive that holds Debian's other suites too: the source of the machine's own release. */
export function findDebianArchive(sources, codename) {
  return sources.find(({ suite, components }) => suite === codename && components.includes('main'));
}

// A key written out in place of a file name is of no use to another list.
function source({ signedBy, ...rest }) {
  return signedBy?.startsWith('/') ? { ...rest, signedBy } : rest;
}

function readFields(stanza) {
  const fields = {};
  let name;
  for (const line of stanza.split('\n')) {
    if (line.startsWith('#')) continue;
    const start = /^([A-Za-z0-9-]+):\s*(.*)$/.exec(line);
    if (start !== null) {
      name = start[1].toLowerCase();
      fields[name] = start[2];
    } else if (name !== undefined && line.trim() !== '') fields[name] += `\n${line.trim()}`;
  }
  return fields;
}

function words(text = '') {
  return text.split(/\s+/).filter(word => word !== '');
}
