import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Certificate {
  /** PEM texts. */
  certificate: string;
  key: string;
  certificateFile: string;
  keyFile: string;
}

/** Certificates of one CA of its own, made by openssl in `directory`. */
export class CertificateAuthority {
  private constructor(
    readonly directory: string,
    readonly name: string,
    readonly certificate: string,
    readonly certificateFile: string,
  ) {}

  static async create(directory: string, name: string): Promise<CertificateAuthority> {
    const [file, key] = [join(directory, `${name}.crt`), join(directory, `${name}.key`)];
    const subject = ['-subj', `/CN=${name}`, '-days', '2'];
    await openssl('req', '-x509', '-nodes', ...ellipticKey, '-keyout', key, '-out', file, ...subject);
    return new CertificateAuthority(directory, name, await readFile(file, 'utf8'), file);
  }

  /** `names` are like `DNS:redis.example` and `IP:127.0.0.1`. */
  async issue(name: string, names: readonly string[], { expired = false } = {}): Promise<Certificate> {
    const at = (ending: string) => join(this.directory, `${this.name}-${name}.${ending}`);
    await openssl('req', '-nodes', ...ellipticKey, '-keyout', at('key'), '-out', at('csr'), '-subj', `/CN=${name}`);
    await writeFile(at('ext'), `subjectAltName=${names.join(',')}\n`);
    const signer = ['-CA', this.certificateFile, '-CAkey', join(this.directory, `${this.name}.key`), '-CAcreateserial'];
    // A certificate of -1 days ends before it begins.
    const days = ['-days', expired ? '-1' : '2'];
    await openssl('x509', '-req', '-in', at('csr'), '-out', at('crt'), ...signer, ...days, '-extfile', at('ext'));
    const [certificate, key] = await Promise.all([readFile(at('crt'), 'utf8'), readFile(at('key'), 'utf8')]);
    return { certificate, key, certificateFile: at('crt'), keyFile: at('key') };
  }
}

/** The key of a certificate, encrypted with `passphrase`; the passphrase goes through the environment. */
export async function encryptKey({ keyFile }: Certificate, passphrase: string): Promise<string> {
  const args = ['pkey', '-in', keyFile, '-aes256', '-passout', 'env:TEST_PASSPHRASE'];
  const { stdout } = await run('openssl', args, { env: { ...process.env, TEST_PASSPHRASE: passphrase } });
  return stdout;
}

const ellipticKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];

async function openssl(...args: string[]): Promise<void> {
  await run('openssl', args);
}
