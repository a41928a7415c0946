import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { shipped } from '../../../../src/content/root.ts';
import { generateEvents } from '../../../../src/demo/generate.ts';
import { asSecurityLake } from '../../../../src/demo/write/ocsf.ts';
import { BatchBuilder } from '../../../../src/ingest/executor/batch-builder.ts';
import { createLineReader } from '../../../../src/ingest/fast/pass-through.ts';
import type { EncodeOptions } from '../../../../src/ingest/ports.ts';
import { createRecordProcessor } from '../../../../src/ingest/record.ts';

const END = Date.UTC(2026, 9, 31);
const OPTIONS: EncodeOptions = { indexPrefix: 'logs-', period: 'month', now: END, filters: {} };
const plain = createRecordProcessor(OPTIONS);
const readLine = createLineReader(OPTIONS);
const lines = [...generateEvents({ seed: 'pass', end: END, hours: 24, events: 2500 })].map((record) =>
  JSON.stringify(asSecurityLake(record)),
);

/** What the fast path makes of a line; undefined when it refuses it. */
function passed(line: string | Buffer): { id: string; index: string; document: unknown } | undefined {
  const bytes = Buffer.from(line);
  const builder = new BatchBuilder(plain, { readLine });
  // In the middle of a buffer, where lines are.
  const all = Buffer.concat([Buffer.from('{"a":1}\n'), bytes, Buffer.from('\n{"b":2}')]);
  if (!builder.line(all, 8, 8 + bytes.length)) return undefined;
  const [batch] = builder.finish();
  const text = Buffer.from(batch!.body).toString();
  const [action = '', source = '', end] = text.split('\n');
  expect(end).toBe('');
  expect(batch!.offsets).toEqual(Uint32Array.of(0, text.length));
  const { _id: id, _index: index } = (JSON.parse(action) as { create: { _id: string; _index: string } }).create;
  return { id, index, document: JSON.parse(source) };
}

/** What the plain path makes of it, in the same form. */
function mapped(line: string): unknown {
  const result = plain(JSON.parse(line));
  if (result.kind !== 'document') return result;
  return { id: result.id, index: result.index, document: JSON.parse(result.source) as unknown };
}

describe('the fast path for OCSF lines', () => {
  it('passes nearly every event of a source that writes OCSF 1.1.0, and gives the same document as the plain path', () => {
    let count = 0;
    for (const line of lines) {
      const found = passed(line);
      if (found === undefined) continue;
      count += 1;
      expect(found).toEqual(mapped(line));
    }
    expect(count).toBeGreaterThan(0.98 * lines.length);
  });

  it('passes lines with spaces between their tokens', () => {
    const spaced = JSON.stringify(JSON.parse(lines[0]!), null, 1).replaceAll(/\n\s*/g, ' ');
    expect(passed(spaced)).toEqual(mapped(lines[0]!));
  });

  it('agrees with the plain path on every golden event, or refuses it', () => {
    const folder = shipped('test', 'golden', 'ocsf');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'));
    expect(files.length).toBeGreaterThan(10);
    for (const file of files) {
      const line = JSON.stringify(JSON.parse(readFileSync(join(folder, file), 'utf8')));
      const found = passed(line);
      if (found !== undefined) expect({ file, ...found }).toEqual({ file, ...(mapped(line) as object) });
    }
  });

  it('agrees with the plain path when any member is gone, or is another value, or is there under another name', () => {
    const value = fc.oneof(
      fc.constantFrom(null, '', 0, 1, 2, -1, 1.5, 99, 3001, 3002, 1e20, true, false, [], {}, [null], ['cloud'], 'Failure'),
      fc.constantFrom('AWS', '1.0.0-rc.2', '2026-10-30T10:00:00Z', '2026-02-31T10:00:00.000Z', '10.0.0.1', '::1', '{"a":1}'),
      fc.constantFrom([{ list: ['a'] }], { array: [1] }, { uid: 'x' }, { account: { uid: '1' } }, { element: 'e' }, 'ü', '\u0000'),
      fc.json().map((text) => JSON.parse(text) as unknown),
    ); // prettier-ignore
    const name = fc.constantFrom(
      'mfa', 'account_uid', 'org_uid', 'accountid', 'region', 'status_id', 'status', 'session', 'service', 'user', 'uuid',
      'time', 'created_time_dt', 'created_time', 'correlation_uid', 'log_version', 'name', 'uid', 'a.b', '_id', '', 'policies',
      'array', 'list', 'requestParameters.x', 'eventType', 'app_name', 'sharedEventID', '__proto__', 'x_forwarded_for', 'é',
    ); // prettier-ignore
    const edit = fc.record({ at: fc.nat(), do: fc.constantFrom('remove', 'replace', 'add', 'rename'), value, name });
    let agreed = 0;
    fc.assert(
      fc.property(fc.nat(lines.length - 1), fc.array(edit, { minLength: 1, maxLength: 3 }), (which, edits) => {
        const event = JSON.parse(lines[which]!) as object;
        for (const { at, do: what, value, name } of edits) {
          const places = membersOf(event);
          const [holder, key] = places[at % places.length]!;
          if (what === 'remove') delete holder[key];
          else if (what === 'replace') holder[key] = structuredClone(value);
          else if (what === 'add') holder[name] = structuredClone(value);
          else {
            holder[name] = holder[key];
            delete holder[key];
          }
        }
        const line = JSON.stringify(event);
        const found = passed(line);
        if (found === undefined) return;
        agreed += 1;
        expect(found).toEqual(mapped(line));
      }),
      { numRuns: 4000 },
    );
    expect(agreed).toBeGreaterThan(200);
  });

  it('never passes what is no JSON, whatever byte is changed, lost or doubled', () => {
    const edit = fc.record({ at: fc.nat(), bytes: fc.uint8Array({ maxLength: 2 }), cut: fc.nat(3) });
    fc.assert(
      fc.property(fc.nat(lines.length - 1), edit, (which, { at, bytes, cut }) => {
        const line = Buffer.from(lines[which]!);
        const start = at % line.length;
        const broken = Buffer.concat([line.subarray(0, start), bytes, line.subarray(start + cut)]);
        const found = broken.includes(10) ? undefined : passed(broken);
        if (found !== undefined) expect(found).toEqual(mapped(broken.toString()));
      }),
      { numRuns: 5000 },
    );
  });

  it('takes no time for one that is none, and keeps nothing of it for the next', () => {
    const time = '2026-10-30T01:54:11.000Z';
    const line = (text: string): string => {
      const event = JSON.parse(lines.find((one) => passed(one) !== undefined)!) as { actor: object };
      return JSON.stringify({ ...event, actor: { ...event.actor, session: { created_time_dt: text } } });
    };
    for (const text of ['2026-(0-30T01:54:11.000Z', '2026(10(30T01:54:11.000Z', '2026 10 30T01:54:11.000Z', time]) {
      const found = passed(line(text));
      if (text === time) expect(found).toBeDefined();
      if (found !== undefined) expect(found).toEqual(mapped(line(text)));
    }
  });

  it('refuses a name that comes twice in an object, which the cluster would reject', () => {
    const line = lines.find((text) => passed(text) !== undefined)!;
    for (const [from, to] of [
      ['"severity_id":1,', '"severity_id":1,"severity_id":1,'],
      ['"unmapped":{', '"unmapped":{"x":"1","x":"2",'],
      ['"provider":"AWS"', '"provider":"AWS","provider":"AWS"'],
    ] as const) {
      expect(line).toContain(from);
      expect(passed(line.replace(from, to))).toBeUndefined();
    }
  });

  it('forgets names when there are too many, and still notices those that come twice', () => {
    for (let i = 0; i < 3000; i += 1) passed(lines[0]!.replace('"unmapped":{', `"unmapped":{"name${i}":"x",`));
    expect(passed(lines[0]!)).toEqual(mapped(lines[0]!));
    expect(passed(lines[0]!.replace('"unmapped":{', '"unmapped":{"name1":"x","name1":"x",'))).toBeUndefined();
  });

  it('leaves filters for anything but the time to the plain path, and events outside the time too', () => {
    expect(createLineReader({ ...OPTIONS, filters: { accounts: ['123456789012'] } })).toBeUndefined();
    const late = createLineReader({ ...OPTIONS, filters: { since: END } })!;
    const bytes = Buffer.from(lines[0]!);
    expect(late(bytes, 0, bytes.length)).toBeUndefined();
    expect(createLineReader({ ...OPTIONS, filters: { until: END } })!(bytes, 0, bytes.length)).toBeDefined();
  });
});

/** Every member of every object in a value, as its holder and its name. */
function membersOf(value: unknown): [Record<string, unknown>, string][] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Record<string, unknown>;
  const own = Array.isArray(value) ? [] : Object.keys(holder).map((key): [typeof holder, string] => [holder, key]);
  return [...own, ...Object.values(holder).flatMap(membersOf)];
}
