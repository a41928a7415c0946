/** Takes what a decoder finds, in the order of the object. Every call is one position, counted from 1. */
export interface RecordSink {
  /** A record. The sink owns `value`; `origin` is valid during the call only. */
  record(value: unknown, origin: Origin): void;
  /**
   * Offers a line of text that begins and ends with braces; true when the sink took it as a record, parsing it or not. The bytes
   * are valid during the call only.
   */
  line?(bytes: Buffer, from: number, to: number): boolean;
  /** A stretch of the object that is no record; `document` is its text, at most `MAX_REJECTED_TEXT` long. */
  reject(reason: 'invalid_json' | 'invalid_row' | 'too_large', message: string, document: string): void;
}

/** Where a record came from; asked only when the record is rejected. */
export interface Origin {
  /** The record as read, at most `MAX_REJECTED_TEXT` long; invalid UTF-8 is replaced. */
  text(): string;
}

/** Bytes of a record as read that go into a rejection. */
export const MAX_REJECTED_TEXT = 1024 * 1024;
