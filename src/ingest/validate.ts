import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ErrorObject, ValidateFunction } from 'ajv';
import { shipped } from '../content/root.ts';
import type { JsonObject } from './map/json.ts';
import { classSchemas, type Extract } from './ocsf-schema.ts';

/** One way in which an event is not OCSF 1.1.0. */
export interface Violation {
  /** Dotted path of the attribute, list positions in brackets; empty for the event itself. */
  readonly path: string;
  /** Stable word: `required`, `unknown`, `type`, `enum`, `format`, `length`, `range`, `at_least_one` or `class`. */
  readonly rule: string;
  /** What was expected. */
  readonly message: string;
  /** The value found, as JSON of at most 200 characters; absent where nothing was found. */
  readonly value?: string;
}

const MAX_VALUE = 200;
const RULES: Readonly<Record<string, string>> = {
  required: 'required',
  additionalProperties: 'unknown',
  type: 'type',
  enum: 'enum',
  const: 'enum',
  pattern: 'format',
  maxLength: 'length',
  minimum: 'range',
  maximum: 'range',
};

/**
 * Makes the function that checks an event against OCSF 1.1.0: classes API Activity, Authentication and Account Change in full,
 * of other classes what all have in common. An empty list means valid.
 */
export function createValidator(): (event: JsonObject) => readonly Violation[] {
  const extract = JSON.parse(readFileSync(shipped('integration', 'ocsf', 'ocsf-1.1.0.json'), 'utf8')) as Extract;
  const ajv = new Ajv2020({ allErrors: true, strict: true, strictRequired: false, verbose: true });
  const { definitions, classes, common } = classSchemas(extract);
  ajv.addSchema(definitions, 'ocsf');
  const byClass = new Map<number, ValidateFunction>();
  for (const [uid, schema] of classes) byClass.set(uid, ajv.compile(schema));
  const other = ajv.compile(common);

  return (event) => {
    const { class_uid: classUid } = event;
    const validate = byClass.get(classUid as number) ?? other;
    if (validate(event)) return [];
    return violations(validate.errors ?? []);
  };
}

function violations(errors: readonly ErrorObject[]): Violation[] {
  const found: Violation[] = [];
  for (const error of errors) {
    const at = dotted(error.instancePath);
    if (error.keyword === 'anyOf') {
      const names = (error.schema as { required: string[] }[]).flatMap(({ required }) => required);
      found.push({ path: at, rule: 'at_least_one', message: `one of ${names.join(', ')} is missing` });
    } else if (error.keyword === 'required') {
      if (error.schemaPath.includes('/anyOf/')) continue;
      const { missingProperty } = error.params as { missingProperty: string };
      found.push({ path: join(at, missingProperty), rule: 'required', message: 'is required' });
    } else if (error.keyword === 'additionalProperties') {
      const { additionalProperty } = error.params as { additionalProperty: string };
      const value = (error.data as JsonObject)[additionalProperty];
      found.push({
        path: join(at, additionalProperty),
        rule: 'unknown',
        message: 'is no attribute of OCSF 1.1.0 here',
        ...shown(value),
      });
    } else {
      found.push({
        path: at,
        rule: RULES[error.keyword] ?? error.keyword,
        message: expected(error),
        ...shown(error.data),
      });
    }
  }
  return found;
}

function expected(error: ErrorObject): string {
  if (error.keyword === 'enum') return `must be one of ${(error.schema as unknown[]).join(', ')}`;
  if (error.keyword === 'pattern') return 'has not the form of its type';
  return error.message ?? `breaks ${error.keyword}`;
}

function shown(value: unknown): { value?: string } {
  const json = JSON.stringify(value);
  if (json === undefined) return {};
  return { value: json.length > MAX_VALUE ? `${json.slice(0, MAX_VALUE)}…` : json };
}

/** `/resources/0/uid` as `resources[0].uid`. */
function dotted(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, name) => (/^\d+$/.test(name) ? `${path}[${name}]` : join(path, name)), '');
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
