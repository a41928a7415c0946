import { existsSync, readFileSync, readdirSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { AppError } from '../errors.ts';
import { run } from './run.ts';

export interface Java {
  /** Absolute path of the `java` program. */
  readonly path: string;
  /** Feature release: 17, 21, 25. */
  readonly major: number;
}

export interface JavaSearch {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folders whose entries are Java homes. */
  readonly folders: readonly string[];
}

const USUAL_FOLDERS = [
  '/usr/lib/jvm',
  '/usr/lib64/jvm',
  '/usr/java',
  '/opt',
  '/opt/java',
  '/Library/Java/JavaVirtualMachines',
  '/opt/homebrew/opt',
  join(homedir(), '.jdks'),
  join(homedir(), '.sdkman/candidates/java'),
  join(homedir(), '.asdf/installs/java'),
];

/** A Java of a feature release between `min` and `max`: JAVA_HOME first, then PATH, then the newest in the usual folders. */
export async function findJava(
  range: { min: number; max?: number },
  search: JavaSearch = { env: process.env, folders: USUAL_FOLDERS },
): Promise<Java> {
  const fits = (java: Java | undefined): java is Java =>
    java !== undefined && java.major >= range.min && java.major <= (range.max ?? Infinity);
  const seen = new Map<string, Java>();
  const look = async (path: string): Promise<Java | undefined> => {
    if (!existsSync(path)) return undefined;
    const real = realpathSync(path);
    const major = seen.get(real)?.major ?? (await majorOf(real));
    if (major === undefined) return undefined;
    const java = { path: real, major };
    seen.set(real, java);
    return java;
  };
  const home = search.env['JAVA_HOME'];
  const named = [
    ...(home === undefined || home === '' ? [] : [join(home, 'bin', 'java')]),
    ...(search.env['PATH'] ?? '')
      .split(delimiter)
      .filter((folder) => folder !== '')
      .map((folder) => join(folder, 'java')),
  ];
  for (const path of named) {
    const java = await look(path);
    if (fits(java)) return java;
  }
  for (const path of search.folders.flatMap(homesIn)) await look(path);
  const best = [...seen.values()].filter(fits).sort((a, b) => b.major - a.major)[0];
  if (best !== undefined) return best;
  const wanted = range.max === undefined ? `${range.min} or later` : `${range.min} to ${range.max}`;
  const found = [...new Set([...seen.values()].map((java) => java.major))].sort((a, b) => a - b).join(', ');
  throw new AppError('MISSING_TOOL', `No Java ${wanted} found${found === '' ? '' : ` (only ${found})`}.`, {
    hint: `Install a JDK ${wanted} (for example Eclipse Temurin) or point JAVA_HOME at one; or set OPENSEARCH_URL to a running cluster.`,
  });
}

/** `java` of every home in a folder; on macOS homes are bundles with Contents/Home inside. */
function homesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((entry) =>
    ['bin/java', 'Contents/Home/bin/java', 'libexec/openjdk.jdk/Contents/Home/bin/java']
      .map((tail) => join(folder, entry, tail))
      .filter((path) => existsSync(path)),
  );
}

/** Feature release from the home's `release` file (no process started), else from `java -version`. */
async function majorOf(java: string): Promise<number | undefined> {
  const release = join(dirname(dirname(java)), 'release');
  if (existsSync(release)) {
    const major = parseMajor(/^JAVA_VERSION="([^"]+)"/m.exec(readFileSync(release, 'utf8'))?.[1]);
    if (major !== undefined) return major;
  }
  const { code, output } = await run(java, ['-version'], { timeoutMs: 20_000 });
  return code === 0 ? parseMajor(/version "([^"]+)"/.exec(output)?.[1]) : undefined;
}

/** `1.8.0_392` → 8, `17.0.15` → 17, `25` → 25. */
function parseMajor(version: string | undefined): number | undefined {
  const match = /^(?:1\.)?(\d+)/.exec(version ?? '');
  return match?.[1] === undefined ? undefined : Number(match[1]);
}
