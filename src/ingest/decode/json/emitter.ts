import { messageOf } from '../../../errors.ts';
import { toJson } from '../../map/json.ts';
import type { ObjectFormat } from '../../ports.ts';
import { MAX_REJECTED_TEXT, type Origin, type RecordSink } from '../record-sink.ts';
import { parseJson } from './parse.ts';
import type { PendingBytes } from './pending-bytes.ts';
import { embedded, formatOf, isDigest, recordsOf } from './shape.ts';

/** Parses stretches of JSON text and hands the records on; learns from the first ones what the object holds. */
export class JsonEmitter implements Origin {
  /** `empty` until something was read. */
  format: ObjectFormat = 'empty';
  readonly #sink: RecordSink;
  readonly #pending: PendingBytes;
  #text = (): string => '';

  constructor(sink: RecordSink, pending: PendingBytes) {
    this.#sink = sink;
    this.#pending = pending;
  }

  text(): string {
    return this.#text();
  }

  /** A line outside an array; else as `topLevel`. */
  line(from: number, to: number): string | undefined {
    if (this.#sink.line?.(this.#pending.bytes, from, to) !== true) return this.topLevel(from, to);
    if (this.format === 'empty' || this.format === 'unknown') this.format = 'ocsf-json';
    return undefined;
  }

  /** A value outside a wrapper: a record, a wrapper, an object's digest. The fault, when it is no JSON: then nothing was emitted. */
  topLevel(from: number, to: number, inArray = false): string | undefined {
    const { value, fault } = this.#parse(from, to, undefined);
    if (fault !== undefined) return fault;
    const wrapped = recordsOf(value);
    if (wrapped !== undefined) {
      this.wrapperSeen();
      for (const element of wrapped.records) this.#element(element, wrapped.member);
    } else if (this.format === 'empty' && !inArray && isDigest(value)) this.format = 'digest';
    else this.#record(value, () => this.#excerpt(from, to));
    return undefined;
  }

  /** An element of a wrapper's array. */
  element(from: number, to: number, member: string | undefined): string | undefined {
    const { value, fault } = this.#parse(from, to, member);
    if (fault === undefined) this.#record(value, () => this.#excerpt(from, to));
    return fault;
  }

  reject(reason: 'invalid_json' | 'too_large', message: string, document: string): void {
    if (this.format === 'empty') this.format = 'unknown';
    this.#sink.reject(reason, message, document);
  }

  /** `{"Records":[]}` is CloudTrail, though it has no event. */
  wrapperSeen(): void {
    if (this.format === 'empty') this.format = 'cloudtrail-json';
  }

  parses(from: number, to: number): boolean {
    return this.#parse(from, to, undefined).fault === undefined;
  }

  #parse(from: number, to: number, member: string | undefined): { value?: unknown; fault?: string } {
    try {
      return { value: embedded(parseJson(this.#pending.text(from, to)), member) };
    } catch (error) {
      return { fault: messageOf(error).slice(0, 300) };
    }
  }

  #element(element: unknown, member: string | undefined): void {
    const text = (): string => toJson(element).slice(0, MAX_REJECTED_TEXT);
    try {
      this.#record(embedded(element, member), text);
    } catch (error) {
      this.reject('invalid_json', messageOf(error).slice(0, 300), text());
    }
  }

  #record(value: unknown, text: () => string): void {
    if (value === undefined) return;
    if (this.format === 'empty' || this.format === 'unknown') this.format = formatOf(value);
    this.#text = text;
    this.#sink.record(value, this);
  }

  #excerpt(from: number, to: number): string {
    return this.#pending.text(from, Math.min(to, from + MAX_REJECTED_TEXT));
  }
}
