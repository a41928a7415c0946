import type { Agg } from './agg.ts';
import { Refusal } from './types.ts';

/** The parameter under its own name, where it says anything: zero, false and empty texts are left out. */
export function given(agg: Agg, name: string): Record<string, unknown> {
  const value = agg.params[name];
  return value === undefined || value === 0 || value === false || value === '' ? {} : { [name]: value };
}

/** `{field}`, or the script of a scripted field. */
export function fieldParam(agg: Agg): Record<string, unknown> {
  const { field } = agg;
  if (field === undefined) throw new Refusal('"field" is a required parameter');
  return field.scripted === true ? { script: { source: field.script, lang: field.lang } } : { field: field.name };
}
