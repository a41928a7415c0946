import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client } from '@opensearch-project/opensearch';
import { buildBundle } from '../../src/bundle/bundle.ts';

const name = `bundle-${process.pid}-${Date.now().toString(36)}`;
const client = new Client({ node: process.env['OPENSEARCH_URL'] ?? '' });
const files = buildBundle();
const contentOf = (ending: RegExp): unknown =>
  JSON.parse(files.find(({ path }) => ending.test(path))?.content.toString('utf8') ?? '');

interface IndexTemplate {
  readonly index_patterns: readonly string[];
  readonly template: { readonly aliases: object };
}

/** The template of the bundle, for an index and an alias of this test's own. */
const template = contentOf(/\.mapping\.json$/) as IndexTemplate;
const samples = contentOf(/data\/sample\.json$/) as { metadata: { uid: string }; class_name: string }[];

beforeAll(async () => {
  await client.indices.putIndexTemplate({
    name,
    body: {
      ...template,
      index_patterns: [`${name}-*`],
      template: { ...template.template, aliases: { [name]: {} } },
    },
  });
});
afterAll(async () => {
  await client.indices.delete({ index: `${name}-*`, ignore_unavailable: true });
  await client.indices.deleteIndexTemplate({ name });
  await client.close();
});

test('the template of the bundle takes its samples, and they are found by the fields of the dashboards', async () => {
  const body = samples.flatMap((event) => [{ create: { _index: `${name}-2026.06`, _id: event.metadata.uid } }, event]);
  const bulk = await client.bulk({ refresh: true, body });
  expect(bulk.body.errors).toBe(false);
  const during = { range: { time_dt: { gte: '2026-06-01', lt: '2026-06-02' } } };
  for (const { class_name } of samples) {
    const query = { bool: { filter: [during, { term: { class_name } }] } };
    expect([class_name, (await client.count({ index: name, body: { query } })).body.count]).toEqual([class_name, 1]);
  }
});
