import assert from 'node:assert/strict';
import {
  fingerprintOf,
  judgeHostKey,
  knownKeyTypes,
  typeOfKey,
  type HostKeyVerdict,
} from '../../../src/core/connection/tunnel/knownHosts';

const edwards = 'AAAAC3NzaC1lZDI1NTE5AAAAIDGNYQsIua8XspOOgw1RCFqLPpOvgvIVZvQ5CUHvyNsV';
const elliptic =
  'AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBKV0wAb6uK6BvLYmKiXhY9XsfEYwbo+zLn7JUG1LFtwSKMTPcM8YivBhYoGHK/vD/02l0zETJW937w6FlRjgEbA=';
const key = Buffer.from(edwards, 'base64');
const other = Buffer.from(elliptic, 'base64');
const bastion = { host: 'bastion.example', port: 22 };
const elsewhere = { host: 'bastion.example', port: 2222 };

// Written by `ssh-keygen -H` (OpenSSH 9.2) for bastion.example and [bastion.example]:2222.
const hashed = `|1|Y0r9/9VJUEmXqozHIzVBwaWKYA4=|04OSeaVgm0VKHEE88M/vQOCdHUo= ssh-ed25519 ${edwards}
|1|C23yAr30vNP0pZc2NjFBBUsDxhs=|ZcF6MT2V9cP/YsvNgZHCWl4Ky00= ecdsa-sha2-nistp256 ${elliptic}
`;

describe('A key of a host', () => {
  for (const { what, file, address = bastion, verdict } of [
    { what: 'that no line names', file: '', verdict: 'unknown' },
    { what: 'of a line', file: `bastion.example ssh-ed25519 ${edwards} a comment`, verdict: 'known' },
    { what: 'of one of several names', file: `b,bastion.example ssh-ed25519 ${edwards}`, verdict: 'known' },
    { what: 'whose name is in capitals', file: `Bastion.Example ssh-ed25519 ${edwards}`, verdict: 'known' },
    {
      what: 'by a pattern of many parts',
      file: `${'*a?'.repeat(30)}b ssh-ed25519 ${edwards}`,
      address: { host: 'a'.repeat(90), port: 22 },
      verdict: 'unknown',
    },
    { what: 'by a pattern', file: `*.example ssh-ed25519 ${edwards}`, verdict: 'known' },
    {
      what: 'by a pattern that leaves it out',
      file: `*.example,!bastion.* ssh-ed25519 ${edwards}`,
      verdict: 'unknown',
    },
    { what: 'by a name that only looks like it', file: `bastionxexample ssh-ed25519 ${edwards}`, verdict: 'unknown' },
    { what: 'in a comment', file: `# bastion.example ssh-ed25519 ${edwards}`, verdict: 'unknown' },
    { what: 'in a line cut short', file: 'bastion.example ssh-ed25519', verdict: 'unknown' },
    { what: 'beside another of the host', file: `bastion.example ecdsa-sha2-nistp256 ${elliptic}`, verdict: 'changed' },
    {
      what: 'that is one of two',
      file: `bastion.example ecdsa-sha2-nistp256 ${elliptic}\nbastion.example ssh-ed25519 ${edwards}`,
      verdict: 'known',
    },
    {
      what: 'that was revoked, though it is listed',
      file: `@revoked * ssh-ed25519 ${edwards}\nbastion.example ssh-ed25519 ${edwards}`,
      verdict: 'revoked',
    },
    { what: 'where another one was revoked', file: `@revoked * ecdsa-sha2-nistp256 ${elliptic}`, verdict: 'unknown' },
    { what: 'of an authority', file: `@cert-authority *.example ssh-ed25519 ${edwards}`, verdict: 'unknown' },
    {
      what: 'of the usual port, at another',
      file: `bastion.example ssh-ed25519 ${edwards}`,
      address: elsewhere,
      verdict: 'unknown',
    },
    {
      what: 'of another port',
      file: `[bastion.example]:2222 ssh-ed25519 ${edwards}`,
      address: elsewhere,
      verdict: 'known',
    },
    { what: 'hashed', file: hashed, verdict: 'known' },
    { what: 'hashed, at another port', file: hashed, address: elsewhere, verdict: 'changed' },
    { what: 'hashed for others', file: hashed, address: { host: 'b', port: 22 }, verdict: 'unknown' },
    {
      what: 'after Windows line ends',
      file: `a ssh-rsa x\r\nbastion.example ssh-ed25519 ${edwards}\r\n`,
      verdict: 'known',
    },
  ] satisfies { what: string; file: string; address?: typeof bastion; verdict: HostKeyVerdict }[])
    it(`${what} is ${verdict}`, () => assert.equal(judgeHostKey(file, address, key), verdict));

  it('is asked for in a kind that is known', () => {
    assert.deepEqual(knownKeyTypes(hashed, bastion), ['ssh-ed25519']);
    assert.deepEqual(knownKeyTypes(hashed, elsewhere), ['ecdsa-sha2-nistp256']);
    assert.deepEqual(knownKeyTypes(`@revoked * ssh-ed25519 ${edwards}`, bastion), []);
  });

  it('is shown as ssh-keygen shows it', () => {
    assert.deepEqual(
      [key, other].map(each => `${typeOfKey(each)} ${fingerprintOf(each)}`),
      [
        'ssh-ed25519 SHA256:+CA9lAcuh5nkW+QPJzp+pkObkK+Ca9gm0VQFKc4CIr4',
        'ecdsa-sha2-nistp256 SHA256:aPZD6o85cLT+fDInDWp2VitgBzGpSHoEhYAYIUfCTkQ',
      ],
    );
  });
});
