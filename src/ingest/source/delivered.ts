import type { Logger } from '../../logger.ts';
import type { Filters } from '../filter.ts';
import type { Lease, ObjectRef, ObjectSource, SkipReason } from '../ports.ts';
import { noticed } from './noticed.ts';

/** A message that somebody else received, and will delete or leave by what is reported of it. */
export interface DeliveredMessage {
  readonly id: string;
  readonly body: string;
}

export interface DeliveredSource extends ObjectSource {
  /** Ids of the messages that are not settled, in their order: to be delivered again. At first, all. */
  unsettled(): readonly string[];
}

/** Objects that messages name which were received elsewhere: the batch of an AWS Lambda invocation. */
export function deliveredSource(
  messages: readonly DeliveredMessage[],
  options: { readonly name: string; readonly filters: Filters; readonly logger: Logger },
): DeliveredSource {
  const { name, filters, logger } = options;
  const skips: Partial<Record<SkipReason, number>> = {};
  const open = new Set(messages.map(({ id }) => id));

  return {
    name,
    redelivers: true,
    skipped: () => skips,
    unsettled: () => messages.map(({ id }) => id).filter((id) => open.has(id)),
    async *leases(signal) {
      for (const { id, body } of messages) {
        const { wanted, skips: skipped, unknown } = noticed(body, filters);
        for (const reason of skipped) skips[reason] = (skips[reason] ?? 0) + 1;
        // Not ours: left in the queue, for its redrive policy.
        if (unknown !== undefined) {
          logger.warn({ source: name, message: id, reason: unknown }, 'left a message: it is no notification of S3');
          continue;
        }
        let pending = wanted.length;
        let failed = false;
        const settle = (ok: boolean): void => {
          pending -= 1;
          failed ||= !ok;
          if (pending === 0 && !failed) open.delete(id);
        };
        if (pending === 0) open.delete(id);
        for (const ref of wanted) {
          if (signal.aborted) return;
          yield lease(name, ref, settle);
        }
      }
    },
  };
}

function lease(source: string, ref: ObjectRef, settle: (ok: boolean) => void): Lease {
  return {
    ref,
    source,
    ack: async () => settle(true),
    nack: async () => settle(false),
  };
}
