import { createHash } from 'node:crypto';
import { stableJson, type SavedObject } from '../compile/saved-object.ts';
import { finding, type Finding } from './finding.ts';

/** `integration/content.lock.json`: what was released under which version. */
export interface ContentLock {
  readonly version: string;
  /** `type:id` → sha256 of the object. */
  readonly objects: Readonly<Record<string, string>>;
}

export interface ChangelogEntry {
  readonly version: string;
  readonly changes: readonly { readonly description: string; readonly type: 'feature' | 'fix' | 'breaking' }[];
}

export function lockOf(version: string, objects: readonly SavedObject[]): ContentLock {
  const entries = objects.map(
    (object) => [`${object.type}:${object.id}`, createHash('sha256').update(stableJson(object)).digest('hex')] as const,
  );
  return { version, objects: Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1))) };
}

/**
 * C016: what was released is not changed in place. The lock of the released version stays as it is; content that differs
 * from it needs a version above it and an entry in the changelog. `released` is absent before the first release.
 */
export function lintLock(
  released: ContentLock | undefined,
  version: string,
  objects: readonly SavedObject[],
  changelog: readonly ChangelogEntry[],
): Finding[] {
  const where = 'integration/content.lock.json';
  const findings: Finding[] = [];
  if (!changelog.some((entry) => entry.version === version))
    findings.push(finding('C016', 'integration/changelog.yml', `has no entry for version ${version}`));
  if (released === undefined) return findings;
  const now = lockOf(version, objects).objects;
  const names = new Set([...Object.keys(released.objects), ...Object.keys(now)]);
  const changed = [...names].filter((name) => released.objects[name] !== now[name]).sort();
  if (changed.length > 0 && released.version === version)
    findings.push(
      finding(
        'C016',
        where,
        `${changed.length} objects differ from those locked as ${version} (${changed.slice(0, 3).join(', ')}${changed.length > 3 ? ', …' : ''})`,
      ),
    );
  return findings;
}
