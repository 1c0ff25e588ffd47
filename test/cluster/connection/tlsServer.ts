import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTestPorts } from '../../support/freePorts';
import { sendCommand, startTestServers, type TestServers } from '../../support/testCluster';
import { CertificateAuthority, type Certificate } from './certificates';

/** One server with a plain port and a TLS port, which asks no certificate of its clients. */
export interface TlsServer {
  servers: TestServers;
  /** The authority it trusts, and one it does not know. */
  ours: CertificateAuthority;
  foreign: CertificateAuthority;
  /** The certificate it starts with, `CN=fitting`. */
  own: Certificate;
  /** Its TLS port, as `127.0.0.1:7000`. */
  tlsAddress: string;
  /** Lets it show this certificate from now on, and sets these directives. */
  serve: (own: Certificate, settings?: Readonly<Record<string, string>>) => Promise<void>;
  close(): Promise<void>;
}

/** `names`: of the certificate it starts with, like `DNS:redis.example` and `IP:127.0.0.1`. */
export async function startTlsServer({
  names,
  password,
}: {
  names: readonly string[];
  password?: string;
}): Promise<TlsServer> {
  const directory = await mkdtemp(join(tmpdir(), 'rcm-tls-'));
  const removeDirectory = (): Promise<void> => rm(directory, { recursive: true, force: true });
  try {
    const [ours, foreign] = await Promise.all([
      CertificateAuthority.create(directory, 'ours'),
      CertificateAuthority.create(directory, 'foreign'),
    ]);
    const own = await ours.issue('fitting', names);
    const [tlsPort] = await findTestPorts(1);
    const servers = await startTestServers({
      count: 1,
      ...(password !== undefined && { password }),
      settings: {
        'tls-port': String(tlsPort),
        ...filesOf(own),
        'tls-ca-cert-file': ours.certificateFile,
        'tls-auth-clients': 'no',
      },
    });
    return {
      ...{ servers, ours, foreign, own, tlsAddress: `127.0.0.1:${tlsPort}` },
      async serve(shown, settings = {}) {
        const all = Object.entries({ ...filesOf(shown), ...settings }).flat();
        await sendCommand(servers.ports[0]!, ['CONFIG', 'SET', ...all], password);
      },
      async close() {
        await servers.close();
        await removeDirectory();
      },
    };
  } catch (error) {
    await removeDirectory();
    throw error;
  }
}

function filesOf({ certificateFile, keyFile }: Certificate): Record<string, string> {
  return { 'tls-cert-file': certificateFile, 'tls-key-file': keyFile };
}
