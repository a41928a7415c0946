import type { Filters } from '../filter.ts';
import type { ObjectRef, SkipReason } from '../ports.ts';
import { whySkipped } from './key-filter.ts';
import { parseNotification } from './notification.ts';

/** What a message gives to do. `unknown`: it is no notification that we know, so it is not ours to settle. */
export interface Noticed {
  readonly wanted: readonly ObjectRef[];
  /** What it names and need not be read. */
  readonly skips: readonly SkipReason[];
  readonly unknown?: string;
}

/** The objects that a queue's message names, without those whose key says that they hold nothing wanted. */
export function noticed(body: string, filters: Filters): Noticed {
  const notification = parseNotification(body);
  if (notification.kind === 'unknown') return { wanted: [], skips: ['unknown-message'], unknown: notification.reason };
  const objects = notification.kind === 'test' ? [] : notification.objects;
  const skips: SkipReason[] = objects.length === 0 ? ['notification'] : [];
  const wanted: ObjectRef[] = [];
  for (const { bucket, key, etag, size, time } of objects) {
    const reason = whySkipped(key, size, filters);
    if (reason !== undefined) {
      skips.push(reason);
      continue;
    }
    wanted.push({
      bucket,
      key,
      ...(etag === undefined ? {} : { etag }),
      ...(size === undefined ? {} : { size }),
      ...(time === undefined ? {} : { lastModified: time }),
    });
  }
  return { wanted, skips };
}
