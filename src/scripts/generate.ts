import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { GENERATORS } from '../content/generated.ts';
import { shipped } from '../content/root.ts';

/** Writes what changed; with `--check` writes nothing and fails when something would change. */
const check = process.argv.includes('--check');
const stale: string[] = [];
for (const generator of GENERATORS) {
  const { path } = generator;
  const file = shipped(path);
  const fresh = await generator.render();
  if (fresh === current(file)) continue;
  stale.push(path);
  if (check) continue;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, fresh);
}
for (const path of stale) process.stdout.write(`${check ? 'stale' : 'wrote'} ${path}\n`);
if (check && stale.length > 0) {
  process.stdout.write('Run npm run generate and commit the result.\n');
  process.exitCode = 1;
}

function current(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
