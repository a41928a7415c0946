import { writeFileSync } from 'node:fs';
import { compileBundles } from '../content/assets.ts';
import { readChangelog, readLock } from '../content/lint/lint.ts';
import { releaseLock } from '../content/lint/release.ts';
import { packageVersion, shipped } from '../content/root.ts';
import { messageOf } from '../errors.ts';

/** `npm run release:lock`, a step of releasing (docs/content.md): writes what is released under this version. */
try {
  const objects = compileBundles().flatMap((bundle) => bundle.objects);
  const lock = releaseLock(readLock(), packageVersion(), objects, readChangelog());
  writeFileSync(shipped('integration', 'content.lock.json'), `${JSON.stringify(lock, null, 2)}\n`);
  process.stdout.write(`Locked ${objects.length} objects as ${lock.version}: commit integration/content.lock.json.\n`);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
