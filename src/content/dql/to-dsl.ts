/**
 * DQL → query DSL, clause for clause what OpenSearch Dashboards 2.x sends.
 *
 * Three or more terms of an `or` or `and` are nested to the right, as its parser does it; from some 3.x version on they
 * are flat. The two mean the same.
 */
import { findField, type Field, type IndexPattern } from '../index-pattern.ts';
import type { Json, JsonObject } from '../json.ts';
import { termText, type DqlNode, type Is, type Range, type Term, type Wildcard } from './ast.ts';
import { DqlFieldError } from './error.ts';
import { parseDql, type ParseOptions } from './parse.ts';
import { phraseScript, rangeScript } from './script.ts';

export interface DqlContext {
  /** IANA name of the zone in which dates without one are meant. Absent: the cluster's default, UTC. */
  readonly timeZone?: string;
}

/** Beyond this many terms nesting to the right would come near the server's limit on JSON depth. */
export const FLAT_FROM = 64;

/** Parses and compiles. Throws `DqlSyntaxError` or `DqlFieldError`. Without an index pattern every field is taken as it is. */
export function dqlToDsl(text: string, pattern?: IndexPattern, context: DqlContext & ParseOptions = {}): JsonObject {
  return toDsl(parseDql(text, context), pattern, context);
}

export function toDsl(node: DqlNode, pattern: IndexPattern | undefined, context: DqlContext = {}): JsonObject {
  return new Compiler(pattern, context).compile(node, undefined);
}

class Compiler {
  readonly #pattern: IndexPattern | undefined;
  readonly #timeZone: JsonObject;

  constructor(pattern: IndexPattern | undefined, context: DqlContext) {
    this.#pattern = pattern;
    this.#timeZone = context.timeZone === undefined ? {} : { time_zone: context.timeZone };
  }

  compile(node: DqlNode, nestedPath: string | undefined): JsonObject {
    switch (node.type) {
      case 'all':
        return { match_all: {} };
      case 'and':
        return this.#junction(node.children, nestedPath, (filter) => ({ bool: { filter } }));
      case 'or':
        return this.#junction(node.children, nestedPath, anyOf);
      case 'not':
        return { bool: { must_not: this.compile(node.child, nestedPath) } };
      case 'nested': {
        const path = inside(nestedPath, termText(node.path));
        return { nested: { path, query: this.compile(node.child, path), score_mode: 'none' } };
      }
      case 'is':
        return this.#is(node, nestedPath);
      case 'range':
        return this.#range(node, nestedPath);
    }
  }

  #junction(
    nodes: readonly DqlNode[],
    nestedPath: string | undefined,
    join: (clauses: JsonObject[]) => JsonObject,
  ): JsonObject {
    const clauses = nodes.map((node) => this.compile(node, nestedPath));
    if (clauses.length > FLAT_FROM) return join(clauses);
    return clauses.reduceRight((right, left) => join([left, right]));
  }

  #is(node: Is, nestedPath: string | undefined): JsonObject {
    const { value } = node;
    const field = node.field ?? NO_FIELD;
    // A bare value; also after `null:`, which is how the language spells "no field".
    if (nestedPath === undefined && field.kind === 'literal' && field.value === null) return anyField(value);

    const fields = this.#fields(field, nestedPath);
    const exists = isStar(value);
    const everyField = isStar(field) || (this.#pattern !== undefined && fields.length === this.#pattern.fields.length);
    if (exists && everyField && nestedPath === undefined) return { match_all: {} };
    return anyOf(
      fields.flatMap((one): JsonObject[] => {
        // Whether a scripted field exists cannot be asked; other conditions become scripts.
        if (one.scripted === true) return exists ? [] : [phraseScript(one, plain(value))];
        const clause = exists ? { exists: { field: one.name } } : this.#match(one, value);
        return [wrapNested(one, field, nestedPath, clause)];
      }),
    );
  }

  #match(field: Field, value: Term): JsonObject {
    if (value.kind === 'wildcard') return { query_string: { fields: [field.name], query: queryString(value) } };
    // `match` takes no time zone, so an exact date is a range from itself to itself.
    if (field.type === 'date') {
      return { range: { [field.name]: { gte: value.value, lte: value.value, ...this.#timeZone } } };
    }
    return { [value.quoted ? 'match_phrase' : 'match']: { [field.name]: value.value } };
  }

  #range(node: Range, nestedPath: string | undefined): JsonObject {
    const bound = plain(node.value);
    return anyOf(
      this.#fields(node.field, nestedPath).map((field) => {
        if (field.scripted === true) return rangeScript(field, node.operator, bound);
        const zone = field.type === 'date' ? this.#timeZone : {};
        const clause = { range: { [field.name]: { [node.operator]: bound, ...zone } } };
        return wrapNested(field, node.field, nestedPath, clause);
      }),
    );
  }

  /** The fields a term means. An unknown name is sent as it is: another index pattern of the dashboard may have it. */
  #fields(term: Term, nestedPath: string | undefined): readonly Field[] {
    const name = inside(nestedPath, termText(term));
    const known = this.#known(term, name, nestedPath);
    if (this.#pattern !== undefined && (term.kind === 'literal' || nestedPath !== undefined)) {
      const faults = known.flatMap((field) => nestingFault(field, nestedPath) ?? []);
      if (faults.length > 0) throw new DqlFieldError(faults.join('\n'));
    }
    return known.length > 0 ? known : [{ name, type: '' }];
  }

  #known(term: Term, name: string, nestedPath: string | undefined): Field[] {
    if (this.#pattern === undefined) return [];
    if (term.kind === 'literal') {
      const field = findField(this.#pattern, name);
      return field === undefined ? [] : [field];
    }
    const [first = '', ...rest] = term.parts;
    const matches = wildcardTest([inside(nestedPath, first), ...rest]);
    return this.#pattern.fields.filter((field) => matches(field.name));
  }
}

const NO_FIELD: Term = { kind: 'literal', value: null, quoted: false, start: 0, end: 0 };

/** Anywhere in the document. */
function anyField(value: Term): JsonObject {
  if (value.kind === 'wildcard') return { query_string: { query: queryString(value) } };
  return { multi_match: { type: value.quoted ? 'phrase' : 'best_fields', query: value.value, lenient: true } };
}

function anyOf(should: readonly JsonObject[]): JsonObject {
  return { bool: { should, minimum_should_match: 1 } };
}

function inside(path: string | undefined, name: string): string {
  return path === undefined ? name : `${path}.${name}`;
}

/** A wildcard as the text that it was written as. */
function plain(term: Term): Json {
  return term.kind === 'wildcard' ? termText(term) : term.value;
}

function isStar(term: Term): boolean {
  return term.kind === 'wildcard' && termText(term) === '*';
}

/** A wildcard over field names may meet nested fields among others; those get their own nested query. */
function wrapNested(field: Field, term: Term, nestedPath: string | undefined, query: JsonObject): JsonObject {
  const path = field.subType?.nested?.path;
  if (term.kind !== 'wildcard' || path === undefined || nestedPath !== undefined) return query;
  return { nested: { path, query, score_mode: 'none' } };
}

function nestingFault(field: Field, nestedPath: string | undefined): string | undefined {
  const path = field.subType?.nested?.path;
  if (path === nestedPath) return undefined;
  if (path === undefined) {
    return `${field.name} is not a nested field but is in nested group "${nestedPath}" in the DQL expression.`;
  }
  if (nestedPath === undefined) {
    return `${field.name} is a nested field, but is not in a nested group in the DQL expression.`;
  }
  return `Nested field ${field.name} is being queried with the incorrect nested path. The correct path is ${path}.`;
}

/** Whether a name matches texts with anything between them; without regular expressions, so linear enough for any input. */
function wildcardTest(parts: readonly string[]): (name: string) => boolean {
  const [first = '', ...rest] = parts;
  const last = rest.pop() ?? '';
  return (name) => {
    if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
    let at = first.length;
    const end = name.length - last.length;
    for (const part of rest) {
      const found = name.indexOf(part, at);
      if (found === -1 || found + part.length > end) return false;
      at = found + part.length;
    }
    return true;
  };
}

/**
 * Everything but the stars is escaped. OpenSearch Dashboards escapes each character from `+` to `=` too (digits, dots,
 * commas, slashes): harmless to the cluster, and kept so that requests are the same.
 */
function queryString(wildcard: Wildcard): string {
  return wildcard.parts.map((part) => part.replaceAll(/[+-=&|><!(){}[\]^"~*?:\\/]/g, '\\$&')).join('*');
}
