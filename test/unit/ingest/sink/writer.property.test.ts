import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DUPLICATE, INDEXED, REJECTED } from '../../../../src/ingest/ports.ts';
import { BulkWriter } from '../../../../src/ingest/sink/writer.ts';
import type { Answer } from '../../../../src/opensearch/request.ts';
import { createBatch } from '../../../support/batches.ts';

type Whole = 'busy' | 'down' | 'reset' | 'reset-after' | 'large' | 'items';
type Single = 'take' | 'busy' | 'lost' | 'bad' | 'stumble';

const WHOLE: Record<Exclude<Whole, 'items' | 'reset-after'>, Answer> = {
  busy: { status: 429, body: { error: { type: 'rejected_execution_exception' } } },
  down: { status: 503, body: '' },
  reset: { status: 0, body: { error: { type: 'connection' } } },
  large: { status: 413, body: '' },
};
const SINGLE = {
  busy: { status: 429, error: { type: 'rejected_execution_exception' } },
  lost: { status: 500, error: { type: 'node_not_connected_exception' } },
  bad: { status: 400, error: { type: 'mapper_parsing_exception' } },
  stumble: { status: 500, error: { type: 'null_pointer_exception' } },
} as const;

/** Keeps documents as a cluster does, and answers by a script; when the script is at its end it takes everything. */
function scriptedCluster(wholes: Whole[], singles: Single[]) {
  const stored = new Map<string, number>();
  const answered = new Set<string>();
  const faults: string[] = [];
  const send = async (body: Buffer): Promise<Answer> => {
    await Promise.resolve();
    const ids = [...body.toString().matchAll(/"_id":"([^"]*)"/g)].map((match) => match[1] ?? '');
    for (const id of ids) if (answered.has(id)) faults.push(`${id} was sent after its outcome`);
    const whole = wholes.shift() ?? 'items';
    const take = (id: string): { status: number; error?: { type: string } } => {
      if (stored.has(id)) return { status: 409, error: { type: 'version_conflict_engine_exception' } };
      stored.set(id, 1);
      return { status: 201 };
    };
    if (whole === 'reset-after') {
      ids.forEach(take);
      return WHOLE.reset;
    }
    if (whole !== 'items') return WHOLE[whole];
    const items = ids.map((id) => {
      const single = singles.shift() ?? 'take';
      const item = single === 'take' ? take(id) : SINGLE[single];
      if (item.status < 429) answered.add(id);
      return { create: item };
    });
    return { status: 200, body: { items } };
  };
  return { send, stored, faults };
}

test('whatever the cluster answers: in = indexed + duplicate + rejected, nothing lost, nothing sent after its outcome', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 12 }),
      fc.array(fc.constantFrom<Whole>('busy', 'down', 'reset', 'reset-after', 'large', 'items', 'items'), {
        maxLength: 25,
      }),
      fc.array(fc.constantFrom<Single>('take', 'take', 'busy', 'lost', 'bad', 'stumble'), { maxLength: 80 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 15 }),
      async (sizes, wholes, singles, requests, maxDocuments) => {
        const cluster = scriptedCluster([...wholes], [...singles]);
        const sink = new BulkWriter(cluster.send, {
          requests,
          maxDocuments,
          lingerMs: 0,
          backoff: { baseMs: 0, maxMs: 0 },
        });
        const batches = sizes.map((size, w) =>
          createBatch('i', Object.fromEntries(Array.from({ length: size }, (_, d) => [`${w}-${d}`, {}]))),
        );
        const outcomes = await Promise.all(batches.map((batch) => sink.write(batch, new AbortController().signal)));
        await sink.close();

        expect(cluster.faults).toEqual([]);
        outcomes.forEach(({ statuses, rejections }, w) => {
          expect(statuses).toHaveLength(sizes[w] ?? 0);
          const rejected: number[] = [];
          statuses.forEach((status, d) => {
            expect([INDEXED, DUPLICATE, REJECTED]).toContain(status);
            if (status === REJECTED) rejected.push(d);
            else expect(cluster.stored.has(`${w}-${d}`)).toBe(true);
          });
          expect(rejections.map(({ ordinal }) => ordinal)).toEqual(rejected);
        });
      },
    ),
    { numRuns: 150, seed: 20_261_121 },
  );
});
