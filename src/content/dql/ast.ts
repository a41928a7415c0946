/** What a DQL text means, before any index pattern is known. `start` and `end` are UTF-16 offsets in the text. */
export type DqlNode = All | Junction | Not | Nested | Is | Range;

/** The empty text: everything. */
export interface All {
  readonly type: 'all';
}
export interface Junction extends Span {
  readonly type: 'and' | 'or';
  /** Two or more, in the order written. */
  readonly children: readonly DqlNode[];
}
export interface Not extends Span {
  readonly type: 'not';
  readonly child: DqlNode;
}
/** `path: { child }`. */
export interface Nested extends Span {
  readonly type: 'nested';
  readonly path: Term;
  readonly child: DqlNode;
}
/** `field: value`, or a bare value when `field` is absent. */
export interface Is extends Span {
  readonly type: 'is';
  readonly field: Term | undefined;
  readonly value: Term;
}
export interface Range extends Span {
  readonly type: 'range';
  readonly field: Term;
  readonly operator: RangeOperator;
  readonly value: Term;
}
export type RangeOperator = 'gt' | 'gte' | 'lt' | 'lte';

/** A field name or a value. Unquoted `true`, `false`, `null` and plain decimal numbers are typed. */
export type Term = Literal | Wildcard;
export interface Literal extends Span {
  readonly kind: 'literal';
  readonly value: string | number | boolean | null;
  readonly quoted: boolean;
}
/** The texts between the stars: `a*b` has the parts `a` and `b`, `*` has two empty ones. */
export interface Wildcard extends Span {
  readonly kind: 'wildcard';
  readonly parts: readonly string[];
}
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Every term in field position with whether it stands in a nested group; for lint, completion and field lists. */
export function fieldTerms(node: DqlNode, path = ''): { name: string; wildcard: boolean; term: Term }[] {
  switch (node.type) {
    case 'all':
      return [];
    case 'and':
    case 'or':
      return node.children.flatMap((child) => fieldTerms(child, path));
    case 'not':
      return fieldTerms(node.child, path);
    case 'nested':
      return fieldTerms(node.child, join(path, termText(node.path)));
    case 'is':
    case 'range':
      if (node.field === undefined) return [];
      return [{ name: join(path, termText(node.field)), wildcard: node.field.kind === 'wildcard', term: node.field }];
  }
}

/** A term as text, stars as stars. */
export function termText(term: Term): string {
  return term.kind === 'wildcard' ? term.parts.join('*') : String(term.value);
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
