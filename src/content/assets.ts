import { compileDashboard, compileQuery } from './compile/dashboard.ts';
import { eventFormats, indexPattern } from './compile/event-index-pattern.ts';
import type { Mapping } from './compile/field.ts';
import { indexPatternFields, mappingFields, type IndexPatternField } from './compile/index-pattern.ts';
import type { SavedObject } from './compile/saved-object.ts';
import { DEAD_LETTER_MAPPING } from '../ingest/dead-letter/mapping.ts';
import { LEDGER_MAPPING } from '../ingest/ledger/mapping.ts';
import { names } from '../names.ts';
import { readFields } from './fields.ts';
import { PACKAGE_ROOT } from './root.ts';
import { readContent, type ContentSource } from './source/read.ts';

/** A bundle file of saved objects: `dashboards/generated/<name>.ndjson`. */
export const BUNDLE_NAMES = ['ocsf-cloudtrail', 'ocsf-cloudtrail-ingest-health'] as const;
export interface Bundle {
  readonly name: (typeof BUNDLE_NAMES)[number];
  readonly objects: readonly SavedObject[];
}

/** Our index patterns: id → what it searches. The events' one has the alias as its title. */
export interface PatternSource {
  readonly id: string;
  readonly title: string;
  readonly timeField: string;
  readonly fields: readonly IndexPatternField[];
  readonly bundle: 'core' | 'ingest-health';
}

export function patterns(): readonly PatternSource[] {
  const { alias, ledger, deadLetters } = names();
  const own = (id: string, timeField: string, mapping: Mapping): PatternSource => {
    return { id, title: id, timeField, fields: mappingFields(mapping), bundle: 'ingest-health' };
  };
  return [
    { id: alias, title: alias, timeField: 'time_dt', fields: indexPatternFields(readFields()), bundle: 'core' },
    own(ledger, 'settled_at', LEDGER_MAPPING),
    own(deadLetters, 'rejected_at', DEAD_LETTER_MAPPING),
  ];
}

/** Compiles everything a person sees in OpenSearch Dashboards from its sources. */
export function compileBundles(
  content: ContentSource = readContent(PACKAGE_ROOT),
  sources: readonly PatternSource[] = patterns(),
): Bundle[] {
  const timeField = (index: string): string => {
    const source = sources.find(({ id }) => id === index);
    if (source === undefined) throw new Error(`no index pattern has the id ${index}`);
    return source.timeField;
  };
  const objectsOf = (bundle: 'core' | 'ingest-health'): SavedObject[] => [
    ...sources
      .filter((source) => source.bundle === bundle)
      .map(({ id, title, timeField: time, fields }) =>
        indexPattern(id, title, time, fields, id === 'logs-cloudtrail' ? eventFormats(fields) : {}),
      ),
    ...content.dashboards
      .filter((dashboard) => dashboard.bundle === bundle)
      .flatMap((dashboard) => compileDashboard(dashboard, content.dashboards, timeField, content.style)),
    ...(bundle === 'core' ? content.queries.map(compileQuery) : []),
  ];
  return [
    { name: 'ocsf-cloudtrail', objects: objectsOf('core') },
    { name: 'ocsf-cloudtrail-ingest-health', objects: objectsOf('ingest-health') },
  ];
}
