// The licences of everything that others wrote and that ships inside the bundles, in one text.
const { existsSync, readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');

/** What may be bundled: licences that want no more than to be named. */
const allowedLicences = new Set([
  ...['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'Apache-2.0', 'Unlicense'],
  // The icons.
  'CC-BY-4.0',
]);

/**
 * `metafiles`: of the builds; `copied`: packages of which files are copied as they are. Throws where a package has no
 * licence text, or a licence that is not allowed here.
 */
function thirdPartyNotices(metafiles, copied = []) {
  const bundled = metafiles.flatMap(({ inputs }) => Object.keys(inputs).flatMap(packageOf));
  const folders = [...new Set([...bundled, ...copied.map(name => join('node_modules', name))])].sort();
  return ['What is bundled with this extension was made by others as well, under these licences.']
    .concat(folders.map(noticeOf))
    .join(`\n\n${'-'.repeat(80)}\n\n`);
}

/** The folder of the package that a file belongs to; none for files of ours. */
function packageOf(path) {
  return path.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/) ?? [];
}

function noticeOf(folder) {
  const { name, version, license, licenses = [] } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const own = readdirSync(folder).filter(file => /^(licen[cs]e|copying|notice)/i.test(file));
  const texts = own.length > 0 ? own.map(file => join(folder, file)) : keptFor(name);
  if (texts.length === 0) throw new Error(`${name} is bundled and has no text of its licence in ${folder}.`);
  // The older form is a list.
  const named = license ?? licenses.map(({ type }) => type).join(', ');
  if (!allowedLicences.has(named)) throw new Error(`${name} is bundled under "${named}", which is not allowed here.`);
  return [`${name} ${version} (${named})`, ...texts.map(file => readFileSync(file, 'utf8').trim())].join('\n\n');
}

/** The text is kept here where a package names its licence and leaves the text out. */
function keptFor(name) {
  const file = join(__dirname, 'licences', `${name.replace('/', '-')}.txt`);
  return existsSync(file) ? [file] : [];
}

module.exports = { thirdPartyNotices };
