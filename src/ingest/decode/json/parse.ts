import { randomBytes } from 'node:crypto';

/** Digits of the shortest integer that a double may not hold. */
const LONG = 16;
/** Digits of the longest numbers that AWS has (DynamoDB's), and a sign. Longer ones would cost time that grows with their square. */
const LONGEST = 39;
/** Each takes a hundred bytes while it is made; a record that is full of them is hostile, and read as `JSON.parse` reads it. */
const MOST = 10_000;
/** Stands before digits that were a number; no text of a source can know it. */
const MARK = randomBytes(9).toString('base64');

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;

/** As `JSON.parse`, but integers that a double cannot hold are bigints: rounding would change what was asked of AWS, and ids. */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  const marked = mayHaveLongInteger(text) ? markLongIntegers(text) : undefined;
  return marked === undefined ? value : withBigints(JSON.parse(marked));
}

/** Looks at every sixteenth character only, since this is asked of every record. */
function mayHaveLongInteger(text: string): boolean {
  for (let at = LONG - 1; at < text.length; at += LONG) {
    if (!isDigit(text.charCodeAt(at))) continue;
    let from = at;
    while (from > 0 && isDigit(text.charCodeAt(from - 1))) from -= 1;
    let to = at + 1;
    while (isDigit(text.charCodeAt(to))) to += 1;
    // Long digits in a text, such as those of a session's name, are seldom followed by what can follow a number.
    if (to - from >= LONG && /[\s,}\]]|^$/.test(text.charAt(to))) return true;
    at = Math.max(at, to - 1);
  }
  return false;
}

/** Valid JSON with its long integers as marked texts. Undefined when it has none, or too many. */
function markLongIntegers(text: string): string | undefined {
  let marked = '';
  let copied = 0;
  let count = 0;
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = afterText(text, at);
    else if (code !== MINUS && !isDigit(code)) at += 1;
    else {
      const from = at;
      while (isNumberPart(text.charCodeAt(at))) at += 1;
      const number = text.slice(from, at);
      if (!isLongInteger(number)) continue;
      if (++count > MOST) return undefined;
      marked += `${text.slice(copied, from)}"${MARK}${number}"`;
      copied = at;
    }
  }
  return copied === 0 ? undefined : marked + text.slice(copied);
}

function isLongInteger(number: string): boolean {
  return number.length <= LONGEST && /^-?\d+$/.test(number) && !Number.isSafeInteger(Number(number));
}

/** Where the text that begins at `from` has ended. */
function afterText(text: string, from: number): number {
  for (let end = text.indexOf('"', from + 1); ; end = text.indexOf('"', end + 1)) {
    let before = end;
    while (text.charCodeAt(before - 1) === BACKSLASH) before -= 1;
    if ((end - before) % 2 === 0) return end + 1;
  }
}

/** Marked texts become bigints. Without recursion, because a record may be as deep as it likes. */
function withBigints(root: unknown): unknown {
  const holder = { root };
  const stack: object[] = [holder];
  for (let members = stack.pop(); members !== undefined; members = stack.pop()) {
    for (const [key, value] of Object.entries(members) as [string, unknown][]) {
      if (typeof value === 'string' && value.startsWith(MARK))
        (members as Record<string, unknown>)[key] = BigInt(value.slice(MARK.length));
      else if (typeof value === 'object' && value !== null) stack.push(value);
    }
  }
  return holder.root;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** A digit, sign, point or exponent. */
function isNumberPart(code: number): boolean {
  return isDigit(code) || code === MINUS || code === 0x2b || code === 0x2e || code === 0x65 || code === 0x45;
}
