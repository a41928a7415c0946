import { DqlSyntaxError, fieldTerms, parseDql } from '../dql/dql.ts';
import type { BucketSource, DashboardSource, MetricSource, PanelSource, QuerySource } from '../source/types.ts';
import { finding, type Finding } from './finding.ts';

/** What no source fills: severity is always Informational, locations need enrichment. */
const EMPTY_FIELDS = /^(severity|severity_id|src_endpoint\.location\..*)$/;
/** Searchable by key without being listed: `unmapped` keeps whatever OCSF has no place for. */
const OPEN_FIELDS = /^unmapped\./;

/** The rules that read the sources as a person wrote them (C006, C008–C013). `fields`: every field of an index pattern, by its id. */
export function lintSources(
  dashboards: readonly DashboardSource[],
  queries: readonly QuerySource[],
  fields: ReadonlyMap<string, ReadonlySet<string>>,
): Finding[] {
  const links = new Set(dashboards.map(({ id }) => id));
  return [
    ...dashboards.flatMap((dashboard) => lintDashboard(dashboard, fields, links)),
    ...queries.flatMap((query) => lintQuery(query, fields)),
    ...lintDuplicates(queries),
  ];
}

function lintDashboard(
  dashboard: DashboardSource,
  fields: ReadonlyMap<string, ReadonlySet<string>>,
  links: ReadonlySet<string>,
): Finding[] {
  const where = `dashboards/${dashboard.id}.yml`;
  const findings: Finding[] = [];
  const known = (index: string): ReadonlySet<string> => fields.get(index) ?? new Set();
  if (!fields.has(dashboard.index))
    findings.push(finding('C001', where, `index pattern ${dashboard.index} does not exist`));
  for (const { field } of dashboard.controls)
    findings.push(...lintField(field, known(dashboard.index), `${where} controls`));
  for (const panel of dashboard.rows.flatMap(({ panels }) => panels)) {
    const place = `${where} ${panel.id}`;
    const list = known(panel.index ?? dashboard.index);
    for (const field of panelFields(panel)) findings.push(...lintField(field, list, place));
    for (const text of panelQueries(panel)) findings.push(...lintDql(text, list, place));
    findings.push(...lintText(`${panel.title} ${panel.question} ${panel.markdown ?? ''}`, list, place));
    for (const [, target = ''] of (panel.markdown ?? '').matchAll(/#\/view\/ocsf-cloudtrail-([a-z0-9-]+)/g))
      if (!links.has(target))
        findings.push(finding('C013', place, `links to the dashboard ${target}, which does not exist`));
  }
  return findings;
}

function panelFields(panel: PanelSource): string[] {
  const ofMetric = (metric: MetricSource): string[] =>
    metric === 'count'
      ? []
      : Object.entries(metric)
          .filter(([key]) => key !== 'label' && key !== 'count')
          .map(([, field]) => String(field));
  const ofBucket = (bucket: BucketSource): string[] => {
    if ('terms' in bucket) return [bucket.terms];
    if ('significant' in bucket) return [bucket.significant];
    return 'field' in bucket && bucket.field !== undefined ? [bucket.field] : [];
  };
  return [
    ...(panel.metrics ?? []).flatMap(ofMetric),
    ...(panel.by ?? []).flatMap(ofBucket),
    ...(panel.series === undefined ? [] : ofBucket(panel.series)),
    ...(panel.columns ?? []),
  ];
}

function panelQueries(panel: PanelSource): string[] {
  const buckets = [...(panel.by ?? []), ...(panel.series === undefined ? [] : [panel.series])];
  return [
    ...(panel.query === undefined ? [] : [panel.query]),
    ...buckets.flatMap((bucket) => ('filters' in bucket ? Object.values(bucket.filters) : [])),
  ];
}

function lintQuery(query: QuerySource, fields: ReadonlyMap<string, ReadonlySet<string>>): Finding[] {
  const where = `queries/${query.id}.yml`;
  const list = fields.get('logs-cloudtrail') ?? new Set<string>();
  const used = new Set(dqlFields(query.query));
  const listed = new Set(query.fields);
  const differ = [...used]
    .filter((field) => !listed.has(field))
    .concat([...listed].filter((field) => !used.has(field)));
  return [
    ...lintDql(query.query, list, where),
    ...(differ.length === 0 ? [] : [finding('C011', where, `fields and query differ in ${differ.join(', ')}`)]),
    ...lintText(query.why, list, where),
  ];
}

function lintDql(text: string, list: ReadonlySet<string>, where: string): Finding[] {
  try {
    parseDql(text);
  } catch (error) {
    if (!(error instanceof DqlSyntaxError)) throw error;
    return [finding('C008', where, error.message)];
  }
  return dqlFields(text).flatMap((field) => lintField(field, list, where));
}

function dqlFields(text: string): string[] {
  try {
    return [...new Set(fieldTerms(parseDql(text)).map(({ name }) => name))];
  } catch (error) {
    if (error instanceof DqlSyntaxError) return [];
    throw error;
  }
}

function lintField(field: string, list: ReadonlySet<string>, where: string): Finding[] {
  if (EMPTY_FIELDS.test(field)) return [finding('C012', where, `${field} says nothing without enrichment`)];
  return list.has(field) || OPEN_FIELDS.test(field)
    ? []
    : [finding('C006', where, `${field} is not in the field list`)];
}

/** A dotted word that starts like one of our objects is meant as a field. */
function lintText(text: string, list: ReadonlySet<string>, where: string): Finding[] {
  const roots = new Set([...list].filter((field) => field.includes('.')).map((field) => field.split('.')[0]));
  return [...text.matchAll(/\b[a-z_]+(?:\.[a-z_]+)+\b/g)]
    .map(([word]) => word)
    .filter((word) => roots.has(word.split('.')[0]) && !list.has(word))
    .map((word) => finding('C010', where, `${word} is not a field`));
}

function lintDuplicates(queries: readonly QuerySource[]): Finding[] {
  const seen = new Map<string, string>();
  return queries.flatMap(({ id, title, query }) =>
    [`title ${title}`, `query ${query.replace(/\s+/g, ' ').trim()}`].flatMap((key) => {
      const other = seen.get(key);
      if (other === undefined) seen.set(key, id);
      return other === undefined
        ? []
        : [finding('C009', `queries/${id}.yml`, `has the ${key.split(' ', 1)[0] ?? ''} of ${other}`)];
    }),
  );
}
