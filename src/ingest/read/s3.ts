import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GetObjectCommandOutput, S3Client } from '@aws-sdk/client-s3';
import { awsFault, objectAwsError, type AwsContext } from '../../aws/errors.ts';
import { createGetObject, type GotObject } from '../../aws/get-object.ts';
import { FatalError, ObjectError } from '../../errors.ts';
import type { ObjectBytes, ObjectReader, ObjectRef } from '../ports.ts';
import { coalesce } from './coalesce.ts';
import { assertWithin } from './range.ts';

export interface S3ReaderOptions {
  /** A connection that gives no byte for so long while we wait for one is cut and resumed. Default 60 s. */
  readonly stallMs?: number;
  /** Connections lost in a row, without a byte between them, before an object is given up. Default 5. */
  readonly maxLosses?: number;
  /** First pause after a lost connection; doubled each time. Default 200 ms. */
  readonly pauseMs?: number;
  /** Objects up to this size are read whole at the first `range`: one request instead of three. Default 4 MiB. */
  readonly wholeBytes?: number;
}

/** A part of a certain version. */
interface Part {
  readonly Range: string;
  readonly IfMatch?: string;
}

/** So many objects of a bucket denied, and none read, end the run: its policy is wrong, not one object's. */
const DENIED_LIMIT = 10;

/**
 * Reads objects from S3. A denied object is that object's fault (another account's, another key's) as long as others can
 * be read. `open` reads the latest version; from then on all bytes are of the version that was opened.
 */
export function s3Reader(client: S3Client, options: S3ReaderOptions = {}): ObjectReader {
  const denied = new Map<string, number>();
  const getObject = createGetObject(client);
  const getPart = async (ref: ObjectRef, signal: AbortSignal, part: Part) => {
    const { GetObjectCommand } = await import('@aws-sdk/client-s3');
    const command = new GetObjectCommand({ Bucket: ref.bucket, Key: ref.key, ...part });
    return await client.send(command, { abortSignal: signal });
  };
  return {
    async open(ref, signal) {
      try {
        const answer = await getObject(ref.bucket, ref.key, signal);
        denied.set(ref.bucket, -Infinity);
        if (answer.ContentLength === undefined) throw lengthless(answer, contextOf(ref));
        return new S3Object(answer, (part) => getPart(ref, signal, part), contextOf(ref), options, signal);
      } catch (error) {
        signal.throwIfAborted();
        const mapped = objectAwsError(error, contextOf(ref));
        if (mapped.code !== 'SOURCE_FORBIDDEN') throw mapped;
        const count = (denied.get(ref.bucket) ?? 0) + 1;
        denied.set(ref.bucket, count);
        if (count < DENIED_LIMIT) throw mapped;
        throw new FatalError('SOURCE_FORBIDDEN', `No object of s3://${ref.bucket} can be read. ${mapped.message}`, {
          cause: error,
          ...(mapped.hint === undefined ? {} : { hint: mapped.hint }),
        });
      }
    },
  };
}

/** S3 always says it; an object taken for empty would be settled without its events. */
function lengthless(answer: GotObject, { resource }: AwsContext): ObjectError {
  bodyOf(answer)?.destroy();
  return new ObjectError('OBJECT_READ', `${resource}: the store does not say how long the object is.`, {
    permanent: false,
    hint: 'Is there a proxy before the store that unpacks or splits answers? It has to pass Content-Length on.',
  });
}

function contextOf(ref: ObjectRef): AwsContext {
  return { action: 's3:GetObject', resource: `s3://${ref.bucket}/${ref.key}` };
}

/**
 * One opened object. The first answer's body waits unread until somebody says what is wanted: `chunks` goes on with it;
 * `range` drops it, or reads it whole if it is small.
 */
class S3Object implements ObjectBytes {
  readonly etag: string;
  readonly size: number;
  readonly #get: (part: Part) => Promise<GetObjectCommandOutput>;
  readonly #ifMatch: { IfMatch?: string };
  readonly #context: AwsContext;
  readonly #options: Required<S3ReaderOptions>;
  readonly #signal: AbortSignal;
  /** The body from byte 0 that nobody has read. */
  #unread: Readable | undefined;
  #whole: Promise<Uint8Array> | undefined;
  #closed = false;

  constructor(
    answer: GotObject,
    get: (part: Part) => Promise<GetObjectCommandOutput>,
    context: AwsContext,
    options: S3ReaderOptions,
    signal: AbortSignal,
  ) {
    this.etag = answer.ETag?.replaceAll('"', '') ?? '';
    this.size = answer.ContentLength ?? 0;
    this.#ifMatch = answer.ETag === undefined ? {} : { IfMatch: answer.ETag };
    this.#get = get;
    this.#context = context;
    this.#options = { stallMs: 60_000, maxLosses: 5, pauseMs: 200, wholeBytes: 4 * 1024 * 1024, ...options };
    this.#signal = signal;
    this.#unread = bodyOf(answer);
    // A connection that breaks while its body waits is met when it is read; until then it is nobody's error.
    this.#unread?.on('error', () => undefined);
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    if (this.#whole !== undefined) {
      yield (await this.#whole).slice();
      return;
    }
    for await (const chunk of this.#stream(0, this.size)) {
      // Kept, because whoever finds that a small object is Parquet wants ranges of it next; the chunk itself may be transferred.
      if (chunk.length === this.size) this.#whole = Promise.resolve(chunk.slice());
      yield chunk;
    }
  }

  async range(start: number, end: number): Promise<Uint8Array> {
    assertWithin(start, end, this.size);
    if (this.#whole === undefined && this.size > this.#options.wholeBytes) return await this.#collect(start, end);
    this.#whole ??= this.#collect(0, this.size);
    return (await this.#whole).slice(start, end);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#whole = undefined;
    this.#unread?.destroy();
    this.#unread = undefined;
  }

  async #collect(start: number, end: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(end - start);
    let filled = 0;
    for await (const chunk of this.#stream(start, end)) {
      bytes.set(chunk, filled);
      filled += chunk.length;
    }
    return bytes;
  }

  /** Bytes [start, end), whatever happens to the connections under way. */
  async *#stream(start: number, end: number): AsyncGenerator<Uint8Array> {
    let at = start;
    let losses = 0;
    while (at < end) {
      try {
        for await (const chunk of coalesce(await this.#bodyFrom(at, end), end - at, this.#options.stallMs)) {
          at += chunk.length;
          losses = 0;
          yield chunk;
        }
        if (at < end) throw Object.assign(new Error('premature close'), { code: 'ECONNRESET' });
      } catch (error) {
        this.#signal.throwIfAborted();
        losses += 1;
        if (this.#closed || losses > this.#options.maxLosses || !awsFault(error, this.#context).retry)
          throw this.#failure(error, at);
        await sleep(this.#options.pauseMs * 2 ** (losses - 1), undefined, { signal: this.#signal });
      }
    }
  }

  async #bodyFrom(at: number, end: number): Promise<Readable> {
    const unread = this.#unread;
    this.#unread = undefined;
    if (unread !== undefined && at === 0 && end === this.size) return unread;
    unread?.destroy();
    const answer = await this.#get({ Range: `bytes=${at}-${end - 1}`, ...this.#ifMatch });
    const body = bodyOf(answer);
    // Some compatible stores answer a range with the whole: bytes of another place would be taken for these.
    if (body !== undefined && answer.ContentRange?.startsWith(`bytes ${at}-`) === true) return body;
    body?.destroy();
    throw new ObjectError('OBJECT_READ', `${this.#context.resource}: the store does not answer byte ranges.`, {
      permanent: false,
    });
  }

  #failure(error: unknown, at: number): Error {
    const mapped = objectAwsError(error, this.#context);
    if (!(mapped instanceof ObjectError)) return mapped;
    return new ObjectError(mapped.code, `${mapped.message} Read ${at} of ${this.size} bytes.`, {
      permanent: mapped.permanent,
      cause: error,
      ...(mapped.hint === undefined ? {} : { hint: mapped.hint }),
    });
  }
}

/** In Node the SDK's body is always a stream; its type also covers browsers. */
function bodyOf(answer: GotObject): Readable | undefined {
  return answer.Body as Readable | undefined;
}
