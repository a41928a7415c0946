/**
 * DQL (Dashboards Query Language, `kuery` in saved objects) as OpenSearch Dashboards understands it, error texts included.
 *
 *   or     = and  { OR and }            and  = not { AND not }
 *   not    = [ NOT ] group              group = "(" or ")" | nested
 *   nested = field ":" "{" or "}" | field range-operator literal | field ":" list | value
 *   list   = "(" the same with OR, AND and NOT over values ")" | value
 *
 * Shape: `parseDql(text)` → `DqlNode`, or throws `DqlSyntaxError`. Time is linear in the text.
 */
import type { DqlNode, Junction, RangeOperator, Term } from './ast.ts';
import { DqlSyntaxError, syntaxReason } from './error.ts';
import { Scanner } from './scan.ts';

export interface ParseOptions {
  /** The advanced setting `query:allowLeadingWildcards`. Default true. */
  readonly allowLeadingWildcards?: boolean;
}

/** Groups within groups; more would exhaust the stack before a cluster accepted the query. */
const MAX_DEPTH = 250;

const RANGE_OPERATORS: readonly [string, RangeOperator][] = [
  ['<=', 'lte'],
  ['>=', 'gte'],
  ['<', 'lt'],
  ['>', 'gt'],
];

export function parseDql(text: string, options: ParseOptions = {}): DqlNode {
  return new Parser(text, options).parse();
}

/** A list of values knows its field only when it is finished. */
type OfField = (field: Term | undefined) => DqlNode;
type Rule<T> = () => T | undefined;

class Parser {
  readonly #scanner: Scanner;
  readonly #allowLeadingWildcards: boolean;
  #depth = 0;

  constructor(text: string, options: ParseOptions) {
    this.#scanner = new Scanner(text);
    this.#allowLeadingWildcards = options.allowLeadingWildcards ?? true;
  }

  parse(): DqlNode {
    const scanner = this.#scanner;
    scanner.spaces();
    const node = this.#or();
    scanner.spaces();
    if (scanner.pos === scanner.text.length) return node ?? { type: 'all' };
    scanner.expect('end of input');
    const { text, farthest, expected } = scanner;
    throw new DqlSyntaxError(syntaxReason(expected, text[farthest]), text, farthest);
  }

  #or = (): DqlNode | undefined => this.#junction('or', this.#and, joinNodes);
  #and = (): DqlNode | undefined => this.#junction('and', this.#not, joinNodes);

  #not = (): DqlNode | undefined => {
    const start = this.#scanner.pos;
    if (this.#scanner.keyword('not')) {
      const child = this.#group();
      if (child !== undefined) return { type: 'not', child, start, end: this.#scanner.pos };
      this.#scanner.pos = start;
    }
    return this.#group();
  };

  #group(): DqlNode | undefined {
    return this.#enclosed('(', this.#or, ')') ?? this.#nested() ?? this.#range() ?? this.#fieldValue() ?? this.#bare();
  }

  #nested(): DqlNode | undefined {
    return this.#attempt((start) => {
      const path = this.#fieldBefore(':');
      if (path === undefined) return undefined;
      const child = this.#enclosed('{', this.#or, '}');
      return child && { type: 'nested', path, child, start, end: this.#scanner.pos };
    });
  }

  #range(): DqlNode | undefined {
    return this.#attempt((start) => {
      const field = this.#scanner.term('fieldName');
      if (field === undefined) return undefined;
      this.#scanner.spaces();
      const operator = RANGE_OPERATORS.find(([symbol]) => this.#scanner.symbol(symbol))?.[1];
      if (operator === undefined) return undefined;
      this.#scanner.spaces();
      const value = this.#scanner.term('literal');
      return value && { type: 'range', field, operator, value, start, end: value.end };
    });
  }

  #fieldValue(): DqlNode | undefined {
    return this.#attempt(() => {
      const field = this.#fieldBefore(':');
      if (field === undefined) return undefined;
      return this.#list()?.(field);
    });
  }

  #bare(): DqlNode | undefined {
    return this.#value()?.(undefined);
  }

  #list = (): OfField | undefined => this.#enclosed('(', this.#listOr, ')') ?? this.#value();
  #listOr = (): OfField | undefined => this.#junction('or', this.#listAnd, joinLists);
  #listAnd = (): OfField | undefined => this.#junction('and', this.#listNot, joinLists);

  #listNot = (): OfField | undefined => {
    const start = this.#scanner.pos;
    if (this.#scanner.keyword('not')) {
      const inner = this.#list();
      const end = this.#scanner.pos;
      if (inner !== undefined) return (field) => ({ type: 'not', child: inner(field), start, end });
      this.#scanner.pos = start;
    }
    return this.#list();
  };

  #value(): OfField | undefined {
    const value = this.#scanner.term('value');
    if (value === undefined) return undefined;
    if (!this.#allowLeadingWildcards && value.kind === 'wildcard' && value.parts[0] === '' && !isLoneStar(value)) {
      const reason = 'Leading wildcards are disabled. See query:allowLeadingWildcards in Advanced Settings.';
      throw new DqlSyntaxError(reason, this.#scanner.text, value.start);
    }
    return (field) => ({ type: 'is', field, value, start: field?.start ?? value.start, end: value.end });
  }

  /** A field, white space, `symbol`, white space. */
  #fieldBefore(symbol: string): Term | undefined {
    const field = this.#scanner.term('fieldName');
    if (field === undefined) return undefined;
    this.#scanner.spaces();
    if (!this.#scanner.symbol(symbol)) return undefined;
    this.#scanner.spaces();
    return field;
  }

  #junction<T>(word: 'or' | 'and', item: Rule<T>, join: (word: 'or' | 'and', items: readonly T[]) => T): T | undefined {
    const head = item();
    if (head === undefined) return undefined;
    const items = [head];
    for (;;) {
      const before = this.#scanner.pos;
      const next = this.#scanner.keyword(word) ? item() : undefined;
      if (next === undefined) {
        this.#scanner.pos = before;
        return items.length === 1 ? head : join(word, items);
      }
      items.push(next);
    }
  }

  #enclosed<T>(open: string, inner: Rule<T>, close: string): T | undefined {
    return this.#attempt((start) => {
      if (!this.#scanner.symbol(open)) return undefined;
      this.#scanner.spaces();
      if (++this.#depth > MAX_DEPTH) {
        throw new DqlSyntaxError(`More than ${MAX_DEPTH} groups within each other.`, this.#scanner.text, start);
      }
      const result = inner();
      this.#depth--;
      if (result === undefined) return undefined;
      this.#scanner.spaces();
      return this.#scanner.symbol(close) ? result : undefined;
    });
  }

  /** Runs a rule; when it fails, the position is as before. */
  #attempt<T>(rule: (start: number) => T | undefined): T | undefined {
    const start = this.#scanner.pos;
    const result = rule(start);
    if (result === undefined) this.#scanner.pos = start;
    return result;
  }
}

function isLoneStar(term: Term): boolean {
  return term.kind === 'wildcard' && term.parts.length === 2 && term.parts.every((part) => part === '');
}

function joinNodes(type: 'or' | 'and', children: readonly DqlNode[]): Junction {
  const spans = children.filter((child) => child.type !== 'all');
  return { type, children, start: spans[0]?.start ?? 0, end: spans.at(-1)?.end ?? 0 };
}

function joinLists(type: 'or' | 'and', lists: readonly OfField[]): OfField {
  return (field) =>
    joinNodes(
      type,
      lists.map((list) => list(field)),
    );
}
