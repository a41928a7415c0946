/** Every rule of the content linter, with what it protects. `docs/content.md` and the tests name the same codes. */
export const RULES = {
  C001: 'a reference leads nowhere',
  C002: 'a reference is used but not declared, or declared but not used',
  C003: 'an id is not unique, or not one that survives an import',
  C004: 'an attribute is unknown, or not what OpenSearch Dashboards stores',
  C005: 'the migration version is not the one that imports unchanged',
  C006: 'a field is not in the field list',
  C007: 'OpenSearch Dashboards would refuse to run this panel',
  C008: 'a query does not parse',
  C009: 'two queries are the same',
  C010: 'a text names a field that does not exist',
  C011: 'the listed fields are not the ones the query uses',
  C012: 'a panel rests on severity or on enrichment that nothing fills',
  C013: 'a link names a dashboard that is not in the bundle',
  C014: 'panels overlap or stick out of the grid',
  C015: 'a generated file is stale',
  C016: 'content changed without a new version and a changelog entry',
} as const;
export type Rule = keyof typeof RULES;

export interface Finding {
  readonly rule: Rule;
  /** The object or file: `visualization:ocsf-cloudtrail-overview-kinds`, `queries/root-activity.yml`. */
  readonly where: string;
  readonly message: string;
}

export function finding(rule: Rule, where: string, message: string): Finding {
  return { rule, where, message };
}
