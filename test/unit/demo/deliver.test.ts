import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { tableFromIPC } from 'apache-arrow';
import { readParquet } from 'parquet-wasm';
import { generateEvents } from '../../../src/demo/generate.ts';
import { deliver } from '../../../src/demo/write/deliver.ts';
import { asSecurityLake } from '../../../src/demo/write/ocsf.ts';

const END = Date.UTC(2026, 10, 20, 15, 30);
const OPTIONS = { seed: 'test', end: END, hours: 24, events: 5000 };
const records = [...generateEvents(OPTIONS)];
const objects = [...deliver(records, OPTIONS)];

const text = (body: Uint8Array): string => gunzipSync(body).toString();
const rows = (body: Uint8Array): unknown[] => {
  const table = tableFromIPC(readParquet(body).intoIPCStream());
  const plain = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : value);
  return table.toArray().map((row: unknown) => JSON.parse(JSON.stringify(row, plain)) as unknown);
};

/** Ids by format, from the objects that can be read whole. */
const trail: string[] = [];
const insights: string[] = [];
const parquet: string[] = [];
const json: string[] = [];
const damaged: string[] = [];
for (const { key, body } of objects) {
  if (key.includes('Digest') || key.includes('/metadata/') || body.length === 0) continue;
  if (key.endsWith('.parquet'))
    for (const row of rows(body)) parquet.push((row as { metadata: { uid: string } }).metadata.uid);
  else if (key.startsWith('ext/')) json.push(...text(body).trimEnd().split('\n'));
  else
    try {
      const found = (JSON.parse(text(body)) as { Records: { eventID: string }[] }).Records.map((r) => r.eventID);
      (key.includes('Insight') ? insights : trail).push(...found);
    } catch {
      damaged.push(key);
    }
}

describe('objects as AWS delivers them', () => {
  test('the same seed gives the same bytes', () => {
    const again = [...deliver(records, OPTIONS)];
    expect(again.map(({ key }) => key)).toEqual(objects.map(({ key }) => key));
    expect(again.every(({ body }, i) => Buffer.compare(body, objects[i]!.body) === 0)).toBe(true);
  });

  test('every event is in a good object; some of the last hours are in two formats', () => {
    const good = json.flatMap((line) => /"uid":"([0-9a-f-]{36})"/.exec(line)?.[1] ?? []);
    const all = new Set([...trail, ...insights, ...parquet, ...good]);
    expect(records.filter((r) => !all.has(r.eventID))).toEqual([]);
    const twice = parquet.filter((id) => trail.includes(id));
    expect(twice.length).toBeGreaterThan(50);
    const times = new Map(records.map((r) => [r.eventID, Date.parse(r.eventTime)]));
    expect(Math.min(...twice.map((id) => times.get(id)!))).toBeGreaterThanOrEqual(END - 3 * 3_600_000);
    expect(parquet.length).toBeGreaterThan(800);
    expect(json.length).toBeGreaterThan(100);
    expect(insights.length).toBeGreaterThanOrEqual(6);
  });

  test('a broken forwarder left three bad lines, and a broken upload one cut object', () => {
    const timeOf = (line: string): unknown => (JSON.parse(line) as { time?: number }).time;
    const halves = json.filter((line) => !line.endsWith('}'));
    const whole = json.filter((line) => line.endsWith('}'));
    expect(halves).toHaveLength(1);
    expect(() => timeOf(halves[0]!)).toThrow(SyntaxError);
    expect(whole.filter((line) => timeOf(line) === undefined)).toHaveLength(1);
    expect(whole.filter((line) => Number(timeOf(line)) > END)).toHaveLength(1);
    expect(damaged).toHaveLength(1);
  });

  test('keys are laid out as CloudTrail and Security Lake lay them out', () => {
    const patterns = [
      /^AWSLogs\/o-example2026\/(\d{12})\/CloudTrail\/([a-z0-9-]+)\/2026\/11\/(19|20)\/\1_CloudTrail_\2_202611(19|20)T\d{4}Z_[0-9a-f]{16}\.json\.gz$/,
      /^AWSLogs\/o-example2026\/(\d{12})\/CloudTrail-Insight\/([a-z0-9-]+)\/2026\/11\/\d\d\/\1_CloudTrail-Insight_\2_\d{8}T\d{4}Z_[0-9a-f]{16}\.json\.gz$/,
      /^AWSLogs\/o-example2026\/999988887777\/CloudTrail-Digest\/[a-z0-9-]+\/2026\/11\/\d\d\/.*_\d{8}T\d{6}Z\.json\.gz$/,
      /^AWSLogs\/$/,
      /^aws\/CLOUD_TRAIL_MGMT\/2\.0\/region=[a-z0-9-]+\/accountId=123456789012\/eventDay=202611\d\d\/[0-9a-f]{32}\.gz\.parquet$/,
      /^aws\/CLOUD_TRAIL_MGMT\/2\.0\/metadata\//,
      /^ext\/example-forwarder\/1\.0\/region=[a-z0-9-]+\/accountId=\d{12}\/eventDay=202611\d\d\/[0-9a-f]{32}\.json\.gz$/,
    ];
    for (const { key } of objects) expect(patterns.filter((pattern) => pattern.test(key))).toHaveLength(1);
    for (const pattern of patterns) expect(objects.some(({ key }) => pattern.test(key))).toBe(true);
    expect(new Set(objects.map(({ place, key }) => `${place}/${key}`)).size).toBe(objects.length);
  });

  test('Parquet keeps every value that Security Lake has a column for', () => {
    const byId = new Map(records.map((r) => [r.eventID, r]));
    const file = objects.find(({ key }) => key.endsWith('.parquet'));
    for (const row of rows(file!.body) as ReturnType<typeof asSecurityLake>[]) {
      const { time_dt, accountid, region, actor, ...rest } = clean(row) as Record<string, unknown>;
      const expected = clean(asSecurityLake(byId.get((rest['metadata'] as { uid: string }).uid)!)) as Record<
        string,
        unknown
      >;
      const { session, ...who } = actor as { session?: { created_time_dt: number } };
      const { session: since, ...whose } = expected['actor'] as { session?: { created_time_dt: string } };
      expect(time_dt).toBe(Date.parse(expected['time_dt'] as string));
      expect([accountid, region]).toEqual(['123456789012', (expected['cloud'] as { region: string }).region]);
      expect(session?.created_time_dt).toBe(since === undefined ? undefined : Date.parse(since.created_time_dt));
      expect({ ...rest, actor: who }).toEqual({ ...without(expected, 'time_dt'), actor: whose });
    }
  });
});

/** Without nulls, and without objects that hold nothing else. */
function clean(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(clean);
  if (typeof value !== 'object' || value === null) return value ?? undefined;
  const kept = Object.entries(value)
    .map(([key, member]) => [key, clean(member)] as const)
    .filter(([, member]) => member !== undefined);
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

function without(object: Record<string, unknown>, name: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
}
