import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { checkServerIdentity, createSecureContext, type ConnectionOptions, type SecureContext } from 'node:tls';
import { ConnectionError } from './connectionError';
import type { TlsOptions } from './types';

/** What Node needs to speak TLS with `host` as the user set it. Throws a ConnectionError `badTlsOptions`. */
export function tlsConnectionOptions(tls: TlsOptions, host: string): ConnectionOptions {
  const name = tls.serverName ?? host;
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
  if (ca !== undefined) attempt('The CA certificate cannot be read.', () => checkCertificates(ca));
  if (certificate !== undefined)
    attempt('The client certificate cannot be read.', () => createSecureContext({ cert: certificate }));
  const secret = passphrase === undefined ? {} : { passphrase };
  if (key !== undefined)
    attempt('The private key cannot be read; its passphrase may be wrong or missing.', () =>
      createSecureContext({ key, ...secret }),
    );
  return attempt('The private key does not belong to the client certificate.', () =>
    createSecureContext({
      ...(ca !== undefined && { ca }),
      ...(certificate !== undefined && { cert: certificate }),
      ...(key !== undefined && { key, ...secret }),
    }),
  );
}

// createSecureContext passes over a CA it cannot read.
function checkCertificates(pem: string): void {
  const certificates = pem.match(/-----BEGIN [A-Z0-9 ]*CERTIFICATE-----[^-]+-----END [A-Z0-9 ]*CERTIFICATE-----/g);
  if (!certificates) throw new Error('There is no certificate in it.');
  for (const certificate of certificates) new X509Certificate(certificate);
}

function attempt<T>(what: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    throw bad(what, cause);
  }
}

function bad(what: string, cause?: unknown): ConnectionError {
  return new ConnectionError('badTlsOptions', what, {
    remedy: 'Check the PEM files in the TLS settings: each starts with -----BEGIN.',
    cause,
  });
}
