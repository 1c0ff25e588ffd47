// The licences of everything that others wrote and that ships inside the bundles, in one text.
const { readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');

/** `metafiles`: of the builds; `copied`: packages of which files are copied as they are. Throws where a package has no licence text. */
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
  const texts = readdirSync(folder).filter(file => /^(licen[cs]e|copying|notice)/i.test(file));
  if (texts.length === 0) throw new Error(`${name} is bundled and has no text of its licence in ${folder}.`);
  return [
    // The older form is a list.
    `${name} ${version} (${license ?? licenses.map(({ type }) => type).join(', ')})`,
    ...texts.map(file => readFileSync(join(folder, file), 'utf8').trim()),
  ].join('\n\n');
}

module.exports = { thirdPartyNotices };
