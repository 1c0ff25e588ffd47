import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { checkServerIdentity, createSecureContext, type ConnectionOptions, type SecureContext } from 'node:tls';
import { ConnectionError } from './connectionError';
import type { TlsOptions } from './types';

/** What Node needs to speak TLS with a server whose certificate is to be for `name`. Throws a ConnectionError `badTlsOptions`. */
export function tlsConnectionOptions(tls: TlsOptions, name: string): ConnectionOptions {
  return {
    secureContext: secureContextOf(tls),
    rejectUnauthorized: !tls.skipVerification,
    checkServerIdentity: (_, certificate) => checkServerIdentity(name, certificate),
    // An IP address may not be sent as a server name (RFC 6066, 3).
    ...(isIP(name) === 0 && { servername: name }),
  };
}

/** Reads the PEM texts, once per options object. Throws a ConnectionError `badTlsOptions` that says which text is at fault. */
export function secureContextOf(tls: TlsOptions): SecureContext {
  let context = contexts.get(tls);
  if (!context) contexts.set(tls, (context = readPemTexts(tls)));
  return context;
}

const contexts = new WeakMap<TlsOptions, SecureContext>();

function readPemTexts({ ca, certificate, key, passphrase }: TlsOptions): SecureContext {
  if (certificate !== undefined && key === undefined)
    throw bad('There is a client certificate without its private key.');
  if (key !== undefined && certificate === undefined)
    throw bad('There is a private key without its client certificate.');
  // One at a time, so that the error can say which.
  // createSecureContext passes over a CA it cannot read.
  if (ca !== undefined) attempt('The CA certificate cannot be read.', () => certificatesIn(ca));
  if (certificate !== undefined)
    attempt('The client certificate cannot be read.', () => createSecureContext({ cert: certificate }));
  const secret = passphrase === undefined ? {} : { passphrase };
  if (key !== undefined)
    attempt(whyUnreadable(key, passphrase), () => createSecureContext({ key, ...secret }), remedyForKey(key));
  return attempt('The private key does not belong to the client certificate.', () =>
    createSecureContext({
      ...(ca !== undefined && { ca }),
      ...(certificate !== undefined && { cert: certificate }),
      ...(key !== undefined && { key, ...secret }),
    }),
  );
}

/** Of a PEM text. Throws an Error when one cannot be read, or there is none. */
export function certificatesIn(pem: string): X509Certificate[] {
  const certificates = pem.match(/-----BEGIN [A-Z0-9 ]*CERTIFICATE-----[^-]+-----END [A-Z0-9 ]*CERTIFICATE-----/g);
  if (!certificates) throw new Error('There is no certificate in it.');
  return certificates.map(certificate => new X509Certificate(certificate));
}

function whyUnreadable(key: string, passphrase: string | undefined): string {
  if (!isEncrypted(key)) return 'The private key cannot be read.';
  return passphrase === undefined
    ? 'The private key is encrypted, and its passphrase is missing.'
    : 'The private key cannot be decrypted: its passphrase is wrong.';
}

function remedyForKey(key: string): string | undefined {
  return isEncrypted(key) ? 'Enter the passphrase of the key.' : undefined;
}

// PKCS #8 says so in its first line, the older form of OpenSSL in a header.
function isEncrypted(key: string): boolean {
  return key.includes('ENCRYPTED');
}

function attempt<T>(what: string, act: () => T, remedy?: string): T {
  try {
    return act();
  } catch (cause) {
    throw bad(what, cause, remedy);
  }
}

function bad(
  what: string,
  cause?: unknown,
  remedy = 'Check the PEM files in the TLS settings: each starts with -----BEGIN.',
): ConnectionError {
  return new ConnectionError('badTlsOptions', what, { remedy, cause });
}
