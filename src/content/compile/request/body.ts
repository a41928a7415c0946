/** What is the same in every request of an index pattern. */
import type { IndexPattern } from '../../index-pattern.ts';
import type { JsonObject } from '../../json.ts';

/** Dates as text from doc values, because `_source` may hold them in any format; nothing of what the pattern hides. */
export function commonBody(pattern: IndexPattern): JsonObject {
  const scripted = pattern.fields.filter((field) => field.scripted === true);
  const dates = pattern.fields.filter((field) => field.type === 'date' && field.scripted !== true);
  const excludes = pattern.sourceExcludes ?? [];
  const hidden = excludes.map(wildcard);
  return {
    stored_fields: ['*'],
    script_fields: Object.fromEntries(
      scripted.map(({ name, script = '', lang = 'painless' }) => [name, { script: { source: script, lang } }]),
    ),
    docvalue_fields: dates
      .filter(({ name }) => !hidden.some((pattern) => pattern.test(name)))
      .map(({ name, esTypes }) => ({ field: name, format: nanos(esTypes) ? 'strict_date_time' : 'date_time' })),
    _source: { excludes },
  };
}

export function nanos(esTypes: readonly string[] | undefined): boolean {
  return esTypes?.includes('date_nanos') === true;
}

function wildcard(text: string): RegExp {
  const literal = text.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literal.join('.*')}$`);
}
