import { expect, test } from '@jest/globals';
import type { DeadLetterStore, LetterFilter, StoredLetter } from '../../src/ingest/dead-letter/letter.ts';
import type { DeadLetter } from '../../src/ingest/ports.ts';

export interface DeadLetterHarness {
  readonly letters: DeadLetterStore;
  /** Epoch ms, as the store sees it. */
  readonly clock: { now: number };
  /** Makes what was written visible to `list`. */
  readonly refresh: () => Promise<void>;
}

const never = new AbortController().signal;

function letter(id: string, more: Partial<DeadLetter> = {}): DeadLetter {
  return {
    id,
    reason: 'mapper_parsing_exception',
    message: 'failed to parse field [time]',
    status: 400,
    index: 'logs-cloudtrail-ocsf-2026.11',
    source: 'trail',
    ref: { bucket: 'b', key: 'k.json.gz', etag: 'e1' },
    position: 7,
    document: '{"time":"now"}',
    ...more,
  };
}

async function listed(letters: DeadLetterStore, filter: LetterFilter = {}): Promise<StoredLetter[]> {
  const found: StoredLetter[] = [];
  for await (const one of letters.list(filter, never)) found.push(one);
  return found;
}

/** What every store of dead letters keeps. `make` gives a fresh, empty one for each test. */
export function deadLetterContract(make: () => Promise<DeadLetterHarness>): void {
  test('a letter comes back as it was written', async () => {
    const { letters, clock, refresh } = await make();
    const bare: DeadLetter = {
      id: 'bare',
      reason: 'invalid_json',
      message: 'Unexpected token',
      source: 'trail',
      ref: { bucket: 'b', key: 'k' },
      position: 1,
      document: 'not json {{{ \u0000 \n "ä" 日',
    };
    await letters.write([letter('full'), bare], never);
    await refresh();
    const rejectedAt = new Date(clock.now).toISOString();
    expect(await listed(letters)).toEqual([
      { ...bare, rejectedAt, truncated: false },
      { ...letter('full'), rejectedAt, truncated: false },
    ]);
    await letters.close();
  });

  test('written again, a letter takes its former place', async () => {
    const { letters, clock, refresh } = await make();
    await letters.write([letter('a')], never);
    clock.now += 1000;
    await letters.write([letter('a', { message: 'again' }), letter('a', { message: 'and again' })], never);
    await refresh();
    expect(await listed(letters)).toEqual([
      { ...letter('a', { message: 'and again' }), rejectedAt: new Date(clock.now).toISOString(), truncated: false },
    ]);
    await letters.close();
  });

  test('letters are found by reason, source and time, oldest first', async () => {
    const { letters, clock, refresh } = await make();
    const start = clock.now;
    await letters.write([letter('1', { reason: 'no_time' }), letter('2', { source: 'queue' })], never);
    clock.now += 60_000;
    await letters.write([letter('0', { reason: 'no_time', source: 'queue' }), letter('3')], never);
    await refresh();
    const ids = async (filter: LetterFilter): Promise<string[]> => (await listed(letters, filter)).map(({ id }) => id);
    expect(await ids({})).toEqual(['1', '2', '0', '3']);
    expect(await ids({ reason: 'no_time' })).toEqual(['1', '0']);
    expect(await ids({ source: 'queue' })).toEqual(['2', '0']);
    expect(await ids({ reason: 'no_time', source: 'queue' })).toEqual(['0']);
    expect(await ids({ since: start + 1 })).toEqual(['0', '3']);
    expect(await ids({ since: start })).toHaveLength(4);
    expect(await ids({ reason: 'unheard_of' })).toEqual([]);
    await letters.close();
  });

  test('more letters than a page come once each', async () => {
    const { letters, refresh } = await make();
    const many = Array.from({ length: 1234 }, (_, i) =>
      letter(`id-${String(i).padStart(4, '0')}`, { position: i + 1 }),
    );
    await letters.write(many, never);
    await refresh();
    expect((await listed(letters)).map(({ id }) => id)).toEqual(many.map(({ id }) => id));
    await letters.close();
  });

  test('deleted letters are gone, and deleting them again is no fault', async () => {
    const { letters, refresh } = await make();
    await letters.write(
      ['a', 'b', 'c'].map((id) => letter(id)),
      never,
    );
    await letters.delete(['a', 'c', 'never was'], never);
    await letters.delete(['a'], never);
    await letters.delete([], never);
    await refresh();
    expect((await listed(letters)).map(({ id }) => id)).toEqual(['b']);
    await letters.close();
  });

  test('no document is refused: whatever its size and characters, only what is too large is cut, and says so', async () => {
    const { letters, refresh } = await make();
    const documents = {
      a: '"'.repeat(9 * 1024 * 1024),
      b: 'x'.repeat(11 * 1024 * 1024),
      c: '\ud800 lone surrogate',
      d: '',
      e: '{"m":'.repeat(3000),
      f: '\u0000\u0001\u2028',
    };
    await letters.write(
      Object.entries(documents).map(([id, document]) => letter(id, { document, message: 'm'.repeat(100_000) })),
      never,
    );
    await refresh();
    const found = await listed(letters);
    expect(found.map(({ id, truncated }) => [id, truncated])).toEqual(
      Object.keys(documents).map((id) => [id, id === 'b']),
    );
    for (const { id, document, message } of found) {
      const whole = documents[id as keyof typeof documents];
      // A lone surrogate has no UTF-8 form; what surrounds it stays.
      if (id === 'c') expect(document).toMatch(/ lone surrogate$/);
      else expect(document === whole.slice(0, 10 * 1024 * 1024)).toBe(true);
      expect(message.length).toBe(2000);
    }
    await letters.close();
  });

  test('a reader may stop early', async () => {
    const { letters, refresh } = await make();
    await letters.write(
      ['a', 'b', 'c'].map((id) => letter(id)),
      never,
    );
    await refresh();
    const seen: string[] = [];
    for await (const { id } of letters.list({}, never)) {
      seen.push(id);
      break;
    }
    expect(seen).toEqual(['a']);
    await letters.close();
  });
}
