import type { S3Client } from '@aws-sdk/client-s3';
import { awsFault, fatalAwsError } from '../../aws/errors.ts';
import { AppError, FatalError } from '../../errors.ts';
import type { ObjectSource } from '../ports.ts';
import { walkBucket } from './bucket-walk.ts';
import { dayOf } from './key-filter.ts';
import { lookingSource, type LookingOptions } from './looking.ts';
import { s3Pages } from './pages.ts';

export interface ListingOptions extends LookingOptions {
  readonly bucket: string;
  /** Only keys that start so; a full key names one object. */
  readonly prefix: string;
}

/** Requests at once. */
const CONCURRENCY = 8;
/**
 * While following, a day older than this is looked at no more once all it holds is settled.
 * What is delivered still later is found by the next run.
 */
const SETTLE_DAYS = 3;
const DAY_MS = 86_400_000;

/** Objects of a bucket, found by listing it. Each page is compared with the ledger, so none is missed for coming late. */
export function listingSource(client: S3Client, options: ListingOptions): ObjectSource {
  const { bucket, prefix, filters, follow, logger, now = Date.now } = options;
  const source = options.name;
  const context = { action: 's3:ListBucket', resource: `s3://${bucket}/${prefix}` };
  const pages = s3Pages(client, bucket);
  /** One entry for each account and region. */
  const openFrom = new Map<string, string>();

  /** Finds a wrong bucket or prefix before a walk that would find nothing and call it done. */
  const assertExists = async (signal: AbortSignal): Promise<void> => {
    for await (const { refs } of pages({ prefix, limit: 1 }, signal)) {
      if (refs.length > 0 || prefix === '') return;
      break;
    }
    if (follow === undefined)
      throw new FatalError('SOURCE_NOT_FOUND', `Nothing in s3://${bucket} starts with "${prefix}".`, {
        hint: 'Check the prefix: it is case-sensitive and has no leading slash.',
      });
    logger.warn({ source, bucket, prefix }, 'nothing starts with this prefix yet');
  };

  return lookingSource(
    {
      keyOf: ({ key }) => key,
      fault: (error) =>
        error instanceof AppError
          ? { error, retry: false }
          : { error: fatalAwsError(error, context), retry: awsFault(error, context).retry },
      async walk(offer, pass, signal) {
        if (pass === 1) await assertExists(signal);
        const onLeftOut = (folder: string): void =>
          logger.info({ source, bucket, prefix: folder }, 'left out: not of CloudTrail');
        const walked = await walkBucket(
          pages,
          offer,
          {
            prefix,
            filters,
            concurrency: CONCURRENCY,
            today: dayOf(now()),
            countSkipped: pass === 1,
            openFrom,
            onLeftOut,
          },
          signal,
        );
        // Only now, when all has been listed: a walk that broke off settles nothing.
        const grace = dayOf(now() - SETTLE_DAYS * DAY_MS);
        for (const [root, unsettled = grace] of walked) openFrom.set(root, unsettled < grace ? unsettled : grace);
      },
    },
    options,
  );
}
