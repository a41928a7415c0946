import { decode } from '../../src/ingest/decode/decode.ts';
import type { RecordSink } from '../../src/ingest/decode/record-sink.ts';
import { ObjectError } from '../../src/errors.ts';
import type { ObjectBytes, ObjectFormat } from '../../src/ingest/ports.ts';
import { objectOf } from './objects.ts';

export interface Decoded {
  /** Records and rejections in order: the parsed value, or `{ rejected, text }`. */
  readonly items: readonly unknown[];
  readonly texts: readonly string[];
  readonly format?: ObjectFormat;
  readonly error?: ObjectError;
}

/** Everything that comes out of an object. Whatever is thrown beside an `ObjectError` fails the test. */
export async function decoded(object: ObjectBytes | Uint8Array | string): Promise<Decoded> {
  const items: unknown[] = [];
  const texts: string[] = [];
  const sink: RecordSink = {
    record: (value, origin) => {
      items.push(value);
      texts.push(origin.text());
    },
    reject: (reason, _message, text) => {
      items.push({ rejected: reason, text });
      texts.push(text);
    },
  };
  const opened = typeof object === 'string' || object instanceof Uint8Array ? objectOf(object) : object;
  const steps = decode(opened, sink, new AbortController().signal);
  try {
    for (;;) {
      const step = await steps.next();
      if (step.done === true) return { items, texts, format: step.value };
    }
  } catch (error) {
    if (!(error instanceof ObjectError)) throw error;
    return { items, texts, error };
  }
}
