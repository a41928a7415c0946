import { describe, expect, test } from '@jest/globals';
import { createMemoryDeadLetters } from '../../../src/ingest/dead-letter/memory.ts';
import type { DeadLetterStore, StoredLetter } from '../../../src/ingest/dead-letter/letter.ts';
import { DUPLICATE, INDEXED, REJECTED, type DeadLetter, type Sink } from '../../../src/ingest/ports.ts';
import { createRecordProcessor } from '../../../src/ingest/record.ts';
import { documentAt, documentCount, type Document } from '../../../src/ingest/sink/body.ts';
import { replay } from '../../../src/operate/replay.ts';
import { encodeOptions, record } from '../../support/records.ts';

const never = new AbortController().signal;
const signals = { drain: never, abort: never };

/** A sink that knows the documents already in it, and rejects those it is told to. */
function sinkOf(rejects: ReadonlySet<string> = new Set()) {
  const documents = new Map<string, Document>();
  const write: Sink['write'] = async (batch) => {
    const all = Array.from({ length: documentCount(batch) }, (_, ordinal) => documentAt(batch, ordinal));
    const statuses = all.map((document) => {
      if (rejects.has(document.id)) return REJECTED;
      if (documents.has(document.id)) return DUPLICATE;
      documents.set(document.id, document);
      return INDEXED;
    });
    const rejections = statuses.flatMap((status, ordinal) =>
      status === REJECTED ? [{ ordinal, status: 400, type: 'mapper_parsing_exception', reason: 'no' }] : [],
    );
    return { statuses: Uint8Array.from(statuses), rejections };
  };
  return { documents, write };
}

function letter(id: string, document: unknown, more: Partial<DeadLetter> = {}): DeadLetter {
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  const ref = { bucket: 'trail', key: `${id}.json`, etag: 'e' };
  return { id, reason: 'old', message: 'then', source: 's', ref, position: 1, document: text, ...more };
}

async function run(
  letters: readonly DeadLetter[],
  how: { sink?: ReturnType<typeof sinkOf>; dryRun?: boolean; reason?: string; maxDocument?: number } = {},
) {
  const { sink = sinkOf(), dryRun = false, reason, maxDocument = 10 * 1024 * 1024 } = how;
  const deadLetters = createMemoryDeadLetters({ maxDocument });
  await deadLetters.write(letters, never);
  const process = createRecordProcessor(encodeOptions());
  const filter = reason === undefined ? {} : { reason };
  const report = await replay({ deadLetters, sink, process }, { filter, dryRun }, signals);
  const left: StoredLetter[] = [];
  for await (const one of deadLetters.list({}, never)) left.push(one);
  return { report, left, documents: sink.documents };
}

describe('replay', () => {
  test('indexes raw records and mapped events, and takes their letters out', async () => {
    const mapped = createRecordProcessor(encodeOptions())(record({ eventID: 'm' }));
    if (mapped.kind !== 'document') throw new Error('the record is no event');
    const { report, left, documents } = await run([
      letter('hash-of-position', record({ eventID: 'r' })),
      letter('m', mapped.source, { index: mapped.index, status: 400 }),
    ]);
    expect(report).toMatchObject({ letters: 2, indexed: 2, duplicate: 0, rejected: 0, truncated: 0 });
    expect(left).toEqual([]);
    expect([...documents.keys()].sort()).toEqual(['m', 'r']);
    expect(JSON.parse(documents.get('m')?.source ?? '')).toEqual(JSON.parse(mapped.source));
  });

  test('keeps the id of what the cluster rejected, though the event has none of its own', async () => {
    const anonymous = record();
    delete anonymous['eventID'];
    const mapped = createRecordProcessor(encodeOptions())(anonymous);
    if (mapped.kind !== 'document') throw new Error('the record is no event');
    const { documents } = await run([letter(mapped.id, mapped.source, { index: mapped.index })]);
    expect([...documents.keys()]).toEqual([mapped.id]);
  });

  test('a letter whose event is in the cluster already is a duplicate, and goes', async () => {
    const { report, left } = await run([letter('x', record()), letter('y', record())]);
    expect(report).toMatchObject({ letters: 2, indexed: 1, duplicate: 1 });
    expect(left).toEqual([]);
  });

  test('what is rejected again stays, under the reason found now', async () => {
    const sink = sinkOf(new Set(['bad']));
    const { report, left } = await run(
      [
        letter('a', record({ eventTime: '2001-01-01T00:00:00Z' })),
        letter('b', '{"cut":'),
        letter('c', record({ eventID: 'bad' })),
        letter('d', { nothing: 'we know' }),
      ],
      { sink },
    );
    expect(report).toMatchObject({ letters: 4, indexed: 0, duplicate: 0, rejected: 4, truncated: 0 });
    expect(report.reasons).toEqual({
      time_out_of_range: 1,
      invalid_json: 1,
      mapper_parsing_exception: 1,
      not_an_event: 1,
    });
    expect(left.map(({ id, reason }) => [id, reason]).sort()).toEqual([
      ['a', 'time_out_of_range'],
      ['b', 'invalid_json'],
      ['bad', 'mapper_parsing_exception'],
      ['d', 'not_an_event'],
    ]);
    expect(left.find(({ id }) => id === 'bad')).toMatchObject({ index: 'logs-cloudtrail-ocsf-2026.11', status: 400 });
  });

  test('what the cluster rejected, and rejects again, stays where it was', async () => {
    const mapped = createRecordProcessor(encodeOptions())(record({ eventID: 'bad' }));
    if (mapped.kind !== 'document') throw new Error('the record is no event');
    const { report, left } = await run([letter('bad', mapped.source, { index: mapped.index, status: 400 })], {
      sink: sinkOf(new Set(['bad'])),
    });
    expect(report).toMatchObject({ letters: 1, rejected: 1 });
    expect(left).toMatchObject([{ id: 'bad', reason: 'mapper_parsing_exception', index: mapped.index }]);
  });

  test('what stays under another id is stored before its former letter is taken out', async () => {
    const stored = createMemoryDeadLetters();
    await stored.write([letter('former', record({ eventID: 'bad' }))], never);
    const failing: DeadLetterStore = { ...stored, write: async () => Promise.reject(new Error('no space')) };
    const ports = {
      deadLetters: failing,
      sink: sinkOf(new Set(['bad'])),
      process: createRecordProcessor(encodeOptions()),
    };
    await expect(replay(ports, { filter: {}, dryRun: false }, signals)).rejects.toThrow('no space');
    const left: string[] = [];
    for await (const { id } of stored.list({}, never)) left.push(id);
    expect(left).toEqual(['former']);
  });

  test('told to end, it finishes its round and no more', async () => {
    const stop = new AbortController();
    const deadLetters = createMemoryDeadLetters();
    const ids = Array.from({ length: 1200 }, (_, i) => `id-${String(i).padStart(4, '0')}`);
    await deadLetters.write(
      ids.map((id) => letter(id, record({ eventID: id }))),
      never,
    );
    const sink = sinkOf();
    const write: Sink['write'] = async (...args) => {
      stop.abort();
      return sink.write(...args);
    };
    const ports = { deadLetters, sink: { write }, process: createRecordProcessor(encodeOptions()) };
    const report = await replay(ports, { filter: {}, dryRun: false }, { drain: stop.signal, abort: never });
    expect(report).toMatchObject({ letters: 500, indexed: 500 });
    let left = 0;
    for await (const _ of deadLetters.list({}, never)) left += 1;
    expect(left).toBe(700);
  });

  test('names the first twenty objects that have to be read again, and counts all', async () => {
    const letters = Array.from({ length: 30 }, (_, i) => letter(`id${i}`, record()));
    const { report } = await run(letters, { maxDocument: 10 });
    expect([report.truncated, report.readAgain.length]).toEqual([30, 20]);
  });

  test('letters that were not kept whole stay as they are, and their objects are named once', async () => {
    const whole = record({ requestParameters: { text: 'x'.repeat(5000) } });
    const cut = JSON.stringify(whole)
      .padEnd(1024 * 1024 + 10, 'x')
      .slice(0, 1024 * 1024);
    const ref = { bucket: 'trail', key: 'large.json' };
    const { report, left } = await run([letter('a', whole, { ref }), letter('b', cut, { ref })], { maxDocument: 2000 });
    expect(report).toMatchObject({ letters: 2, truncated: 2, rejected: 0, readAgain: [ref] });
    const { report: second } = await run([letter('b', cut, { ref })]);
    expect(second).toMatchObject({ letters: 1, truncated: 1, readAgain: [ref] });
    expect(left.map(({ reason }) => reason)).toEqual(['old', 'old']);
  });

  test('a record in text inside a wrapper is found', async () => {
    const { documents } = await run([letter('w', { id: '1', message: JSON.stringify(record({ eventID: 'in' })) })]);
    expect([...documents.keys()]).toEqual(['in']);
  });

  test('a dry run changes nothing', async () => {
    const { report, left, documents } = await run([letter('a', record()), letter('b', 'no')], { dryRun: true });
    expect(report).toMatchObject({ letters: 2, ready: 1, rejected: 1, indexed: 0 });
    expect(left.map(({ reason }) => reason)).toEqual(['old', 'old']);
    expect(documents.size).toBe(0);
  });

  test('only what the filter names is sent', async () => {
    const { report, left } = await run([letter('a', record()), letter('b', record(), { reason: 'other' })], {
      reason: 'other',
    });
    expect(report.letters).toBe(1);
    expect(left.map(({ id }) => id)).toEqual(['a']);
  });
});
