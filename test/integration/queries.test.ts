import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { compileBundles } from '../../src/content/assets.ts';
import { readBundle } from '../../src/content/bundle.ts';
import { compileQuery } from '../../src/content/compile/request/search.ts';
import { queryId } from '../../src/content/compile/dashboard.ts';
import { toNdjson } from '../../src/content/compile/saved-object.ts';
import { PACKAGE_ROOT } from '../../src/content/root.ts';
import { readContent } from '../../src/content/source/read.ts';
import { createRecordProcessor } from '../../src/ingest/record.ts';
import { names } from '../../src/names.ts';
import { installAlias } from '../support/installed.ts';
import { recordOf } from '../support/samples.ts';
import { deleteAlias, testClient, uniqueName } from '../support/servers.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const alias = uniqueName('queries');
const ours = names(alias);
const client = testClient();
const { queries } = readContent(PACKAGE_ROOT);
const [bundleFile] = compileBundles();
const bundle = readBundle(toNdjson(bundleFile?.objects ?? []));

/** `<query>/match/0` → where its event is. */
const sampleId = (query: string, kind: string, position: number): string => `${query}/${kind}/${position}`;

beforeAll(async () => {
  await installAlias(client, ours.alias, { now: NOW });
  const toDocument = createRecordProcessor({ indexPrefix: ours.indexPrefix, period: 'month', now: NOW, filters: {} });
  const lines = queries.flatMap(({ id, samples }) =>
    (['match', 'no_match'] as const).flatMap((kind) =>
      samples[kind].map((sample, position) => {
        const result = toDocument(recordOf(sample, sampleId(id, kind, position)));
        if (result.kind !== 'document')
          throw new Error(`${sampleId(id, kind, position)} is no event: ${JSON.stringify(result)}`);
        return `${JSON.stringify({ create: { _index: result.index, _id: result.id } })}\n${result.source}\n`;
      }),
    ),
  );
  const { body } = await client.bulk({ body: lines.join('') as never, refresh: true });
  expect(body.errors).toBe(false);
});

afterAll(async () => {
  await deleteAlias(client, alias);
  await client.close();
});

describe('saved queries on a real cluster', () => {
  test('there are at least thirty of them', () => expect(queries.length).toBeGreaterThanOrEqual(30));

  test.each(queries.map((query) => [query.id, query] as const))(
    '%s matches its samples and none that it must not',
    async (id, query) => {
      const pattern = bundle.indexPattern('logs-cloudtrail');
      const compiled = compileQuery(bundle.query(queryId(id)), pattern, {
        now: NOW,
        timeZone: 'UTC',
        timeRange: { from: 'now-24h', to: 'now' },
      });
      if (compiled.kind !== 'hits') throw new Error(`it asks nothing: ${compiled.kind}`);
      const { body } = await client.search({ index: alias, body: { ...compiled.request.body, size: 1000 } });
      const found = new Set(body.hits.hits.map(({ _id }) => _id));
      expect({
        missing: query.samples.match.map((_, i) => sampleId(id, 'match', i)).filter((name) => !found.has(name)),
      }).toEqual({ missing: [] });
      expect({
        wrong: query.samples.no_match.map((_, i) => sampleId(id, 'no_match', i)).filter((name) => found.has(name)),
      }).toEqual({ wrong: [] });
    },
  );
});
