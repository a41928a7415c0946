import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { compileBundles, patterns } from '../assets.ts';
import { PACKAGE_ROOT, packageVersion, shipped } from '../root.ts';
import { readContent } from '../source/read.ts';
import type { Finding } from './finding.ts';
import { lintGenerated } from './generated.ts';
import { lintLinks } from './links.ts';
import { lintLock, type ChangelogEntry, type ContentLock } from './lock.ts';
import { lintObjects } from './objects.ts';
import { lintRequests } from './requests.ts';
import { lintSources } from './sources.ts';

/** Every rule over everything this package ships. */
export async function lintPackage(): Promise<Finding[]> {
  const content = readContent(PACKAGE_ROOT);
  const bundles = compileBundles(content);
  const fields = new Map(patterns().map(({ id, fields: list }) => [id, new Set(list.map(({ name }) => name))]));
  return [
    ...lintSources(content.dashboards, content.queries, fields),
    ...bundles.flatMap(({ objects }) => [...lintObjects(objects), ...lintRequests(objects)]),
    ...lintLinks(bundles.flatMap(({ objects }) => objects)),
    ...(await lintGenerated()),
    ...lintLock(
      readLock(),
      packageVersion(),
      bundles.flatMap(({ objects }) => objects),
      readChangelog(),
    ),
  ];
}

export function readChangelog(): ChangelogEntry[] {
  return parse(readFileSync(shipped('integration', 'changelog.yml'), 'utf8')) as ChangelogEntry[];
}

/** The lock of the last release; undefined before the first. */
export function readLock(): ContentLock | undefined {
  try {
    return JSON.parse(readFileSync(shipped('integration', 'content.lock.json'), 'utf8')) as ContentLock;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
