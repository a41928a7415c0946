import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../errors.ts';
import { run } from './run.ts';
import { findOpenssl } from './tools.ts';

/** Paths of a PEM certificate and its PKCS#8 key. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** A certificate authority for one test run: EC P-256, in a folder of its own, trusted by nobody else. */
export interface Authority {
  /** PEM file to trust. */
  readonly ca: string;
  /** A certificate for a server on loopback, or for a client named `name`; subject `CN=<name>,O=local`. */
  issue(name: string, options?: { expired?: boolean }): Promise<KeyPair>;
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

export async function createAuthority(dir: string): Promise<Authority> {
  const program = findOpenssl();
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const openssl = async (...args: string[]): Promise<void> => {
    const { code, output } = await run(program, args, { cwd: dir });
    if (code !== 0)
      throw new AppError('MISSING_TOOL', `openssl ${args[0]} failed: ${output.trim().split('\n').at(-1)}`);
  };
  const pair = (name: string): KeyPair => ({ cert: join(dir, `${name}.pem`), key: join(dir, `${name}-key.pem`) });
  const ca = pair('ca');
  const days = ['-days', '30'];
  await openssl(
    'req',
    '-x509',
    ...NEW_KEY,
    '-keyout',
    ca.key,
    '-out',
    ca.cert,
    ...days,
    '-subj',
    '/O=local/CN=test CA',
  );
  return {
    ca: ca.cert,
    async issue(name, options = {}) {
      const { cert, key } = pair(name);
      const request = join(dir, `${name}.csr`);
      const extensions = join(dir, `${name}.cnf`);
      await writeFile(
        extensions,
        'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n',
      );
      await openssl('req', ...NEW_KEY, '-keyout', key, '-out', request, '-subj', `/O=local/CN=${name}`);
      const sign = ['-CA', ca.cert, '-CAkey', ca.key, '-CAcreateserial', '-extfile', extensions];
      const validity = options.expired === true ? ['-days', '-1'] : days;
      await openssl('x509', '-req', '-in', request, '-out', cert, ...sign, ...validity);
      await chmod(cert, 0o600);
      return { cert, key };
    },
  };
}
