import { isIp } from '../map/ip.ts';
import { kindOfUnknown, MAX_NAMES, Member, type Shape } from './shape.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const SPACE = 0x20;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const ZERO = 0x30;
const NINE = 0x39;

/** Bytes that end a run of plain ones in a string: quotes, backslashes, controls, and all that is not ASCII. */
const SPECIAL = new Uint8Array(256);
for (let byte = 0; byte < 256; byte += 1)
  SPECIAL[byte] = byte < 0x20 || byte >= 0x80 || byte === QUOTE || byte === BACKSLASH ? 1 : 0;
/** What may follow a backslash, but for `u`. */
const ESCAPES = new Uint8Array(256);
for (const char of '"\\/bfnrt') ESCAPES[char.charCodeAt(0)] = 1;

/** Characters of path and value that `unmapped` may hold; counted before escapes are resolved, which only makes it stricter. */
const MAX_UNMAPPED = 8192;
const DAY = 86_400_000;

/**
 * Walks one line of JSON against the shape of an event that needs no fitting. It notes where the members are and says whether
 * all of the line is as it should be; what it does not know, it refuses. Offsets are those of the buffer.
 */
export class Scanner {
  bytes: Buffer = Buffer.alloc(0);
  /** Number of the line: members that were met in it carry it. */
  line = 0;
  #at = 0;
  #end = 0;
  /** Number of the object that is being read, to notice a name that comes twice. */
  #objects = 0;

  /** Whether [from, to) is one object of this shape. */
  scan(root: Shape, bytes: Buffer, from: number, to: number): boolean {
    this.bytes = bytes;
    this.line += 1;
    this.#at = from;
    this.#end = to;
    return bytes[from] === OPEN_OBJECT && this.#object(root) && this.#at === to;
  }

  has(member: Member): boolean {
    return member.line === this.line;
  }

  /** The text between the quotes, escapes unresolved. */
  text(member: Member): string {
    return this.bytes.toString('latin1', member.from + 1, member.to - 1);
  }

  /** Digits as a number. */
  number(member: Member): number {
    let value = 0;
    for (let i = member.from; i < member.to; i += 1) value = value * 10 + this.bytes[i]! - ZERO;
    return value;
  }

  isEmpty(member: Member): boolean {
    return member.to - member.from === 2;
  }

  /** `2026-11-19T01:54:11Z`, with milliseconds or without, as epoch ms; NaN for what is no such instant. */
  instant(member: Member): number {
    const { bytes } = this;
    const start = member.from + 1;
    const length = member.to - member.from - 2;
    if ((length !== 20 && length !== 24) || bytes[start + length - 1] !== 0x5a) return NaN;
    if (bytes[start + 4] !== 0x2d || bytes[start + 7] !== 0x2d) return NaN;
    if (bytes[start + 10] !== 0x54 || bytes[start + 13] !== COLON || bytes[start + 16] !== COLON) return NaN;
    const day = this.#digits(start, 4) * 10_000 + this.#digits(start + 5, 2) * 100 + this.#digits(start + 8, 2);
    // What is no digits must not come to Date.parse: it passes over text in brackets, and makes a day of what is left.
    if (Number.isNaN(day)) return NaN;
    if (day !== member.day) {
      member.dayMs = Date.parse(`${bytes.toString('latin1', start, start + 10)}T00:00:00Z`);
      member.day = day;
    }
    const hours = this.#digits(start + 11, 2);
    const minutes = this.#digits(start + 14, 2);
    const seconds = this.#digits(start + 17, 2);
    if (hours > 23 || minutes > 59 || seconds > 59) return NaN;
    let millis = 0;
    if (length === 24) {
      if (bytes[start + 19] !== 0x2e) return NaN;
      millis = this.#digits(start + 20, 3);
    }
    return member.dayMs + ((hours * 60 + minutes) * 60 + seconds) * 1000 + millis;
  }

  #digits(from: number, count: number): number {
    let value = 0;
    for (let i = from; i < from + count; i += 1) {
      const byte = this.bytes[i]!;
      if (byte < ZERO || byte > NINE) return NaN;
      value = value * 10 + byte - ZERO;
    }
    return value;
  }

  /** From the brace to behind its counterpart. */
  #object(shape: Shape): boolean {
    const { bytes } = this;
    const number = (this.#objects += 1);
    this.#at += 1;
    shape.open = this.#at;
    let previous = shape.first;
    for (;;) {
      this.#spaces();
      if (bytes[this.#at] !== QUOTE) return false;
      const member = this.#key(shape, previous);
      if (member === undefined || member.object === number) return false;
      member.object = number;
      member.line = this.line;
      this.#spaces();
      if (bytes[this.#at] !== COLON) return false;
      this.#at += 1;
      this.#spaces();
      member.from = this.#at;
      if (!(member.list ? this.#array(member) : this.#value(member))) return false;
      member.to = this.#at;
      previous = member;
      this.#spaces();
      const byte = bytes[this.#at];
      this.#at += 1;
      if (byte === CLOSE_OBJECT) return true;
      if (byte !== COMMA) return false;
    }
  }

  /** The member whose name begins here: most likely the one that followed the same one in the line before. */
  #key(shape: Shape, previous: Member): Member | undefined {
    const { bytes } = this;
    const start = this.#at;
    const guess = previous.next;
    if (guess !== undefined) {
      const { key } = guess;
      let i = 1;
      while (i < key.length && bytes[start + i] === key[i]) i += 1;
      if (i === key.length) {
        this.#at = start + i;
        return guess;
      }
    }
    let at = start + 1;
    while (at < this.#end && SPECIAL[bytes[at]!] === 0) at += 1;
    if (at >= this.#end || bytes[at] !== QUOTE) return undefined;
    const name = bytes.toString('latin1', start + 1, at);
    let member = shape.members.get(name);
    if (member === undefined) {
      if (shape.members.size >= MAX_NAMES) {
        shape.forget();
        return undefined;
      }
      member = new Member(name, kindOfUnknown(name, shape), false);
      shape.members.set(name, member);
    }
    previous.next = member;
    this.#at = at + 1;
    return member;
  }

  #array(member: Member): boolean {
    const { bytes } = this;
    if (bytes[this.#at] !== OPEN_ARRAY) return false;
    this.#at += 1;
    for (;;) {
      this.#spaces();
      if (!this.#value(member)) return false;
      this.#spaces();
      const byte = bytes[this.#at];
      this.#at += 1;
      if (byte === CLOSE_ARRAY) return true;
      if (byte !== COMMA) return false;
    }
  }

  #value(member: Member): boolean {
    const first = this.bytes[this.#at]!;
    switch (member.kind) {
      case 'text':
        return first === QUOTE && this.#string();
      case 'object':
        return first === OPEN_OBJECT && this.#object(member.shape!);
      case 'number':
        return this.#number(member.digits);
      case 'boolean':
        return this.#literal(first);
      case 'scalar':
        if (first === QUOTE) return this.#string();
        return first >= ZERO && first <= NINE ? this.#number(15) : this.#literal(first);
      case 'unmapped': {
        const from = this.#at;
        return first === QUOTE && this.#string() && this.#at - from + member.key.length <= MAX_UNMAPPED;
      }
      case 'ip': {
        const from = this.#at;
        return first === QUOTE && this.#string() && isIp(this.bytes.toString('latin1', from + 1, this.#at - 1));
      }
      case 'instant':
        member.from = this.#at;
        if (first !== QUOTE || !this.#string()) return false;
        member.to = this.#at;
        return Math.abs(this.instant(member)) < 100_000 * DAY;
      case 'epoch':
        member.from = this.#at;
        return this.#number(13) && this.#at - member.from === 13;
      case 'refused':
        return false;
    }
  }

  #spaces(): void {
    while (this.bytes[this.#at] === SPACE) this.#at += 1;
  }

  #string(): boolean {
    const { bytes } = this;
    const end = this.#end;
    let at = this.#at + 1;
    while (at < end) {
      const byte = bytes[at]!;
      if (SPECIAL[byte] === 0) {
        at += 1;
        continue;
      }
      if (byte === QUOTE) {
        this.#at = at + 1;
        return true;
      }
      if (byte !== BACKSLASH) return false;
      const next = bytes[at + 1]!;
      if (ESCAPES[next] === 1) at += 2;
      else if (next === 0x75 && this.#isPlainUnicode(at + 2)) at += 6;
      else return false;
    }
    return false;
  }

  /** Four hexadecimal digits of no surrogate. */
  #isPlainUnicode(from: number): boolean {
    if (from + 4 > this.#end) return false;
    const digits = this.bytes.toString('latin1', from, from + 4);
    return /^[0-9a-f]{4}$/i.test(digits) && !/^d[89a-f]/i.test(digits);
  }

  /** An integer without sign, exponent and leading zeros. */
  #number(maxDigits: number): boolean {
    const { bytes } = this;
    const from = this.#at;
    let at = from;
    while (at < this.#end && bytes[at]! >= ZERO && bytes[at]! <= NINE) at += 1;
    const length = at - from;
    this.#at = at;
    return length > 0 && length <= maxDigits && (length === 1 || bytes[from] !== ZERO);
  }

  #literal(first: number): boolean {
    const word = first === 0x74 ? 'true' : 'false';
    for (let i = 0; i < word.length; i += 1) if (this.bytes[this.#at + i] !== word.charCodeAt(i)) return false;
    this.#at += word.length;
    return true;
  }
}
