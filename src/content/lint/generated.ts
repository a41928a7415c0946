import { readFileSync } from 'node:fs';
import { GENERATORS, type Generator } from '../generated.ts';
import { shipped } from '../root.ts';
import { finding, type Finding } from './finding.ts';

/** C015: what is committed must be what its sources give. */
export async function lintGenerated(
  generators: readonly Generator[] = GENERATORS,
  read: (path: string) => string = (path) => readFileSync(shipped(path), 'utf8'),
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const generator of generators) {
    const { path } = generator;
    const fresh = await generator.render();
    if (fresh !== current(path, read))
      findings.push(finding('C015', path, 'is not what its sources give: run npm run generate'));
  }
  return findings;
}

function current(path: string, read: (path: string) => string): string | undefined {
  try {
    return read(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
