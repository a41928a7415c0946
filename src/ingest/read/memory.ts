import { createHash } from 'node:crypto';
import { ObjectError } from '../../errors.ts';
import type { ObjectReader, ObjectRef } from '../ports.ts';
import { assertWithin } from './range.ts';

export interface MemoryReader extends ObjectReader {
  /** Puts or replaces an object and gives its reference. */
  put(bucket: string, key: string, body: Uint8Array | string): ObjectRef;
  remove(ref: ObjectRef): void;
}

/** Objects kept in the process. Reads are of the version that was opened, as with the real ones. */
export function memoryReader(): MemoryReader {
  const objects = new Map<string, { readonly etag: string; readonly body: Uint8Array }>();
  const nameOf = (ref: { bucket: string; key: string }): string => `${ref.bucket}\0${ref.key}`;
  return {
    put(bucket, key, text) {
      const body = Uint8Array.from(Buffer.from(text));
      const etag = createHash('md5').update(body).digest('hex');
      objects.set(nameOf({ bucket, key }), { etag, body });
      return { bucket, key, etag, size: body.length };
    },
    remove: (ref) => void objects.delete(nameOf(ref)),
    async open(ref, signal) {
      signal.throwIfAborted();
      const opened = objects.get(nameOf(ref));
      if (opened === undefined)
        throw new ObjectError('OBJECT_GONE', `${ref.bucket}/${ref.key} does not exist.`, { permanent: false });
      const { etag, body } = opened;
      return {
        etag,
        size: body.length,
        async *chunks() {
          signal.throwIfAborted();
          if (body.length > 0) yield body.slice();
        },
        async range(start, end) {
          signal.throwIfAborted();
          assertWithin(start, end, body.length);
          if (objects.get(nameOf(ref))?.etag !== etag)
            throw new ObjectError('OBJECT_CHANGED', `${ref.bucket}/${ref.key} was replaced.`, { permanent: false });
          return body.slice(start, end);
        },
        close: async () => undefined,
      };
    },
  };
}
