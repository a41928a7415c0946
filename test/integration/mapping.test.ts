import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from '@opensearch-project/opensearch';
import { readFields } from '../../src/content/fields.ts';
import { isAggregatable } from '../../src/content/compile/field.ts';
import { shipped } from '../../src/content/root.ts';
import { createRecordProcessor } from '../../src/ingest/record.ts';
import { applyClusterSteps } from '../../src/install/apply.ts';
import { readCurrent } from '../../src/install/current.ts';
import { loadDesired } from '../../src/install/load.ts';
import { planInstall } from '../../src/install/plan.ts';
import { names } from '../../src/names.ts';
import { findJava } from '../../src/runtime/java.ts';
import { OPENSEARCH_2_VERSION } from '../../src/runtime/opensearch-home.ts';
import { javaRange, startOpenSearch } from '../../src/runtime/opensearch-node.ts';
import { dashboardsFields, type FieldCaps } from '../support/field-caps.ts';
import { HOSTILE_EVENTS } from '../support/hostile-events.ts';
import { NOW, encodeOptions, record } from '../support/records.ts';
import { deleteAlias, serverUrl, uniqueName } from '../support/servers.ts';

interface Server {
  readonly url: string;
  stop(): Promise<void>;
}
const given = async (): Promise<Server> => ({ url: serverUrl('OPENSEARCH_URL'), stop: async () => undefined });
const older = async (): Promise<Server> => startOpenSearch({ profile: 'test', version: OPENSEARCH_2_VERSION });
const canRun2 = await findJava(javaRange(OPENSEARCH_2_VERSION)).then(
  () => true,
  () => false,
);

const SUITES = [
  ['the cluster of this run', given, describe],
  // A Java that runs 2.x is not on every machine; without one the suite is listed as skipped.
  [`OpenSearch ${OPENSEARCH_2_VERSION}`, older, canRun2 ? describe : describe.skip],
] as const;

for (const [name, start, suite] of SUITES)
  suite(`the mapping on ${name}`, () => {
    const alias = uniqueName('mapping');
    const ours = names(alias);
    const index = `${alias}-ocsf-2026.11`;
    const process = createRecordProcessor(encodeOptions({ indexPrefix: ours.indexPrefix }));
    let server: Server;
    let client: Client;

    const install = async (): Promise<number> => {
      const current = await readCurrent(client, ours);
      const plan = planInstall(loadDesired(ours, { replicas: 0 }, current, NOW), current, { allowForeign: false });
      await applyClusterSteps(client, plan.steps);
      return plan.steps.length;
    };
    /** Maps, encodes and indexes; gives the id. Throws what the server rejects. */
    const add = async (event: Record<string, unknown>, id: string): Promise<string> => {
      const result = process(structuredClone(event));
      if (result.kind !== 'document') throw new Error(`${id} is no document: ${JSON.stringify(result)}`);
      await client.index({ index: result.index, id, op_type: 'create', body: result.source as never });
      return id;
    };
    /** Ids of what a query finds. */
    const find = async (query: Record<string, unknown>): Promise<string[]> => {
      await client.indices.refresh({ index: alias });
      const { body } = await client.search({ index: alias, body: { size: 50, query, _source: false } });
      return (body.hits.hits as { _id: string }[]).map(({ _id }) => _id);
    };
    const mapping = async (): Promise<unknown> => (await client.indices.getMapping({ index })).body;

    beforeAll(async () => {
      server = await start();
      client = new Client({ node: server.url, maxRetries: 0 });
      await install();
    }, 120_000);
    afterAll(async () => {
      if (client !== undefined) {
        await deleteAlias(client, alias);
        await client.close();
      }
      await server?.stop();
    });

    test('a second install changes nothing', async () => {
      expect(await install()).toBe(0);
    });

    test("the index pattern's fields are what OpenSearch Dashboards would make of _field_caps", async () => {
      const { body } = await client.fieldCaps({ index: alias, fields: ['*'] });
      const shippedFields = JSON.parse(
        readFileSync(shipped('mappings', 'generated', 'index-pattern-fields.json'), 'utf8'),
      ) as Record<string, unknown>[];
      const bare = shippedFields.map(({ count: _c, scripted: _s, ...rest }) => rest);
      // 2.x also lists a nameless part of a flat_object, which nobody can use.
      const fields = dashboardsFields(body.fields as FieldCaps).filter((field) => !field.name.endsWith('.'));
      expect(bare).toEqual(fields);
    });

    test('every field that claims so can be grouped by, and every field be searched', async () => {
      const aggs = Object.fromEntries(
        readFields()
          .filter(isAggregatable)
          .map(({ path }) => [path, { terms: { field: path } }]),
      );
      await client.transport.request({ method: 'POST', path: `/${alias}/_search`, body: { size: 0, aggs } });
      const should = readFields().map(({ path }) => ({ exists: { field: path } }));
      await client.search({ index: alias, body: { query: { bool: { should } } } });
    });

    test('nothing an event can contain is rejected, and nothing grows the mapping', async () => {
      const before = await mapping();
      const ids: string[] = [];
      const rejected: string[] = [];
      for (const [what, event] of HOSTILE_EVENTS) {
        try {
          ids.push(await add(event, `hostile ${what}`));
        } catch (error) {
          rejected.push(`${what}: ${String(error)}`);
        }
      }
      expect(rejected).toEqual([]);
      expect(await mapping()).toEqual(before);
      await client.indices.refresh({ index: alias });
      const { body } = await client.count({ index: alias, body: { query: { ids: { values: ids } } } });
      expect(body.count).toBe(HOSTILE_EVENTS.length);
    }, 120_000);

    test.each([8191, 2048])('an ARN of %d characters is found by its exact value and grouped by', async (length) => {
      const arn = `arn:aws:s3:::bucket/${'k'.repeat(length)}`.slice(0, length);
      const id = await add(record({ userIdentity: { type: 'AssumedRole', arn } }), `arn-${length}`);
      expect(await find({ term: { 'actor.user.uid': arn } })).toEqual([id]);
      const answer = await client.transport.request({
        method: 'POST',
        path: `/${alias}/_search`,
        body: { size: 0, query: { ids: { values: [id] } }, aggs: { who: { terms: { field: 'actor.user.uid' } } } },
      });
      expect(answer.body).toMatchObject({ aggregations: { who: { buckets: [{ key: arn, doc_count: 1 }] } } });
    });

    test('a string of 40 KB stays in the event, whose other fields are found', async () => {
      const id = await add(record({ userAgent: 'u'.repeat(40_000), eventName: 'LongAgent' }), 'long-agent');
      expect(await find({ term: { 'api.operation': 'LongAgent' } })).toEqual([id]);
      const { body } = await client.get({ index, id });
      expect(JSON.stringify(body._source)).toContain('u'.repeat(40_000));
    });

    test.each([
      ['a policy ARN', 'arn:aws:iam::aws:policy/AdministratorAccess'],
      ['an address of a CIDR block', '203.0.113.77'],
      ['a key id inside a policy in a string', 'AKIAIOSFODNN7EXAMPLE'],
      ['an instance id', 'i-0123456789abcdef0'],
      ['a host name', 'evil.example.com'],
    ])('%s in the request finds its event as a phrase', async (what, phrase) => {
      const policy = JSON.stringify({ Statement: [{ Condition: { StringEquals: { key: phrase } } }] }, null, 2);
      const inText = await add(record({ requestParameters: { deep: { list: [phrase, 'other'] } } }), `request ${what}`);
      const inPolicy = await add(record({ requestParameters: { policyDocument: policy } }), `policy ${what}`);
      const inResponse = await add(
        record({ responseElements: { created: [{ of: `${phrase}` }] } }),
        `response ${what}`,
      );
      expect((await find({ match_phrase: { 'api.request.data': phrase } })).sort()).toEqual([inPolicy, inText].sort());
      expect(await find({ match_phrase: { 'api.response.data': phrase } })).toEqual([inResponse]);
    });

    test('an error message is found by an ARN or an action in it', async () => {
      const errorMessage =
        'User: arn:aws:iam::123456789012:user/mallory is not authorized to perform: iam:PassRole on resource: arn:aws:iam::123456789012:role/Admin';
      const id = await add(record({ errorCode: 'AccessDenied', errorMessage }), 'denied');
      for (const phrase of ['arn:aws:iam::123456789012:user/mallory', 'iam:PassRole', 'not authorized to perform'])
        expect(await find({ match_phrase: { 'api.response.message': phrase } })).toEqual([id]);
    });

    test('what OCSF has no attribute for is found by its key', async () => {
      const id = await add(record({ additionalEventData: { CipherSuite: 'odd-suite', nested: { a: 1 } } }), 'unmapped');
      const { body } = await client.get({ index, id });
      const unmapped = (body._source as { unmapped: Record<string, string> }).unmapped;
      const key = Object.keys(unmapped).find((name) => unmapped[name] === 'odd-suite') ?? '';
      expect(await find({ match: { [`unmapped.${key}`]: 'odd-suite' } })).toEqual([id]);
      expect(await find({ match: { 'unmapped.other.key': 'odd-suite' } })).toEqual([]);
    });

    test('whether CloudTrail calls a call read-only is found by the flag, as DQL writes it', async () => {
      const event = (readOnly: boolean) => record({ eventName: 'FlaggedCall', readOnly });
      const [reading, writing] = [await add(event(true), 'reading'), await add(event(false), 'writing')];
      const flagged = async (value: unknown) =>
        find({
          bool: { filter: [{ term: { 'api.operation': 'FlaggedCall' } }, { match: { 'unmapped.readOnly': value } }] },
        });
      expect([await flagged(true), await flagged('true')]).toEqual([[reading], [reading]]);
      expect([await flagged(false), await flagged('false')]).toEqual([[writing], [writing]]);
    });

    test('addresses are found by CIDR, and a bad one does not hide the rest of its event', async () => {
      const good = await add(record({ sourceIPAddress: '198.51.100.7', eventName: 'ByCidr' }), 'cidr');
      const bad = await add(record({ sourceIPAddress: '253.252.51.07', eventName: 'ByCidr' }), 'no-cidr');
      expect(await find({ match: { 'src_endpoint.ip': '198.51.100.0/24' } })).toEqual([good]);
      expect((await find({ term: { 'api.operation': 'ByCidr' } })).sort()).toEqual([good, bad].sort());
    });

    test.each([
      '2026-11-20T10:00:00Z',
      '2026-11-20T10:00:00.123Z',
      '2026-11-20T10:00:00.123456789Z',
      '2026-11-20T12:00:00+02:00',
      '2026-11-20T12:00:00+0200',
      '2026-11-20T10:00:00',
      '2026-11-20T10:00Z',
      '2026-11-20',
      '20261120T100000Z',
      '2026-11-20 10:00:00',
      '2026-11-20 10:00:00.123456',
      '2026-11-20 10:00:00.123 UTC',
      '2026-11-20 10:00:00+00:00',
      1795168800000,
    ])('the date %s is indexed without our encoder, too', async (date) => {
      const id = `date ${date}`;
      await client.index({ index, id, body: { start_time_dt: date } });
      const range = {
        gte: '2026-11-20T00:00:00.000Z',
        lt: '2026-11-21T00:00:00.000Z',
        format: 'strict_date_optional_time',
      };
      const found = await find({ bool: { filter: [{ ids: { values: [id] } }, { range: { start_time_dt: range } }] } });
      expect(found).toEqual([id]);
    });
  });
