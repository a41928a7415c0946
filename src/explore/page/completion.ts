import type { FieldContent } from '../protocol.ts';

/** What could stand at the cursor, and which part of the text it would replace. */
export type Completion = { readonly word: string; readonly start: number; readonly end: number } & (
  { readonly kind: 'field' | 'conjunction' } | { readonly kind: 'value'; readonly field: string }
);

/**
 * Looks back from the cursor, or the start of what is selected: after `field:` comes a value, after a whole value `and`/`or`,
 * otherwise a field. It takes the place of the whole word there, and of what is selected.
 */
export function completionAt(
  text: string,
  [cursor, selectionEnd]: readonly [start: number, end: number],
  fields: ReadonlySet<string>,
): Completion {
  const before = text.slice(0, cursor);
  const after = text.slice(cursor);
  const ends = (rest: RegExp): number => Math.max(selectionEnd, cursor + (rest.exec(after)?.[0].length ?? 0));
  const value = /([\w.]+)\s*:\s*(?:\((?:[^()]*\s(?:or|and)\s+)?\s*)?("(?:[^"\\]|\\.)*|[^\s()":]*)$/i.exec(before);
  const field = value?.[1];
  if (value !== null && field !== undefined && fields.has(field)) {
    const word = value[2] ?? '';
    const end = ends(word.startsWith('"') || after.startsWith('"') ? restOfText(word, after) : /^[^\s()":]*/);
    return { kind: 'value', field, word: word.replace(/^"/, ''), start: cursor - word.length, end };
  }
  const word = /[\w.]*$/.exec(before)?.[0] ?? '';
  const start = cursor - word.length;
  if (/[\w")*]\s+$/.test(before.slice(0, start)) && !/\b(and|or|not)\s+$/i.test(before.slice(0, start)))
    return { kind: 'conjunction', word, start, end: ends(/^[a-z]*/i) };
  return { kind: 'field', word, start, end: ends(/^[\w.]*(\s*:\s*)?/) };
}

/** The rest of a text in quotes, to its end where it has one: after an odd number of quotes the last one closes it. */
function restOfText(word: string, after: string): RegExp {
  const quotes = [...after.replace(/\\./g, '').matchAll(/"/g)].length;
  if (word === '') return quotes % 2 === 0 ? /^"(?:[^"\\]|\\.)*"/ : /^"[^\s"]*/;
  return quotes % 2 === 1 ? /^(?:[^"\\]|\\.)*"/ : /^[^\s()":]*/;
}

/** The text with the completion in its place, and where the cursor stands then. */
export function completed(
  text: string,
  { start, end }: Completion,
  insert: string,
): { readonly text: string; readonly cursor: number } {
  const rest = text.slice(end);
  const after = insert.endsWith(' ') && rest.startsWith(' ') ? rest.slice(1) : rest;
  return { text: text.slice(0, start) + insert + after, cursor: start + insert.length };
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
