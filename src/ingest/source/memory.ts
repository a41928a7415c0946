import type { ObjectRef, ObjectSource } from '../ports.ts';
import { lookingSource, type LookingOptions } from './looking.ts';

const PAGE = 1000;

/** Objects that are named beforehand; the list may grow while the source follows it. */
export function memorySource(refs: readonly ObjectRef[], options: LookingOptions): ObjectSource {
  return lookingSource(
    {
      keyOf: ({ key }) => key,
      fault: (error) => ({ error, retry: false }),
      async walk(offer) {
        for (let start = 0; start < refs.length; start += PAGE) await offer(refs.slice(start, start + PAGE));
      },
    },
    options,
  );
}
