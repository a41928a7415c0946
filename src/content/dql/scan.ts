/**
 * The lexical half of DQL. There are no tokens: what a character means depends on where it stands, and a failure
 * must name everything that would have been accepted at the farthest position reached. So this is a scanner with
 * ordered choice, which remembers that position and those names.
 */
import type { Literal, Span, Term } from './ast.ts';

const SPECIAL = new Set('\\():<>"*{}');
const STAR = Symbol('*');

export class Scanner {
  readonly text: string;
  pos = 0;
  /** The farthest position at which something was expected, and what was. */
  farthest = 0;
  readonly expected = new Set<string>();
  /** For each offset, where the run of white space that covers it ends; keeps scanning linear on long runs. */
  readonly #spaceEnd: Int32Array;

  constructor(text: string) {
    this.text = text;
    this.#spaceEnd = new Int32Array(text.length + 1);
    this.#spaceEnd[text.length] = text.length;
    for (let i = text.length - 1; i >= 0; i--) {
      this.#spaceEnd[i] = isSpace(text[i]) ? (this.#spaceEnd[i + 1] ?? i + 1) : i;
    }
  }

  /** Notes that `name` would have been accepted here. Always undefined, the value of a failed rule. */
  expect(name: string, at = this.pos): undefined {
    if (at < this.farthest) return undefined;
    if (at > this.farthest) {
      this.farthest = at;
      this.expected.clear();
    }
    this.expected.add(name);
    return undefined;
  }

  /** Any white space, also none. What follows may always be more of it, so that is expected there. */
  spaces(): void {
    this.pos = this.#spaceEnd[this.pos] ?? this.pos;
    this.expect('whitespace');
  }

  /** Takes `symbol`, or expects it. */
  symbol(symbol: string): boolean {
    if (this.text.startsWith(symbol, this.pos)) {
      this.pos += symbol.length;
      return true;
    }
    this.expect(`"${symbol}"`);
    return false;
  }

  /** Takes ` or `, ` and ` (white space on both sides) or `not ` (white space after it), in any case. */
  keyword(word: 'or' | 'and' | 'not'): boolean {
    const end = this.#keywordEnd(word, this.pos);
    if (end === undefined) {
      this.expect(word.toUpperCase());
      return false;
    }
    this.pos = end;
    return true;
  }

  /** A quoted or unquoted term; `name` is what the grammar calls it in this place. */
  term(name: 'fieldName' | 'value' | 'literal'): Term | undefined {
    return this.#quoted() ?? this.#unquoted() ?? this.expect(name);
  }

  #keywordEnd(word: string, at: number): number | undefined {
    const start = word === 'not' ? at : (this.#spaceEnd[at] ?? at);
    if (word !== 'not' && start === at) return undefined;
    const wordEnd = start + word.length;
    if (this.text.slice(start, wordEnd).toLowerCase() !== word) return undefined;
    const end = this.#spaceEnd[wordEnd] ?? wordEnd;
    return end > wordEnd ? end : undefined;
  }

  #atKeyword(at: number): boolean {
    const char = this.text[at];
    if (char === 'n' || char === 'N') return this.#keywordEnd('not', at) !== undefined;
    if (!isSpace(char)) return false;
    return this.#keywordEnd('or', at) !== undefined || this.#keywordEnd('and', at) !== undefined;
  }

  #quoted(): Literal | undefined {
    if (this.text[this.pos] !== '"') return undefined;
    let value = '';
    for (let i = this.pos + 1; i < this.text.length; i++) {
      const char = this.text[i] ?? '';
      if (char === '"') {
        const span = this.#take(i + 1);
        return { kind: 'literal', value, quoted: true, ...span };
      }
      const next = this.text[i + 1];
      const escaped = char === '\\' ? (whiteSpaceEscape(next) ?? (next === '\\' || next === '"' ? next : '')) : '';
      value += escaped === '' ? char : escaped;
      if (escaped !== '') i++;
    }
    return undefined;
  }

  #unquoted(): Term | undefined {
    const chars: (string | typeof STAR)[] = [];
    let at = this.pos;
    for (;;) {
      const [char, length] = this.#unquotedCharacter(at);
      if (length === 0) break;
      chars.push(char);
      at += length;
    }
    if (chars.length === 0) return undefined;
    const span = this.#take(at);
    if (chars.includes(STAR)) return { kind: 'wildcard', parts: wildcardParts(chars), ...span };
    return { kind: 'literal', value: typed(chars.join('').trim()), quoted: false, ...span };
  }

  /** The character an unquoted term goes on with, and how long it is in the text; length 0 when the term ends. */
  #unquotedCharacter(at: number): [string | typeof STAR, number] {
    const char = this.text[at];
    if (char === undefined) return ['', 0];
    if (char === '*') return [STAR, 1];
    if (char === '\\') {
      const next = this.text[at + 1] ?? '';
      // `\n` is a line feed even where `\not` was meant: white space is tried first.
      const space = whiteSpaceEscape(next);
      if (space !== undefined) return [space, 2];
      if (SPECIAL.has(next)) return [next, 2];
      const word = /^(?:or|and|not)/i.exec(this.text.slice(at + 1, at + 4))?.[0];
      return word === undefined ? ['', 0] : [word, 1 + word.length];
    }
    return SPECIAL.has(char) || this.#atKeyword(at) ? ['', 0] : [char, 1];
  }

  #take(end: number): Span {
    const start = this.pos;
    this.pos = end;
    return { start, end };
  }
}

function isSpace(char: string | undefined): boolean {
  return char === ' ' || char === '\t' || char === '\r' || char === '\n';
}

function whiteSpaceEscape(char: string | undefined): string | undefined {
  return char === 't' ? '\t' : char === 'r' ? '\r' : char === 'n' ? '\n' : undefined;
}

function wildcardParts(chars: readonly (string | typeof STAR)[]): string[] {
  const parts = [''];
  for (const char of chars) {
    if (char === STAR) parts.push('');
    else parts[parts.length - 1] += char;
  }
  const last = parts.length - 1;
  return parts.map((part, i) => (i === 0 ? part.trimStart() : i === last ? part.trimEnd() : part));
}

/**
 * Numbers are what OpenSearch Dashboards takes for numbers: `-4`, `2.0`, `.3`, `0.05`; not `007`, `3.`, `-.4`, `1e3`.
 * A zero, any character and a zero count as well, so that `0-0` is no number and no text (`null` in the request).
 * Beyond 2^53 they lose precision there (2.x) and here: such ids are to be quoted.
 */
function typed(text: string): string | number | boolean | null {
  if (text === 'null') return null;
  if (text === 'true') return true;
  if (text === 'false') return false;
  return /^(?:-?(?:[1-9]\d*(?:\.\d+)?|0\.\d*[1-9])|0(?:.0)?|\.\d+)$/.test(text) ? Number(text) : text;
}
