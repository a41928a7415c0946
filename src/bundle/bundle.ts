import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { shipped } from '../content/root.ts';
import { AppError } from '../errors.ts';
import { catalogFiles } from './catalog.ts';
import { readManifest } from './manifest.ts';
import { catalogFaults, type BundleFile } from './validate.ts';

/** Lists the other files; marks a folder as a bundle, so that a newer one can take its place. */
export const SUMS = 'SHA256SUMS';

/** The whole integration as files, sorted by path. Same package, same bytes. Throws when the catalog could not take it. */
export function buildBundle(): BundleFile[] {
  const manifest = readManifest();
  const files: BundleFile[] = [
    copy('README.md', 'integration/info/BUNDLE.md'),
    copy('pipelines/security-lake.yml', 'integration/pipelines/security-lake.yml'),
    // To import by hand: ours, and the optional ones.
    ...readdirSync(shipped('dashboards', 'generated'))
      .filter((name) => name.endsWith('.ndjson'))
      .map((name) => copy(name, `dashboards/generated/${name}`)),
    ...catalogFiles(manifest),
  ];
  const faults = catalogFaults(files, manifest.name, manifest.version);
  if (faults.length > 0) throw new Error(`The catalog would refuse this bundle:\n${faults.join('\n')}`);
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  const sums = files.map(({ path, content }) => `${sha256(content)}  ${path}\n`).join('');
  return [{ path: SUMS, content: Buffer.from(sums) }, ...files];
}

/** Writes the files below `folder`. An older bundle there is replaced; any other content is a USAGE error. */
export function writeBundle(folder: string, files: readonly BundleFile[]): void {
  clear(folder);
  for (const { path, content } of files) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
  }
}

export const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

function copy(path: string, source: string): BundleFile {
  return { path, content: readFileSync(shipped(source)) };
}

/** Removes what an earlier bundle wrote, so that no file of an older version is left, and nothing that somebody added. */
function clear(folder: string): void {
  const sums = readOr(join(folder, SUMS));
  if (sums === undefined) {
    if (entries(folder).length === 0) return;
    throw new AppError('USAGE', `${folder} is not empty and holds no bundle of an earlier version.`, {
      hint: 'Name another folder with --out.',
    });
  }
  for (const line of sums.toString('utf8').trimEnd().split('\n')) {
    const [sum, path = ''] = line.split('  ', 2);
    const inside = path !== '' && normalize(path) === path && !path.startsWith('..') && !path.startsWith('/');
    const content = inside ? readOr(join(folder, path)) : undefined;
    if (content !== undefined && sha256(content) === sum) rmSync(join(folder, path));
  }
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new AppError('USAGE', `${folder} is not a folder that can be written to.`, { cause: error });
  }
}

function readOr(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
