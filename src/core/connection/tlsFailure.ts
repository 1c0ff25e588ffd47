import type { ConnectionErrorCode } from './connectionError';

type Explanation = [code: ConnectionErrorCode, what: string, remedy?: string];

/** Why TLS was not spoken, by the code of Node's or OpenSSL's error; undefined for another code. `name`: of the node. Pure. */
export function explainTls(
  code: string,
  name: string,
  { certificateName, error }: { certificateName: string; error: unknown },
): Explanation | undefined {
  switch (code) {
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return [
        'certificateNameMismatch',
        `The certificate of ${name} is not for "${certificateName}"${forWhom(error)}.`,
        'Set the TLS server name to a name in the certificate.',
      ];
    case 'CERT_HAS_EXPIRED':
      return ['certificateExpired', `The certificate of ${name} has expired.`, 'Renew it on the server.'];
    case 'CERT_NOT_YET_VALID':
      return [
        'certificateNotYetValid',
        `The certificate of ${name} is not valid yet.`,
        'Check the clocks of this computer and of the server.',
      ];
    case 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED':
    case 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE':
      return [
        'clientCertificateRequired',
        `${name} wants a client certificate.`,
        'Give a client certificate and its key in the TLS settings.',
      ];
    case 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA':
    case 'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE':
    case 'ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED':
    case 'ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED':
    case 'ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN':
    case 'ERR_SSL_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE':
    case 'ERR_SSL_TLSV1_ALERT_ACCESS_DENIED':
    case 'ERR_SSL_TLSV1_ALERT_DECRYPT_ERROR':
      return [
        'clientCertificateRefused',
        `${name} refused our client certificate (${alertWords(code)}).`,
        'Use a client certificate signed by the CA the server trusts.',
      ];
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
    case 'ERR_SSL_UNEXPECTED_MESSAGE':
      return ['tlsNotSupported', `${name} does not speak TLS.`, 'Switch TLS off, or use its TLS port.'];
  }
  if (untrusted.has(code))
    return [
      'certificateNotTrusted',
      `The certificate of ${name} is not trusted: ${signerOf(code)} (${code}).`,
      'Give the CA that signed it in the TLS settings, if you trust that one.',
    ];
  if (code.startsWith('ERR_SSL_')) return ['tlsFailed', `TLS with ${name} failed (${alertWords(code)}).`];
  return undefined;
}

// Node hangs the certificate on this error (tls.js, checkServerIdentity).
function forWhom(error: unknown): string {
  const names: unknown = (error as { cert?: { subjectaltname?: unknown } } | undefined)?.cert?.subjectaltname;
  return typeof names === 'string' ? `, it is for ${names.replaceAll(/(^|, )(DNS|IP Address):/g, '$1')}` : '';
}

function signerOf(code: string): string {
  if (code === 'DEPTH_ZERO_SELF_SIGNED_CERT') return 'it signed itself';
  return code === 'CERT_REVOKED' ? 'it was revoked' : 'no authority known here signed it';
}

const untrusted = new Set([
  ...['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'SELF_SIGNED_CERT_IN_CHAIN', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'INVALID_CA'],
  ...['UNABLE_TO_GET_ISSUER_CERT', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'CERT_UNTRUSTED', 'CERT_SIGNATURE_FAILURE'],
  ...['CERT_CHAIN_TOO_LONG', 'CERT_REVOKED', 'CERT_REJECTED', 'INVALID_PURPOSE', 'PATH_LENGTH_EXCEEDED'],
]);

function alertWords(code: string): string {
  return code
    .replace(/^ERR_SSL_(TLSV1_ALERT_|TLSV13_ALERT_|SSLV3_ALERT_)?/, '')
    .toLowerCase()
    .replaceAll('_', ' ');
}
