import type { Names } from '../../names.ts';
import { lenient, type Ask } from '../../opensearch/ask.ts';
import { readEventIndices } from '../event-indices.ts';
import type { Status } from '../status.ts';

const DAY = 86_400_000;
const DAYS = 14;

export async function readEvents(ask: Ask, names: Names, now: number): Promise<Status['events']> {
  const first = (Math.floor(now / DAY) - DAYS + 1) * DAY;
  const last = first + (DAYS - 1) * DAY;
  const [indices, found] = await Promise.all([
    readEventIndices(ask, names),
    ask<SearchAnswer>({
      path: lenient([names.indexPattern], '_search'),
      action: 'count the events',
      body: {
        size: 0,
        aggs: {
          recent: {
            filter: { range: { time_dt: { gte: first, lt: last + DAY, format: 'epoch_millis' } } },
            aggs: {
              days: {
                date_histogram: {
                  field: 'time_dt',
                  fixed_interval: '1d',
                  min_doc_count: 0,
                  extended_bounds: { min: first, max: last },
                },
              },
            },
          },
        },
      },
    }),
  ]);
  const counts = new Map(found?.aggregations?.recent.days.buckets.map(({ key, doc_count }) => [key, doc_count]));
  const days = Array.from({ length: DAYS }, (_, i) => first + i * DAY).map((day) => ({
    day: new Date(day).toISOString().slice(0, 10),
    events: counts.get(day) ?? 0,
  }));
  return { total: indices.reduce((sum, { documents }) => sum + (documents ?? 0), 0), indices, days };
}

interface SearchAnswer {
  readonly aggregations?: { recent: { days: { buckets: readonly { key: number; doc_count: number }[] } } };
}
