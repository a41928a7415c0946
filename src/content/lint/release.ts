import { AppError } from '../../errors.ts';
import type { SavedObject } from '../compile/saved-object.ts';
import { lintLock, lockOf, type ChangelogEntry, type ContentLock } from './lock.ts';

/**
 * The lock of a release. `released` is the last one, undefined before the first. Throws CONFIG when C016 would, or when
 * the version is below the last one.
 */
export function releaseLock(
  released: ContentLock | undefined,
  version: string,
  objects: readonly SavedObject[],
  changelog: readonly ChangelogEntry[],
): ContentLock {
  const faults = lintLock(released, version, objects, changelog).map(({ where, message }) => `${where}: ${message}`);
  if (released !== undefined && isBelow(version, released.version))
    faults.push(`version ${version} is below ${released.version}, which is released`);
  if (faults.length > 0)
    throw new AppError('CONFIG', faults.join('\n'), {
      hint: 'Raise the version and write its entry into integration/changelog.yml.',
    });
  return lockOf(version, objects);
}

function isBelow(version: string, other: string): boolean {
  return version.localeCompare(other, 'en', { numeric: true }) < 0;
}
