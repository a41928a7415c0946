import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { expect, test } from '@jest/globals';
import { Random } from '../../../src/demo/random.ts';
import { Bed } from '../../support/faults/bed.ts';
import { NOT_HIDDEN, operation, s3Error, s3Troubles, sometimes } from '../../support/faults/troubles.ts';

export interface SourceFaults {
  readonly objects: number;
  readonly perObject: number;
}

/** What buckets and queues may do to the ingester. */
export function sourceFaults({ objects, perObject }: SourceFaults): void {
  test('S3 that answers SlowDown, 403, 404 and 500, resets and cuts bodies costs runs, and no event', async () => {
    const bed = await Bed.make();
    try {
      const keys = await bed.send(objects, perObject);
      const random = new Random('s3');
      const listing = { path: /list-type=2/ };
      for (const [i, fault] of [
        s3Error(503, 'SlowDown'),
        s3Error(500, 'InternalError'),
        { reset: 'before' } as const,
      ].entries())
        bed.aws.add({ match: listing, nth: i + 1, fault });
      // Deleted between its listing and its reading: the one object that stays away.
      const [deleted = ''] = keys.slice(-1);
      const onHit = (): void =>
        void bed.s3.send(new DeleteObjectCommand({ Bucket: bed.bucket, Key: deleted })).catch(() => undefined);
      bed.aws.add({
        match: { path: new RegExp(/part-\d+/.exec(deleted)?.[0] ?? '') },
        nth: 1,
        fault: { onHit, delayMs: 2000 },
      });
      sometimes(bed.aws, { method: 'GET', path: /part-\d+/ }, s3Troubles, 0.06, random);
      const runs = await bed.ingestAll();
      const { skipped } = await bed.account('S3: SlowDown, 403, 404, 500, resets, cut bodies', bed.aws.hits, perObject);
      expect({ runs: runs > 1, skipped }).toEqual({ runs: true, skipped: perObject });
    } finally {
      await bed.close();
    }
  }, 300_000);

  test('SQS that delivers twice, late and out of order and loses visibility gives each event once', async () => {
    const bed = await Bed.make();
    try {
      const queue = await bed.queue({ VisibilityTimeout: '1' });
      const keys = await bed.send(objects, perObject);
      const random = new Random('sqs');
      // Beside the bucket's own notification each object has another, in any order and up to three seconds late.
      for (const key of [...keys].sort(() => random.next() - 0.5)) {
        const delivery = { QueueUrl: queue.url, MessageBody: notification(bed.bucket, key) };
        await bed.sqs.send(new SendMessageCommand({ ...delivery, DelaySeconds: random.int(0, 3) }));
      }
      // SQS says that messages stay hidden, and shows them again after a second all the same.
      bed.aws.add({ match: operation('ChangeMessageVisibilityBatch'), fault: NOT_HIDDEN });
      // Lost answers: deleted or received, and nobody hears of it.
      bed.aws.add({ match: operation('DeleteMessageBatch'), nth: (n) => n % 5 === 0, fault: { reset: 'after' } });
      bed.aws.add({ match: operation('ReceiveMessage'), nth: (n) => n % 7 === 0, fault: { reset: 'after' } });
      bed.opensearch.add({ match: { path: /_bulk/, body: /"class_uid"/ }, nth: [1, 6], fault: { delayMs: 1500 } });
      const reports = await Promise.all([bed.ingest([queue.url]), bed.ingest([queue.url])]);
      const struck = bed.aws.hits;
      expect(reports.map(({ objects }) => objects.failed)).toEqual([0, 0]);
      bed.aws.clear();
      // What a lost receive took along comes back by itself.
      await sleep(1500);
      await bed.ingest([queue.url]);
      const { Attributes = {} } = await bed.sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: queue.url, AttributeNames: ['All'] }),
      );
      expect(Attributes['ApproximateNumberOfMessages']).toBe('0');
      await bed.account('SQS: delivered twice, late, out of order, visibility lost', struck);
      const seen = reports.reduce((sum, { objects }) => sum + objects.seen, 0);
      expect(seen).toBeGreaterThanOrEqual(2 * objects);
    } finally {
      await bed.close();
    }
  }, 300_000);
}

function notification(bucket: string, key: string): string {
  const s3 = { bucket: { name: bucket }, object: { key: encodeURIComponent(key) } };
  const event = { eventVersion: '2.1', eventSource: 'aws:s3', eventName: 'ObjectCreated:Put' };
  return JSON.stringify({ Records: [{ ...event, eventTime: '2026-11-21T05:00:00.000Z', s3 }] });
}
