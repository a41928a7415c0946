import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The package's own folder. `src/content/` and `dist/content/` are equally deep, so this holds in both. */
export const PACKAGE_ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Absolute path of a shipped file. */
export function shipped(...parts: string[]): string {
  return PACKAGE_ROOT + parts.join('/');
}

export function packageVersion(): string {
  return (JSON.parse(readFileSync(shipped('package.json'), 'utf8')) as { version: string }).version;
}
