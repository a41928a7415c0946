import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { AppError } from '../errors.ts';

/** The text of a certificate or key that the configuration names. Throws CONFIG. */
export function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new AppError('CONFIG', `Cannot read ${path}.`, { cause, hint: 'Check the path of the PEM file.' });
  }
}

/** For what may also be certified by a public authority: Node would trust the one in the file instead of those. Throws CONFIG. */
export function besidesPublic(path: string): string[] {
  return [...rootCertificates, readPem(path)];
}
