/** What a scan ended with: more bytes are needed, the value ended, it cannot be JSON, or an array of records begins. */
export const MORE = 0;
export const END = 1;
export const DAMAGE = 2;
export const RECORDS = 3;
export type ScanResult = typeof MORE | typeof END | typeof DAMAGE | typeof RECORDS;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const NEWLINE = 0x0a;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Deeper containers are counted, but what kind they are is no longer checked. */
const KNOWN_DEPTH = 1024;

// Classes of the bytes that may stand outside a string.
const ILLEGAL = 0;
const SPACE = 1;
const SCALAR = 2;
const STRUCTURE = 3;
const CLASS = new Uint8Array(256);
for (const space of [0x20, 0x09, NEWLINE, 0x0d]) CLASS[space] = SPACE;
for (const char of '0123456789+-.eEtrufalsn') CLASS[char.charCodeAt(0)] = SCALAR;
for (const char of '"{}[],:') CLASS[char.charCodeAt(0)] = STRUCTURE;

/** Key of a wrapper's array of records → the member that holds the record as JSON text, where only the wrapper tells so. */
export const WRAPPERS = new Map<string, string | undefined>([
  ['Records', undefined],
  // `aws cloudtrail lookup-events`
  ['Events', undefined],
  // `aws cloudtrail get-query-results`
  ['QueryResultRows', undefined],
  // A CloudWatch Logs subscription
  ['logEvents', 'message'],
]);

/**
 * Finds where one JSON value ends, without parsing it: strings, escapes and depth. It checks just enough grammar to
 * notice early that brackets or quotes are out of step; whether the text is valid is for `JSON.parse` to say.
 * The state survives the end of a buffer, so no byte is looked at twice.
 */
export class ValueLexer {
  /** Where the last scan stopped: after the value, at the byte that cannot be, or at the `[` of the records. */
  at = 0;
  /** The wrapper's key that was found with `RECORDS`. */
  wrapperKey = '';
  /** Objects and arrays in the value so far. */
  containers = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** Last byte that was not white space. */
  #previous = 0;
  #wrappers = false;
  readonly #isObject = new Uint8Array(KNOWN_DEPTH + 1);

  /** Before a value. With `wrappers`, an array under a wrapper's key stops the scan. */
  start(wrappers: boolean): void {
    this.containers = 0;
    this.#depth = 0;
    this.#inString = false;
    this.#escaped = false;
    this.#previous = 0;
    this.#wrappers = wrappers;
  }

  /** Behind the `]` of a wrapper's records: the rest of the wrapper. */
  startAfterRecords(): void {
    this.start(true);
    this.#depth = 1;
    this.#isObject[1] = 1;
    this.#previous = CLOSE_ARRAY;
  }

  scan(buffer: Uint8Array, from: number, to: number): ScanResult {
    let i = from;
    let depth = this.#depth;
    let previous = this.#previous;
    let result: ScanResult = MORE;
    scan: while (i < to) {
      if (this.#inString) {
        i = this.#skipString(buffer, i, to);
        if (this.#inString) {
          if (i < to) result = DAMAGE;
          break;
        }
        previous = QUOTE;
        if (depth > 0) continue;
        result = END;
        break;
      }
      const byte = buffer[i]!;
      const kind = CLASS[byte];
      if (kind === SPACE) {
        i += 1;
        continue;
      }
      if (kind === SCALAR) {
        previous = byte;
        i += 1;
        continue;
      }
      if (kind === ILLEGAL) {
        result = DAMAGE;
        break;
      }
      switch (byte) {
        case QUOTE:
          if (!this.#mayStartValue(previous, depth) && previous !== OPEN_OBJECT && previous !== COMMA) {
            result = DAMAGE;
            break scan;
          }
          this.#inString = true;
          break;
        case OPEN_OBJECT:
        case OPEN_ARRAY:
          if (!this.#mayStartValue(previous, depth)) {
            result = DAMAGE;
            break scan;
          }
          if (byte === OPEN_ARRAY && depth === 1 && previous === COLON && this.#wrappers) {
            this.wrapperKey = wrapperKeyBefore(buffer, i);
            if (this.wrapperKey !== '') {
              result = RECORDS;
              break scan;
            }
          }
          depth += 1;
          this.containers += 1;
          if (depth <= KNOWN_DEPTH) this.#isObject[depth] = byte === OPEN_OBJECT ? 1 : 0;
          break;
        case CLOSE_OBJECT:
        case CLOSE_ARRAY:
          // At depth 0 this is the end of a scalar in an array; an object cannot end here.
          if (depth === 0) {
            result = byte === CLOSE_ARRAY && previous !== 0 ? END : DAMAGE;
            break scan;
          }
          if (depth <= KNOWN_DEPTH && (this.#isObject[depth] === 1) !== (byte === CLOSE_OBJECT)) {
            result = DAMAGE;
            break scan;
          }
          depth -= 1;
          if (depth === 0) {
            i += 1;
            result = END;
            break scan;
          }
          break;
        default:
          if (depth === 0) {
            result = byte === COMMA && previous !== 0 ? END : DAMAGE;
            break scan;
          }
      }
      previous = byte;
      i += 1;
    }
    this.at = i;
    this.#depth = depth;
    this.#previous = previous;
    return result;
  }

  /** The index behind the closing quote, or of a raw line end, or `to`; `#inString` says which. */
  #skipString(buffer: Uint8Array, from: number, to: number): number {
    let i = from;
    if (this.#escaped && i < to) {
      this.#escaped = false;
      i += 1;
    }
    while (i < to) {
      const byte = buffer[i]!;
      if (byte === QUOTE) {
        this.#inString = false;
        return i + 1;
      }
      if (byte === BACKSLASH) {
        i += 1;
        if (i === to) this.#escaped = true;
      } else if (byte === NEWLINE) {
        // Never valid inside a string: a quote is missing, or the line was cut.
        return i;
      }
      i += 1;
    }
    return to;
  }

  #mayStartValue(previous: number, depth: number): boolean {
    if (previous === COMMA) return depth > KNOWN_DEPTH || this.#isObject[depth] === 0;
    return previous === COLON || previous === OPEN_ARRAY || (previous === 0 && depth === 0);
  }
}

/** The wrapper's key that stands before `: [` at `open`, or an empty string. */
function wrapperKeyBefore(buffer: Uint8Array, open: number): string {
  const before = Buffer.from(buffer.buffer, buffer.byteOffset, open).subarray(-64).toString('latin1');
  const key = /[{,\s]"(\w+)"\s*:\s*$/.exec(before)?.[1] ?? '';
  return WRAPPERS.has(key) ? key : '';
}
