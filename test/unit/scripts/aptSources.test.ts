import assert from 'node:assert/strict';
import { findDebianArchive, parseDeb822Sources, parseOneLineSources } from '../../../scripts/setup/aptSources.mjs';

describe('The sources of apt, one per line', () => {
  it('are read with their options and components, without comments and source packages', () => {
    const text = `
# deb http://old.example/debian bookworm main
deb http://a.example/debian bookworm main contrib # the archive
deb-src http://a.example/debian bookworm main
deb [arch=amd64 signed-by=/usr/share/keyrings/k.gpg] https://b.example/debian bookworm-updates main
`;
    assert.deepEqual(parseOneLineSources(text), [
      { uri: 'http://a.example/debian', suite: 'bookworm', components: ['main', 'contrib'] },
      {
        uri: 'https://b.example/debian',
        suite: 'bookworm-updates',
        components: ['main'],
        signedBy: '/usr/share/keyrings/k.gpg',
      },
    ]);
  });

  it('may name a suite by a path and no component', () => {
    assert.deepEqual(parseOneLineSources('deb http://a.example/flat ./'), [
      { uri: 'http://a.example/flat', suite: './', components: [] },
    ]);
  });
});

describe('The sources of apt, in stanzas', () => {
  it('give one source for each address and suite, past comments within a stanza', () => {
    const text = `Types: deb deb-src
# http://snapshot.example/archive
URIs: http://a.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://b.example/debian-security
Suites: bookworm-security
Components: main
`;
    assert.deepEqual(
      parseDeb822Sources(text).map(({ uri, suite, signedBy }) => [uri, suite, signedBy]),
      [
        ['http://a.example/debian', 'bookworm', '/usr/share/keyrings/debian-archive-keyring.gpg'],
        ['http://a.example/debian', 'bookworm-updates', '/usr/share/keyrings/debian-archive-keyring.gpg'],
        ['http://b.example/debian-security', 'bookworm-security', undefined],
      ],
    );
  });

  it('are left out when they are disabled or hold source packages only', () => {
    const disabled = 'Types: deb\nURIs: http://a.example\nSuites: s\nComponents: main\nEnabled: no\n';
    const sources = 'Types: deb-src\nURIs: http://a.example\nSuites: s\nComponents: main\n';
    assert.deepEqual(parseDeb822Sources(`${disabled}\n${sources}`), []);
  });

  it('go on in indented lines, and a key written out there is not taken for a file', () => {
    const text = `Types: deb
URIs: http://a.example
Suites: s
 t
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abc
`;
    assert.deepEqual(parseDeb822Sources(text), [
      { uri: 'http://a.example', suite: 's', components: ['main'] },
      { uri: 'http://a.example', suite: 't', components: ['main'] },
    ]);
  });
});

describe('The archive of the machine', () => {
  const security = { uri: 'http://s.example', suite: 'bookworm-security', components: ['main'] };
  const other = { uri: 'http://o.example', suite: 'bookworm', components: ['stable'] };
  const archive = { uri: 'http://a.example', suite: 'bookworm', components: ['main'] };

  it('is the source that holds the main part of its own release', () => {
    assert.equal(findDebianArchive([security, other, archive], 'bookworm'), archive);
  });

  it('is missing when only additions to the release are named', () => {
    assert.equal(findDebianArchive([security, other], 'bookworm'), undefined);
  });
});
