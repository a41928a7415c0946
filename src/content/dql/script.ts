/** Conditions on scripted fields: a script that runs the field's own and compares. */
import type { Field } from '../index-pattern.ts';
import type { Json, JsonObject } from '../json.ts';
import type { RangeOperator } from './ast.ts';
import { DqlFieldError } from './error.ts';

const SYMBOLS: Readonly<Record<RangeOperator, string>> = { gt: '>', gte: '>=', lte: '<=', lt: '<' };
const DATES: Readonly<Record<RangeOperator, string>> = {
  gt: 's.get().toInstant().isAfter(Instant.parse(v))',
  gte: '!s.get().toInstant().isBefore(Instant.parse(v))',
  lte: '!s.get().toInstant().isAfter(Instant.parse(v))',
  lt: 's.get().toInstant().isBefore(Instant.parse(v))',
};

/** Throws `DqlFieldError` where a boolean field is compared with something else. */
export function phraseScript(field: Field, value: Json): JsonObject {
  const { script = '', lang } = field;
  const source =
    lang === 'painless'
      ? `boolean compare(Supplier s, def v) {return s.get() == v;}compare(() -> { ${script} }, params.value);`
      : `(${script}) == value`;
  const converted = asFieldValue(field, value);
  if (converted === undefined) throw new DqlFieldError(notBoolean(field, value));
  return scriptQuery(source, lang, { value: converted });
}

export function rangeScript(field: Field, operator: RangeOperator, value: Json): JsonObject {
  const { script = '', lang } = field;
  const condition = field.type === 'date' ? DATES[operator] : `s.get() ${SYMBOLS[operator]} v`;
  const source =
    lang === 'painless'
      ? `boolean ${operator}(Supplier s, def v) {return ${condition}}${operator}(() -> { ${script} }, params.${operator})`
      : `(${script})${SYMBOLS[operator]}${operator}`;
  return scriptQuery(source, lang, { [operator]: value });
}

/** The value as the field needs it: aggregations answer 1 and 0 for booleans. Undefined: not a boolean. */
export function asFieldValue(field: Field, value: Json): Json | undefined {
  if (field.type !== 'boolean' || typeof value === 'boolean') return value;
  if (value === 1 || value === 'true') return true;
  if (value === 0 || value === 'false') return false;
  return undefined;
}

export function notBoolean(field: Field, value: Json): string {
  return `${JSON.stringify(value)} is not a valid boolean value for boolean field ${field.name}`;
}

function scriptQuery(source: string, lang: string | undefined, params: JsonObject): JsonObject {
  return { script: { script: { source, params, ...(lang === undefined ? {} : { lang }) } } };
}
