import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { withDeadline } from '../deadline';
import type { LinkTarget } from '../linkTarget';
import { certificatesIn, tlsConnectionOptions } from '../secureContext';
import type { Stream } from '../tunnel/types';
import type { CertificateFacts } from './types';

/**
 * Does the TLS handshake on an open socket and reads the certificate, also one that is to be refused: nothing else is sent.
 * Undefined when there was no handshake; whoever connects next learns why. Ends the socket.
 */
export async function lookAtCertificate(
  socket: Stream,
  {
    tls = {},
    certificateName,
    connectTimeoutMilliseconds,
  }: Pick<LinkTarget, 'tls' | 'certificateName' | 'connectTimeoutMilliseconds'>,
  signal: AbortSignal,
): Promise<CertificateFacts | undefined> {
  const secured = connectTls({ socket, ...tlsConnectionOptions(tls, certificateName), rejectUnauthorized: false });
  const shaken = new Promise<boolean>(resolve => {
    secured.once('secureConnect', () => resolve(true));
    secured.on('error', () => resolve(false));
    secured.once('close', () => resolve(false));
  });
  try {
    const isSecure = await withDeadline(shaken, connectTimeoutMilliseconds, () => timeUp, signal);
    const certificate = isSecure ? secured.getPeerX509Certificate() : undefined;
    return (
      certificate && factsOf(certificate, secured, { name: certificateName, ca: tls.ca, nowMilliseconds: Date.now() })
    );
  } catch (error) {
    if (error !== timeUp) throw error;
    return undefined;
  } finally {
    secured.destroy();
    socket.destroy();
  }
}

const timeUp = Symbol('timeUp');

function factsOf(
  certificate: X509Certificate,
  secured: TLSSocket,
  { name: verifiedName, ca, nowMilliseconds }: { name: string; ca: string | undefined; nowMilliseconds: number },
): CertificateFacts {
  const facts = {
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    validFromMilliseconds: Date.parse(certificate.validFrom),
    validToMilliseconds: Date.parse(certificate.validTo),
    names: namesIn(certificate),
    verifiedName,
  };
  const fits = isIP(verifiedName) === 0 ? certificate.checkHost(verifiedName) : certificate.checkIP(verifiedName);
  // A code, whatever the declaration says (tls_wrap.js, onConnectSecure).
  const { authorizationError } = secured as { authorizationError: unknown };
  const told = typeof authorizationError === 'string' ? authorizationError : '';
  const isStranger = aboutDates.has(told) && ca !== undefined && !isSignedBy(certificate, ca);
  const reason = isStranger ? 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' : told;
  return { ...facts, problems: findProblems(facts, { fits: fits !== undefined, reason, nowMilliseconds }) };
}

const aboutDates: ReadonlySet<string> = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);

/** One that signed itself has no end. */
const LONGEST_CHAIN = 10;

/** OpenSSL tells of an expired certificate only that. The server may send those between it and the authority along. */
function isSignedBy(certificate: X509Certificate, ca: string): boolean {
  const authorities = certificatesIn(ca);
  const chain: X509Certificate[] = [];
  for (
    let each: X509Certificate | undefined = certificate;
    each && chain.length < LONGEST_CHAIN;
    each = each.issuerCertificate
  )
    chain.push(each);
  return chain.some(each =>
    authorities.some(authority => each.checkIssued(authority) && each.verify(authority.publicKey)),
  );
}

type Named = Omit<CertificateFacts, 'problems'>;

/** Node tells only the first reason against a certificate: the dates and the name are judged here. Pure. */
function findProblems(
  { issuer, names, validFromMilliseconds, validToMilliseconds, verifiedName }: Named,
  { fits, reason, nowMilliseconds }: { fits: boolean; reason: string; nowMilliseconds: number },
): CertificateFacts['problems'] {
  const hasExpired = nowMilliseconds > validToMilliseconds;
  const isEarly = nowMilliseconds < validFromMilliseconds;
  const isOfDates = aboutDates.has(reason);
  const isUntrusted = reason !== '' && !isOfDates && reason !== 'ERR_TLS_CERT_ALTNAME_INVALID';
  return [
    ...(hasExpired
      ? [
          {
            code: 'certificateExpired' as const,
            text: `Its certificate expired on ${dayOf(validToMilliseconds)}.`,
            remedy: 'Renew it on the server.',
          },
        ]
      : []),
    ...(isEarly
      ? [
          {
            code: 'certificateNotYetValid' as const,
            text: `Its certificate is valid only from ${dayOf(validFromMilliseconds)} on.`,
            remedy: 'Check the clocks of this computer and of the server.',
          },
        ]
      : []),
    ...(isOfDates && !hasExpired && !isEarly
      ? [
          {
            code: 'certificateExpired' as const,
            text: 'An authority above its certificate is not valid at this time.',
            remedy: 'Renew the certificate of that authority, or check the clock of this computer.',
          },
        ]
      : []),
    ...(fits
      ? []
      : [
          {
            code: 'certificateNameMismatch' as const,
            text: `Its certificate is not for "${verifiedName}", it is for ${names.join(', ') || 'no name at all'}.`,
            remedy: 'Set the TLS server name to one of its names, or have it issued for this one.',
          },
        ]),
    ...(isUntrusted
      ? [
          {
            code: 'certificateNotTrusted' as const,
            text: `Its certificate was signed by "${issuer}", which is not trusted here (${reason}).`,
            remedy: 'Give the certificate of that authority as CA in the TLS settings, if you trust it.',
          },
        ]
      : []),
  ];
}

function namesIn({ subjectAltName }: X509Certificate): string[] {
  return (subjectAltName ?? '')
    .split(', ')
    .map(name => name.replace(/^[\w ]+:/, ''))
    .filter(Boolean);
}

function oneLine(distinguishedName: string): string {
  return distinguishedName.split('\n').join(', ');
}

function dayOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}
