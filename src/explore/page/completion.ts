import type { FieldContent } from '../protocol.ts';

/** What could stand at the cursor, and which part of the text it would replace. */
export type Completion =
  | { readonly kind: 'field'; readonly word: string; readonly start: number }
  | { readonly kind: 'value'; readonly field: string; readonly word: string; readonly start: number }
  | { readonly kind: 'conjunction'; readonly word: string; readonly start: number };

/** Looks back from the cursor: after `field:` comes a value, after a whole value `and`/`or`, otherwise a field. */
export function completionAt(text: string, cursor: number, fields: ReadonlySet<string>): Completion {
  const before = text.slice(0, cursor);
  const value = /([\w.]+)\s*:\s*(?:\((?:[^()]*\s(?:or|and)\s+)?\s*)?("(?:[^"\\]|\\.)*|[^\s()":]*)$/i.exec(before);
  const field = value?.[1];
  if (value !== null && field !== undefined && fields.has(field)) {
    const word = value[2] ?? '';
    return { kind: 'value', field, word: word.replace(/^"/, ''), start: cursor - word.length };
  }
  const word = /[\w.]*$/.exec(before)?.[0] ?? '';
  const start = cursor - word.length;
  if (/[\w")*]\s+$/.test(before.slice(0, start)) && !/\b(and|or|not)\s+$/i.test(before.slice(0, start)))
    return { kind: 'conjunction', word, start };
  return { kind: 'field', word, start };
}

/** Best first: starts with, a segment starts with, contains. */
export function rankFields(word: string, fields: readonly FieldContent[], most: number): FieldContent[] {
  const needle = word.toLowerCase();
  const rank = (name: string): number =>
    name.startsWith(needle) ? 0 : name.includes(`.${needle}`) ? 1 : name.includes(needle) ? 2 : 3;
  return fields
    .filter(({ name, searchable }) => searchable && !name.startsWith('_') && rank(name) < 3)
    .sort((a, b) => rank(a.name) - rank(b.name) || (a.name < b.name ? -1 : 1))
    .slice(0, most);
}

/**
 * A value as DQL takes it: quoted unless it is a plain word or a number that keeps its digits. An account's id may begin
 * with a zero, and somebody is called Null.
 */
export function quoteValue(value: string): string {
  return /^([a-z][\w-]*|0|[1-9]\d{0,14})$/i.test(value) && !/^(and|or|not|true|false|null)$/i.test(value)
    ? value
    : `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
