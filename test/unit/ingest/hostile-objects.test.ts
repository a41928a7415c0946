import { expect, test } from '@jest/globals';
import { ObjectError } from '../../../src/errors.ts';
import { inProcessExecutor } from '../../../src/ingest/executor/in-process.ts';
import { HOSTILE_OBJECTS } from '../../support/hostile-objects.ts';
import { objectOf } from '../../support/objects.ts';
import { encodeOptions } from '../../support/records.ts';

const never = new AbortController().signal;

/** What comes of an object on the whole way from its bytes to the bulk request. Whatever is no `ObjectError` fails the test. */
async function outcomeOf(bytes: Uint8Array): Promise<{ outcome: string; ids: Set<string> }> {
  let documents = 0;
  let read = 0;
  const reasons = new Map<string, number>();
  const ids = new Set<string>();
  let end: string | undefined;
  const run = inProcessExecutor().run(objectOf(bytes, 256 * 1024), encodeOptions(), never);
  try {
    for (;;) {
      const next = await run.next();
      if (next.done === true) {
        if (read === 0) end = next.value;
        break;
      }
      const { body, offsets, positions, rejected } = next.value;
      read += next.value.read;
      documents += positions.length;
      for (const { reason, message } of rejected) {
        if (message === '') throw new Error(`${reason} without a message`);
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      }
      const lines = Buffer.from(body.buffer, body.byteOffset, body.length);
      for (const [i] of positions.entries()) {
        const action = lines.toString('utf8', offsets[i], lines.indexOf(10, offsets[i]));
        ids.add((JSON.parse(action) as { create: { _id: string } }).create._id);
      }
    }
  } catch (error) {
    if (!(error instanceof ObjectError)) throw error;
    expect(error.permanent).toBe(true);
    end = error.code;
  }
  const counted = [...reasons].sort(([a], [b]) => (a < b ? -1 : 1)).map(([reason, count]) => `${count} ${reason}`);
  const parts = documents === 0 ? counted : [`${documents} document${documents === 1 ? '' : 's'}`, ...counted];
  return { outcome: [...parts, ...(end === undefined ? [] : [end])].join(', '), ids };
}

test('the corpus is large', () => {
  expect(HOSTILE_OBJECTS.length).toBeGreaterThan(100);
  expect(new Set(HOSTILE_OBJECTS.map(({ name }) => name)).size).toBe(HOSTILE_OBJECTS.length);
});

test.each(HOSTILE_OBJECTS.map((object) => [object.name, object.outcome, object] as const))(
  '%s: %s',
  async (_name, expected, { bytes }) => {
    const content = bytes();
    const { outcome, ids } = await outcomeOf(content);
    expect(outcome).toBe(expected);
    for (const id of ['first', 'last'])
      if (/\b(?!1 )\d+ documents/.test(expected) && content.includes(`"eventID":"${id}"`)) expect(ids).toContain(id);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  },
);
