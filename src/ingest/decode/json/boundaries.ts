const NEWLINE = 0x0a;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
/** White space between a line's start and its first brace, or inside `{ "key" :`, that is followed. */
const MAX_SPACE = 128;

export function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === NEWLINE || byte === 0x0d || byte === 0x09;
}

/** `{"eventVersion":`, as the first record of an object spells it: records of one file begin alike. */
export function signatureAt(bytes: Buffer, at: number, end: number): Buffer | undefined {
  if (bytes[at] !== OPEN_OBJECT) return undefined;
  const colon = bytes.subarray(0, Math.min(end, at + MAX_SPACE)).indexOf(COLON, at);
  return colon < 0 ? undefined : Buffer.from(bytes.subarray(at, colon + 1));
}

/**
 * The next index in [from, to) where a record can begin after damage: a brace with the signature, or, with `lines`,
 * any brace that begins a line. -1: none. Bytes up to `end` are looked at.
 */
export function nextBoundary(
  bytes: Buffer,
  from: number,
  to: number,
  end: number,
  signature: Buffer | undefined,
  lines: boolean,
): number {
  const view = bytes.subarray(0, end);
  for (let at = view.indexOf(OPEN_OBJECT, from); at >= 0 && at < to; at = view.indexOf(OPEN_OBJECT, at + 1)) {
    let before = at - 1;
    let lineStart = before < 0;
    while (before >= 0 && at - before < MAX_SPACE && isSpace(view[before])) {
      if (view[before] === NEWLINE) lineStart = true;
      before -= 1;
    }
    if (lines && lineStart) return at;
    const previous = view[before];
    // Behind a colon it is a member's value; behind anything else what comes before was cut.
    if (previous !== COLON && signature !== undefined && view.subarray(at, at + signature.length).equals(signature))
      return at;
  }
  return -1;
}
