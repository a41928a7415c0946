import { readFileSync } from 'node:fs';
import { AppError } from '../errors.ts';

/** The text of a certificate or key that the configuration names. Throws CONFIG. */
export function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new AppError('CONFIG', `Cannot read ${path}.`, { cause, hint: 'Check the path of the PEM file.' });
  }
}
