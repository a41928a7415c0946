import { readFileSync } from 'node:fs';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { LineCounter, isMap, isScalar, parseDocument, visit, type Document, type Node, type Scalar } from 'yaml';
import { AppError } from '../errors.ts';
import { parseInstant } from './duration.ts';
import { withoutCredentials } from './mask.ts';
import { CONFIG_SCHEMA, type ConfigFile } from './schema.ts';
import { nearest } from './suggest.ts';

export interface LoadedConfig {
  readonly config: ConfigFile;
  /** Things that work but should not stay so, such as a password written into the file. */
  readonly warnings: readonly string[];
}

const SECRET_KEYS = new Set(['password', 'secretAccessKey', 'sessionToken']);
/** Keys whose URL may carry a user and a password. */
const URL_KEYS = new Set(['url', 'endpoint', 'proxy']);
const USER_INFO = /\/\/[^/@\s:]*:(\S*)@/;

/** Reads and checks a configuration file. Throws CONFIG with `file:line:column`, the key, what was expected, the nearest key. */
export function loadConfigFile(path: string, env: Readonly<Record<string, string | undefined>>): LoadedConfig {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new AppError('CONFIG', `Cannot read the configuration file ${path}.`, {
      cause,
      hint: 'Check the path given with --config.',
    });
  }
  return parseConfig(text, path, env);
}

/** The configuration with every default filled in and nothing configured. */
export function defaultConfig(): ConfigFile {
  return parseConfig('{}', 'defaults', {}).config;
}

export function parseConfig(
  text: string,
  file: string,
  env: Readonly<Record<string, string | undefined>>,
): LoadedConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const syntax = document.errors[0];
  if (syntax !== undefined) throw configError([`${at(syntax.pos[0])} ${syntax.message}`]);

  const faults: string[] = [];
  const warnings: string[] = [];
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) !== undefined) return;
      // Its name stays unsaid: a password that begins with * looks like one.
      faults.push(`${at(alias.range?.[0] ?? 0)} an alias of nothing; a value that begins with * needs quotes`);
    },
    Pair(_, pair) {
      const { key, value } = pair;
      if (!isScalar(key) || !isScalar(value) || typeof value.value !== 'string') return;
      const name = String(key.value);
      const place = at(value.range?.[0] ?? 0);
      if (SECRET_KEYS.has(name) && !value.value.includes('${'))
        warnings.push(`${place} ${name} stands in the file: use a reference such as \${${envName(name)}}.`);
      const word = URL_KEYS.has(name) ? USER_INFO.exec(value.value)?.[1] : undefined;
      if (word !== undefined && !word.includes('${'))
        warnings.push(`${place} ${name} carries a password: use a reference such as //user:\${PASSWORD}@host.`);
    },
    Scalar(position, scalar) {
      if (position === 'key' || typeof scalar.value !== 'string') return;
      const missing = substitute(scalar, env);
      for (const name of missing)
        faults.push(`${at(scalar.range?.[0] ?? 0)} the environment variable ${name} is not set`);
    },
  });
  if (faults.length > 0) throw configError(faults);

  const validate = new Ajv2020({
    allErrors: true,
    useDefaults: true,
    strict: true,
    discriminator: true,
    strictRequired: false,
  }).compile<ConfigFile>(CONFIG_SCHEMA);
  let value: unknown = document.toJS() ?? {};
  if (!validate(value) && convertReferences(validate.errors ?? [], document)) value = document.toJS();
  if (!validate(value)) {
    const errors = (validate.errors ?? []).map((error) => describe(error, document, at));
    throw configError([...new Set(errors)]);
  }
  const times = Object.entries(value.sources).flatMap(([name, source]) => timeFaults(name, source, document, at));
  if (times.length > 0) throw configError(times);
  return { config: value, warnings };
}

/** What the patterns of the schema let through: days that are none, and a window in which nothing can be. */
function timeFaults(
  name: string,
  source: ConfigFile['sources'][string],
  document: Document,
  at: (offset: number) => string,
): string[] {
  const now = Date.now();
  const faults: string[] = [];
  const fault = (key: string, expected: string): void => {
    const path = ['sources', name, key];
    faults.push(
      `${at(offsetOf(document, path))} ${path.join('.')} is ${shownAt(document, path)}; expected ${expected}`,
    );
  };
  const times = (['since', 'until'] as const).map((key) => {
    const text = source[key];
    try {
      return text === undefined ? undefined : parseInstant(text, now, key);
    } catch {
      return void fault(key, 'a day (2026-11-01), an instant (2026-11-01T06:00:00Z) or an age (7d)');
    }
  });
  const [since = -Infinity, until = Infinity] = times;
  if (since >= until) fault('until', 'a time after since');
  return faults;
}

function configError(faults: readonly string[]): AppError {
  return new AppError('CONFIG', faults.join('\n'), {
    hint: 'The options are described in integration/config.schema.json.',
  });
}

function envName(key: string): string {
  return (
    { password: 'OPENSEARCH_PASSWORD', secretAccessKey: 'AWS_SECRET_ACCESS_KEY', sessionToken: 'AWS_SESSION_TOKEN' }[
      key
    ] ?? 'NAME'
  );
}

/**
 * A reference that is a whole value is text, as a password of digits has to be, unless a number or a boolean is expected
 * in its place. Whether anything was converted.
 */
function convertReferences(errors: readonly ErrorObject[], document: Document): boolean {
  let converted = false;
  for (const { keyword, instancePath, params } of errors) {
    const scalar = document.getIn(pathOf(instancePath), true);
    if (keyword !== 'type' || !isScalar(scalar) || !isReference(scalar)) continue;
    const text = String(scalar.value);
    const { type } = params as { type: unknown };
    if (type === 'boolean' ? /^(true|false)$/.test(text) : /^(0|[1-9]\d{0,14})$/.test(text)) {
      scalar.value = JSON.parse(text) as boolean | number;
      converted = true;
    }
  }
  return converted;
}

/** Whether a reference is all that stands there, without quotes. */
function isReference({ source = '', type }: Scalar): boolean {
  return type === 'PLAIN' && /^\$\{[^}]*\}$/.test(source);
}

/** A JSON pointer as the keys it is made of. */
function pathOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Replaces `${NAME}` and `${NAME:-default}` in place; gives the names that are not set. */
function substitute(scalar: Scalar, env: Readonly<Record<string, string | undefined>>): string[] {
  const text = scalar.value as string;
  const missing: string[] = [];
  const replaced = text.replace(
    /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g,
    (_, name: string, fallback?: string) => {
      const value = env[name] ?? fallback;
      if (value === undefined) missing.push(name);
      return value ?? '';
    },
  );
  scalar.value = replaced;
  return missing;
}

/** `file:4:15 sources.trail.buckett is not known here; did you mean bucket?` */
function describe(error: ErrorObject, document: Document, at: (offset: number) => string): string {
  const path = pathOf(error.instancePath);
  const name = path.join('.');
  const where = (key?: string): string => at(offsetOf(document, path, key));
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case 'additionalProperties': {
      const unknown = String(params['additionalProperty']);
      const known = Object.keys(
        (error.parentSchema?.['properties'] as object | undefined) ?? propertiesAt(error.schemaPath),
      );
      const near = nearest(unknown, known);
      const say = near === undefined ? `expected one of ${known.join(', ')}` : `did you mean ${near}?`;
      return `${where(unknown)} ${[...path, unknown].join('.')} is not known here; ${say}`;
    }
    case 'required':
      return `${where()} ${name === '' ? 'the file' : name} lacks ${String(params['missingProperty'])}`;
    case 'dependentRequired':
      return `${where()} ${name}: ${String(params['property'])} needs ${String(params['missingProperty'])} beside it`;
    case 'discriminator':
      return `${where('type')} ${name}.type is ${JSON.stringify(params['tagValue'])}; expected s3, sqs or folder`;
    case 'enum': {
      const allowed = params['allowedValues'] as string[];
      const near = nearest(String(document.getIn(path)), allowed);
      return `${where()} ${name} is ${shownAt(document, path)}; expected ${allowed.join(', ')}${near === undefined ? '' : `; did you mean ${near}?`}`;
    }
    default:
      return `${where()} ${name} ${error.message ?? 'is wrong'}, but is ${shownAt(document, path)}`;
  }
}

/** The properties an `additionalProperties` error was checked against, found by its schema path. */
function propertiesAt(schemaPath: string): object {
  const parts = schemaPath.replace(/^#\//, '').split('/').slice(0, -1);
  const schema = parts.reduce<unknown>(
    (node, part) => (node as Record<string, unknown> | undefined)?.[part],
    CONFIG_SCHEMA,
  );
  return (schema as { properties?: object } | undefined)?.properties ?? {};
}

/** A value as an error may show it: what came from the environment stays a reference, and secrets stay unsaid. */
function shownAt(document: Document, path: readonly string[]): string {
  if (SECRET_KEYS.has(path.at(-1) ?? '')) return 'something else (not shown)';
  const node = document.getIn(path, true);
  if (!isScalar(node)) return isMap(node) ? '{…}' : JSON.stringify(document.getIn(path));
  const text = node.source?.includes('${') === true ? node.source : node.value;
  return JSON.stringify(
    typeof text === 'string' && URL_KEYS.has(path.at(-1) ?? '') ? withoutCredentials(text, '…@') : text,
  );
}

/** Where a path stands in the text; with `key`, where that key of it stands. */
function offsetOf(document: Document, path: readonly string[], key?: string): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = (length === 0 ? document.contents : document.getIn(path.slice(0, length), true)) as
      Node | null | undefined;
    if (node == null) continue;
    if (key !== undefined && length === path.length && isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && item.key.value === key);
      const keyNode = pair?.key;
      if (isScalar(keyNode)) return keyNode.range?.[0] ?? 0;
    }
    return node.range?.[0] ?? 0;
  }
  return 0;
}
