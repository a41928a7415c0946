import { BUNDLE_NAMES, compileBundles } from './assets.ts';
import { CONFIG_SCHEMA } from '../config/schema.ts';
import { toNdjson } from './compile/saved-object.ts';
import { compileMapping, mappedPaths } from './compile/mappings.ts';
import { indexPatternFields } from './compile/index-pattern.ts';
import { fieldTable, replaceBetween } from './compile/readme.ts';
import { readFields } from './fields.ts';
import { readFileSync } from 'node:fs';
import { sampleDocument, SAMPLES } from './samples.ts';
import { shipped } from './root.ts';

/** A file that is made from sources, committed, and compared in `npm run check`. */
export interface Generator {
  /** Path in the package. */
  readonly path: string;
  /** The whole file. Same sources, same bytes. */
  render(): string | Promise<string>;
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** Everything that `npm run generate` writes. Order matters where one generator reads what another wrote. */
export const GENERATORS: readonly Generator[] = [
  { path: 'mappings/generated/event-mapping.json', render: () => json(compileMapping(readFields())) },
  {
    path: 'mappings/generated/index-pattern-fields.json',
    render: () =>
      `[\n${indexPatternFields(readFields())
        .map((field) => JSON.stringify(field))
        .join(',\n')}\n]\n`,
  },
  { path: 'src/generated/mapped-paths.ts', render: () => mappedPathsModule() },
  {
    path: 'integration/config.schema.json',
    render: () => json(CONFIG_SCHEMA),
  },
  ...BUNDLE_NAMES.map((name) => ({
    path: `dashboards/generated/${name}.ndjson`,
    render: () => toNdjson(compileBundles().find((bundle) => bundle.name === name)?.objects ?? []),
  })),
  ...SAMPLES.map((name) => ({
    path: `integration/samples/${name}.ocsf.json`,
    render: () => json(sampleDocument(name)),
  })),
  {
    path: 'README.md',
    render: () => replaceBetween(readFileSync(shipped('README.md'), 'utf8'), 'fields', fieldTable(readFields())),
  },
];

function mappedPathsModule(): string {
  const entries = Object.entries(mappedPaths(readFields())).map(([path, type]) => `  '${path}': '${type}',`);
  return `// Do not edit: npm run generate makes this file from mappings/fields.yml.
import type { FieldType } from '../content/compile/field.ts';

/** What the index mapping expects at each path. Values that do not fit are rejected by the server, so the encoder makes them fit. */
export const MAPPED_PATHS: Readonly<Record<string, FieldType | 'object'>> = {
${entries.join('\n')}
};
`;
}
