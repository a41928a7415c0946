import { createHash } from 'node:crypto';
import { AppError, ObjectError, messageOf } from '../errors.ts';
import { addCounts, assertAddsUp, zeroCounts } from './counts.ts';
import type { IngestOptions } from './ingest.ts';
import {
  DUPLICATE,
  INDEXED,
  type Batch,
  type Claim,
  type DeadLetter,
  type EventCounts,
  type IngestPorts,
  type Lease,
  type ObjectBytes,
  type ObjectFormat,
  type ObjectRef,
  type ObjectReport,
  type Outcomes,
  type Settlement,
} from './ports.ts';
import type { Window } from './window.ts';

export interface ObjectContext {
  readonly ports: Omit<IngestPorts, 'source'>;
  readonly options: IngestOptions;
  readonly abort: AbortSignal;
  readonly window: Window;
  /** Objects that are being read, each with its bytes, large ones as `LARGE_BYTES`. */
  readonly opened: Window;
}

/** Larger objects cost no more: of each a few chunks wait to be decoded, in the connection and on the way. */
const LARGE_BYTES = 1024 * 1024;

/** How long a run that ends tries to give its claims back; a cluster in trouble would hold it up otherwise. */
const GIVE_BACK_MS = 5000;

/**
 * One object from claim to acknowledgement. The order is the guarantee: every document has an outcome and every reject
 * is a dead letter before the ledger says so, and the ledger says so before the lease is acknowledged.
 * Faults of the object become its report; only what ends the run is thrown.
 */
export async function ingestObject(lease: Lease, context: ObjectContext): Promise<ObjectReport> {
  const { ports, options, abort } = context;
  const { ref, source } = lease;
  const { force, encode } = options;
  const claim = await ports.ledger.claim(ref, { source, filters: encode.filters, force }, abort);
  if (claim.status === 'settled') {
    // Given up after its last try: a queue's message of it is its redrive policy's, not ours to delete.
    if (claim.row.state === 'failed') await lease.nack(claim.row.error?.message);
    else await lease.ack();
    return { ref, source, state: 'settled', counts: zeroCounts(), bytes: 0, seconds: 0 };
  }
  if (claim.status === 'held') return { ref, source, state: 'held', counts: zeroCounts(), bytes: 0, seconds: 0 };

  const renewal = setInterval(() => {
    // A claim that could not be prolonged costs at most a second reading.
    ports.ledger
      .renew(claim, abort)
      .catch((error: unknown) => options.logger.debug({ key: ref.key, err: messageOf(error) }, 'lease not prolonged'));
  }, options.renewMs);
  const share = Math.min(claim.ref.size ?? LARGE_BYTES, LARGE_BYTES);
  await context.opened.acquire(share);
  let settlement: Settlement;
  try {
    settlement = await readObject(lease, claim, context);
  } catch (error) {
    // The run ends here. Giving the claim back spares the next run the wait for its end; failing at that changes nothing.
    const soon = AbortSignal.timeout(GIVE_BACK_MS);
    await ports.ledger.settle(claim, abandoned(claim.ref, error), soon).catch(() => undefined);
    throw error;
  } finally {
    context.opened.release(share);
    clearInterval(renewal);
  }
  await ports.ledger.settle(claim, settlement, abort);
  if (settlement.state === 'failed') await lease.nack(settlement.error?.message);
  else await lease.ack();
  return { source, ...settlement };
}

function abandoned(ref: ObjectRef, error: unknown): Settlement {
  const code = error instanceof AppError ? error.code : 'OBJECT_READ';
  return {
    state: 'failed',
    ref,
    counts: zeroCounts(),
    bytes: 0,
    seconds: 0,
    error: { code, message: messageOf(error), permanent: false },
  };
}

/** Reads, writes and dead-letters one claimed object; what is wrong with the object ends in the settlement. */
async function readObject(
  lease: Lease,
  claim: Claim & { status: 'claimed' },
  context: ObjectContext,
): Promise<Settlement> {
  const { ports, options, abort } = context;
  const started = performance.now();
  const counts = zeroCounts();
  let bytes = 0;
  let ref: ObjectRef = claim.ref;
  let format: ObjectFormat | undefined;
  const settlement = (state: Settlement['state'], error?: Settlement['error']): Settlement => ({
    state,
    ref,
    counts,
    bytes,
    seconds: (performance.now() - started) / 1000,
    ...(format === undefined ? {} : { format }),
    ...(error === undefined ? {} : { error }),
  });

  try {
    const object = await ports.reader.open(ref, abort);
    ref = { ...ref, etag: object.etag, size: object.size };
    try {
      format = await writeObject(object, lease.source, ref, context, (outcome, size) => {
        addCounts(counts, outcome);
        bytes += size;
        options.onBatch?.(outcome, size);
      });
    } finally {
      await object.close();
    }
    assertAddsUp(counts, `s3://${ref.bucket}/${ref.key}`);
    return settlement(format === 'digest' || format === 'empty' ? 'skipped' : 'done');
  } catch (error) {
    if (!(error instanceof ObjectError)) throw error;
    const { code, message, permanent } = error;
    // Deleted before it could be read: nothing is left to retry, and a queue must not loop on it.
    return settlement(code === 'OBJECT_GONE' ? 'skipped' : 'failed', { code, message, permanent });
  }
}

/** Decodes one object and writes its batches, several at once; ends when each of them has its outcomes. */
async function writeObject(
  object: ObjectBytes,
  source: string,
  ref: ObjectRef,
  context: ObjectContext,
  onOutcome: (counts: EventCounts, bytes: number) => void,
): Promise<ObjectFormat> {
  const { ports, options, abort, window } = context;
  const batches = ports.executor.run(object, options.encode, abort);
  const writes = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const damage: unknown[] = [];
  const write = async (batch: Batch, held: number): Promise<void> => {
    try {
      onOutcome(await writeBatch(batch, source, ref, context), batch.bytes);
      batch.release?.();
    } catch (error) {
      failures.push(error);
    } finally {
      window.release(held);
    }
  };
  let format: ObjectFormat | undefined;
  while (format === undefined && failures.length === 0) {
    try {
      const next = await batches.next();
      if (next.done === true) {
        format = next.value;
        break;
      }
      const held = heldBy(next.value);
      await window.acquire(held);
      const pending = write(next.value, held).finally(() => writes.delete(pending));
      writes.add(pending);
    } catch (error) {
      damage.push(error);
      break;
    }
  }
  // Also when the object turned out to be damaged: what came before the damage is settled first.
  await Promise.all(writes);
  await batches.return('unknown').catch(() => undefined);
  // What went wrong first is the cause; a write that failed outranks a fault of the object.
  for (const error of [...failures, ...damage]) throw error;
  return format ?? 'unknown';
}

/** What a batch takes of the window: its body, and the texts of what was rejected, which may be all it has. */
function heldBy({ body, rejected }: Batch): number {
  return rejected.reduce((held, { document }) => held + document.length, body.length);
}

async function writeBatch(batch: Batch, source: string, ref: ObjectRef, context: ObjectContext): Promise<EventCounts> {
  const { ports, abort } = context;
  const outcomes = await ports.sink.write(batch, abort);
  const letters = deadLettersOf(batch, outcomes, source, ref);
  if (letters.length > 0) await ports.deadLetters.write(letters, abort);
  return countOutcomes(batch, outcomes);
}

function countOutcomes(batch: Batch, outcomes: Outcomes): EventCounts {
  const counts: EventCounts = {
    ...zeroCounts(),
    read: batch.read,
    skipped: batch.skipped,
    rejected: batch.rejected.length,
  };
  for (const status of outcomes.statuses) {
    if (status === INDEXED) counts.indexed += 1;
    else if (status === DUPLICATE) counts.duplicate += 1;
    else counts.rejected += 1;
  }
  return counts;
}

/** What the encoder and the cluster rejected. The document comes back out of the body by its offset. */
function deadLettersOf(batch: Batch, outcomes: Outcomes, source: string, ref: ObjectRef): DeadLetter[] {
  const letters: DeadLetter[] = batch.rejected.map(({ position, reason, message, document }) => ({
    id: createHash('sha256')
      .update(`${ref.bucket}\0${ref.key}\0${ref.etag ?? ''}\0${position}`)
      .digest('hex'),
    reason,
    message,
    source,
    ref,
    position,
    document,
  }));
  for (const { ordinal, status, type, reason } of outcomes.rejections) {
    const [action, document] = documentAt(batch, ordinal);
    letters.push({
      id: action._id,
      index: action._index,
      reason: type,
      message: reason,
      status,
      source,
      ref,
      position: batch.positions[ordinal] ?? 0,
      document,
    });
  }
  return letters;
}

function documentAt(batch: Batch, ordinal: number): [{ _id: string; _index: string }, string] {
  const start = batch.offsets[ordinal];
  const end = batch.offsets[ordinal + 1];
  if (start === undefined || end === undefined)
    throw new AppError('COUNT_MISMATCH', `The sink rejected document ${ordinal} of a batch that has no such document.`);
  const [action = '', document = ''] = Buffer.from(batch.body.buffer, batch.body.byteOffset + start, end - start)
    .toString('utf8')
    .split('\n', 2);
  return [(JSON.parse(action) as { create: { _id: string; _index: string } }).create, document];
}
