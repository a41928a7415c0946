import { ObjectError } from '../../../errors.ts';
import type { ObjectFormat } from '../../ports.ts';
import { MAX_REJECTED_TEXT, type RecordSink } from '../record-sink.ts';
import { isSpace, nextBoundary, signatureAt } from './boundaries.ts';
import { JsonEmitter } from './emitter.ts';
import { DAMAGE, END, MORE, RECORDS, ValueLexer, WRAPPERS } from './lexer.ts';
import { PendingBytes } from './pending-bytes.ts';
import { startsWrapper } from './shape.ts';

/** Bytes. Documents end at 10 MiB; a longer record is a rejected position, so that no record decides the memory. */
const MAX_RECORD_BYTES = 16 * 1024 * 1024;
/** Objects and arrays. Three bytes of text can make sixty of heap; no event has more than some thousands. */
const MAX_CONTAINERS = 250_000;
/** A chunk is worked on in pieces, so that what one step gives out is bounded. */
const STEP_BYTES = 256 * 1024;
/** A line is parsed whole, without a scan, when it ends within this many bytes. */
const LINE_BYTES = 1024 * 1024;
/** How much of an object is looked at before it is said not to be JSON. */
const SNIFF_BYTES = 64 * 1024;
/** Kept of dropped bytes: enough to find a wrapper's key or the start of a record again. */
const TAIL_BYTES = 256;

/** What a task of CloudWatch Logs that exports to S3 sets before each message. */
const EXPORT_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z $/;
const EXPORT_TIME_BYTES = '2026-01-02T03:04:05.000Z '.length;

const NEWLINE = 0x0a;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** `flush`: the stream broke, so what is whole is wanted and what is not is no fault of the JSON. */
type Mode = 'more' | 'flush' | 'end';

/**
 * Cuts JSON text into records while it streams in: a single object, an array, one object a line, objects one after another,
 * pretty-printed or not, the wrappers `{"Records":[…]}`, and any sequence of these; before a value there may be the time that
 * CloudWatch Logs sets before each line of an export. Each record is parsed by itself, so a damaged one costs itself only: the
 * scan goes on at the next place where a record begins.
 *
 * - `between`: before a value, or before an element of an array.
 * - `value`: in the middle of one.
 * - `oversize`: in one of more than `MAX_RECORD_BYTES`; its bytes are dropped as they are scanned.
 * - `damaged`: at a byte that cannot be; what follows it is needed to see where a record begins.
 * - `resync`: behind damage; bytes are dropped until a record begins.
 * - `tail`: in the members of a wrapper behind its records.
 *
 * What comes out does not depend on how the bytes were cut into chunks.
 */
export class JsonSplitter {
  readonly #emitter: JsonEmitter;
  readonly #pending = new PendingBytes();
  readonly #lexer = new ValueLexer();
  #state: 'between' | 'value' | 'oversize' | 'damaged' | 'resync' | 'tail' = 'between';
  #inArray = false;
  #inWrapper = false;
  /** Member of an element that holds the record as text. */
  #member: string | undefined;
  /** Where the current value begins, and how far it has been looked at. */
  #start = 0;
  #at = 0;
  /** Up to here the lines are not one value each. */
  #slowUntil = 0;
  #signature: Buffer | undefined;
  /** Beginning and offset of the value whose bytes are being dropped. */
  #dropped: { offset: number; head: Buffer } | undefined;

  constructor(sink: RecordSink) {
    this.#emitter = new JsonEmitter(sink, this.#pending);
  }

  /** Known once the first record was read. */
  get format(): ObjectFormat {
    return this.#emitter.format;
  }

  /** Takes the next bytes of the object. Throws `ObjectError`, after everything before the damage was handed on. */
  push(chunk: Uint8Array): void {
    for (let from = 0; from < chunk.length && this.format !== 'digest'; from += STEP_BYTES) {
      this.#append(chunk.subarray(from, from + STEP_BYTES));
      this.#run('more');
    }
  }

  /** The stream broke: hands on what is whole. */
  flush(): void {
    this.#run('flush');
  }

  /** The stream ended. Throws `ObjectError` when it ended in an array or a wrapper. */
  end(): void {
    this.#run('end');
    if (this.#inArray || this.#inWrapper)
      throw this.#corrupt(this.#pending.end, 'it ends in the middle of its records');
  }

  #append(chunk: Uint8Array): void {
    const inHand = this.#dropped === undefined && this.#state !== 'between' && this.#state !== 'tail';
    const tail = this.#state === 'between' ? 0 : TAIL_BYTES;
    const moved = this.#pending.append(chunk, inHand ? this.#start : Math.max(0, this.#at - tail));
    this.#start -= moved;
    this.#at -= moved;
    this.#slowUntil -= moved;
  }

  #run(mode: Mode): void {
    while (this.format !== 'digest' && this.#step(mode));
  }

  /** One step; false when it needs more bytes. */
  #step(mode: Mode): boolean {
    if (this.#state === 'between') return this.#inArray ? this.#element() : this.#topLevel(mode);
    if (this.#state === 'damaged') return this.#salvage(mode);
    return this.#state === 'resync' ? this.#resync(mode) : this.#scan(mode);
  }

  #topLevel(mode: Mode): boolean {
    const { bytes, end } = this.#pending;
    this.#skipSpace();
    const at = this.#at;
    const byte = bytes[at];
    if (at === end || (byte === 0xef && end - at < 3 && mode === 'more')) return false;
    if (byte === OPEN_ARRAY) {
      this.#at = at + 1;
      this.#inArray = true;
      return true;
    }
    if (isDigit(byte)) {
      if (end - at < EXPORT_TIME_BYTES && mode === 'more') return false;
      if (EXPORT_TIME.test(bytes.toString('latin1', at, Math.min(end, at + EXPORT_TIME_BYTES)))) {
        this.#at = at + EXPORT_TIME_BYTES;
        return true;
      }
    }
    if (byte !== OPEN_OBJECT) return this.#junkLine(mode);
    if (at < this.#slowUntil || startsWrapper(bytes, at, end)) return this.#startValue();

    const newline = bytes.subarray(0, end).indexOf(NEWLINE, at);
    if (newline < 0 && mode === 'more' && end - at < LINE_BYTES) return false;
    const lineEnd = newline < 0 ? end : newline;
    if (newline >= 0 || mode === 'end') {
      let last = lineEnd - 1;
      while (isSpace(bytes[last])) last -= 1;
      if (bytes[last] === CLOSE_OBJECT && this.#emitter.line(at, last + 1) === undefined) {
        this.#signature ??= signatureAt(bytes, at, lineEnd);
        this.#at = lineEnd;
        return true;
      }
    }
    this.#slowUntil = lineEnd;
    return this.#startValue();
  }

  /** Outside any value, at something that begins neither an object nor an array. */
  #junkLine(mode: Mode): boolean {
    const { bytes, end } = this.#pending;
    if (this.format === 'empty') {
      // Bad lines before good ones, or no JSON at all?
      const sniffed = Math.min(end, this.#at + SNIFF_BYTES);
      if (nextBoundary(bytes, this.#at, sniffed, sniffed, undefined, true) < 0) {
        if (mode === 'more' && sniffed - this.#at < SNIFF_BYTES) return false;
        if (mode !== 'flush') throw notJson(this.#pending.text(this.#at, Math.min(end, this.#at + 16)));
      }
    }
    const newline = bytes.subarray(0, end).indexOf(NEWLINE, this.#at);
    this.#start = this.#at;
    if (newline < 0 && mode !== 'end') return end - this.#at < LINE_BYTES ? false : this.#damagedAt(end);
    const lineEnd = newline < 0 ? end : newline;
    this.#emitOrReject(this.#at, lineEnd);
    this.#at = lineEnd;
    return true;
  }

  /** Before an element of an array. */
  #element(): boolean {
    this.#skipSpace();
    const { bytes, end } = this.#pending;
    if (this.#at === end) return false;
    if (bytes[this.#at] !== CLOSE_ARRAY) {
      return this.#startValue();
    }
    this.#at += 1;
    this.#inArray = false;
    this.#member = undefined;
    if (this.#inWrapper) {
      this.#state = 'tail';
      this.#lexer.startAfterRecords();
    }
    return true;
  }

  #startValue(): boolean {
    this.#state = 'value';
    this.#start = this.#at;
    this.#lexer.start(!this.#inArray);
    return true;
  }

  #scan(mode: Mode): boolean {
    const result = this.#lexer.scan(this.#pending.bytes, this.#at, this.#pending.end);
    this.#at = this.#lexer.at;
    switch (result) {
      case MORE:
        return this.#more(mode);
      case RECORDS:
        this.#dropped = undefined;
        this.#inArray = this.#inWrapper = true;
        this.#member = WRAPPERS.get(this.#lexer.wrapperKey);
        this.#emitter.wrapperSeen();
        this.#at += 1;
        this.#state = 'between';
        return true;
      case END:
        if (this.#state === 'tail') this.#inWrapper = false;
        else if (this.#dropped !== undefined || this.#at - this.#start > MAX_RECORD_BYTES)
          this.#rejectTo(this.#at, 'too_large', `the record has more than ${MAX_RECORD_BYTES} bytes`);
        else if (this.#lexer.containers > MAX_CONTAINERS)
          this.#rejectTo(this.#at, 'too_large', `the record has more than ${MAX_CONTAINERS} objects and arrays`);
        else {
          this.#signature ??= signatureAt(this.#pending.bytes, this.#start, this.#at);
          this.#emitPieces(this.#at);
        }
        this.#state = 'between';
        return true;
      case DAMAGE:
        if (this.#state === 'tail') throw this.#corrupt(this.#at, 'it is not JSON behind its records');
        return this.#damagedAt(this.#at);
    }
  }

  /** The bytes ended inside a value. */
  #more(mode: Mode): boolean {
    const { end } = this.#pending;
    if (this.#state === 'tail' || mode === 'flush') return false;
    if (mode === 'end') return this.#damagedAt(end);
    if (this.#state === 'value' && end - this.#start > MAX_RECORD_BYTES) {
      if (this.#boundary(this.#start + 1, end) >= 0) return this.#damagedAt(end);
      this.#state = 'oversize';
    }
    if (this.#state === 'oversize') this.#drop();
    return false;
  }

  #damagedAt(at: number): boolean {
    this.#at = at;
    this.#state = 'damaged';
    return true;
  }

  /**
   * [start, at) cannot be one value. Records that it swallowed (where a quote or a bracket is missing, a value runs into
   * its neighbours) come out of it again; the scan goes on at the last place before the damage where a record can begin.
   */
  #salvage(mode: Mode): boolean {
    const damage = this.#at;
    if (mode === 'more' && this.#pending.end - damage < TAIL_BYTES) return false;
    this.#signature ??= signatureAt(this.#pending.bytes, this.#start, damage);
    let last = -1;
    if (this.#dropped === undefined)
      for (let b = this.#boundary(this.#start + 1, damage + 1); b >= 0; b = this.#boundary(b + 1, damage + 1)) last = b;
    if (last >= 0) this.#emitPieces(last);
    this.#at = last >= 0 ? last : Math.max(damage, this.#start + 1);
    this.#state = last >= 0 ? 'between' : 'resync';
    return true;
  }

  #resync(mode: Mode): boolean {
    const { end } = this.#pending;
    // A candidate counts when enough follows it to be sure.
    const to = mode === 'more' ? end - TAIL_BYTES : end;
    const found = this.#boundary(this.#at, to);
    if (found >= 0) {
      this.#rejectTo(found, 'invalid_json', 'the record is not valid JSON');
      this.#at = found;
      this.#state = 'between';
      return true;
    }
    if (mode !== 'end') {
      this.#drop();
      this.#at = Math.max(this.#at, to);
      return false;
    }
    if (this.#inArray) {
      throw this.#corrupt(this.#start, 'no further record can be told apart', this.#drop().offset);
    }
    this.#rejectTo(end, 'invalid_json', 'the record is damaged or ends in the middle');
    this.#at = end;
    this.#state = 'between';
    return false;
  }

  #boundary(from: number, to: number): number {
    const { bytes, end } = this.#pending;
    return nextBoundary(bytes, from, Math.min(to, end), end, this.#signature, !this.#inArray);
  }

  /** Remembers the value's beginning, as far as it has been seen, so that its bytes can go. */
  #drop(): { offset: number; head: Buffer } {
    const { bytes, end } = this.#pending;
    const { offset, head } = this.#dropped ?? { offset: this.#pending.offsetOf(this.#start), head: Buffer.alloc(0) };
    const next = end - (this.#pending.offsetOf(end) - offset - head.length);
    const seen = bytes.subarray(next, Math.min(end, next + MAX_REJECTED_TEXT - head.length));
    return (this.#dropped = { offset, head: Buffer.concat([head, seen]) });
  }

  #rejectTo(to: number, reason: 'invalid_json' | 'too_large', why: string): void {
    const { offset, head } = this.#drop();
    this.#dropped = undefined;
    const last = this.#trimEnd(head, Math.min(head.length, this.#pending.offsetOf(to) - offset));
    this.#emitter.reject(reason, `${why} (byte ${offset})`, head.toString('utf8', 0, last));
  }

  /** The fault, when the bytes are no JSON. */
  #emit(from: number, to: number): string | undefined {
    if (this.#inWrapper) return this.#emitter.element(from, to, this.#member);
    return this.#emitter.topLevel(from, to, this.#inArray);
  }

  #emitOrReject(from: number, to: number): void {
    const fault = this.#emit(from, to);
    if (fault === undefined) return;
    this.#start = from;
    this.#rejectTo(to, 'invalid_json', fault);
  }

  /** Emits [start, to) as one record or, when it is none, as those that lie between the places where one can begin. */
  #emitPieces(to: number): void {
    const fault = this.#emit(this.#start, to);
    if (fault === undefined) return;
    // A stretch without a good record in it is one rejection, whatever its length.
    let badFrom = this.#start;
    const rejectBad = (end: number): void => {
      this.#start = badFrom;
      if (badFrom < end) this.#rejectTo(end, 'invalid_json', fault);
    };
    const { bytes } = this.#pending;
    for (let from = this.#boundary(this.#start + 1, to); from >= 0;) {
      const next = this.#boundary(from + 1, to);
      const pieceEnd = next < 0 ? to : next;
      const last = this.#trimEnd(bytes, pieceEnd);
      if (this.#emitter.parses(from, last)) {
        rejectBad(from);
        this.#emitOrReject(from, last);
        badFrom = pieceEnd;
      }
      from = next;
    }
    rejectBad(to);
  }

  /** The end of what is not white space or, in an array, a comma. */
  #trimEnd(bytes: Buffer, end: number): number {
    let last = end;
    while (isSpace(bytes[last - 1]) || (this.#inArray && bytes[last - 1] === COMMA)) last -= 1;
    return last;
  }

  /** White space, and what else may stand between two values: commas behind the first one, byte order marks outside arrays. */
  #skipSpace(): void {
    const { bytes, end } = this.#pending;
    const commas = this.#inArray || this.format !== 'empty';
    let at = this.#at;
    for (; at < end; at += 1) {
      const byte = bytes[at];
      if (isSpace(byte) || (commas && byte === COMMA)) continue;
      if (this.#inArray || byte !== 0xef || at + 2 >= end || bytes[at + 1] !== 0xbb || bytes[at + 2] !== 0xbf) break;
      at += 2;
    }
    this.#at = at;
  }

  #corrupt(at: number, what: string, offset = this.#pending.offsetOf(at)): ObjectError {
    return new ObjectError('OBJECT_CORRUPT', `The JSON is damaged at byte ${offset}: ${what}.`, { permanent: true });
  }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function notJson(beginning: string): ObjectError {
  return new ObjectError(
    'OBJECT_UNKNOWN',
    `The object is neither JSON nor Parquet: it begins with ${JSON.stringify(beginning)}.`,
    { permanent: true },
  );
}
