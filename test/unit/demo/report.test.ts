import { describe, expect, test } from '@jest/globals';
import type { Painter } from '../../../src/commands/reporter.ts';
import { toldStories } from '../../../src/demo/generate.ts';
import { reportOf } from '../../../src/demo/report.ts';
import { faultsOf, summaryOf, type DemoResult } from '../../../src/demo/result.ts';
import type { RunReport } from '../../../src/ingest/totals.ts';

const END = Date.UTC(2026, 10, 20, 15, 30);
const plain = (text: string): string => text;
const paint: Painter = { bold: plain, dim: plain, red: plain, green: plain, yellow: plain };

function run(done: number, skipped: number, failed: number, events: RunReport['events']): RunReport {
  const failures = Array.from({ length: failed }, () => ({
    bucket: 'b',
    key: 'k',
    code: 'OBJECT_CORRUPT',
    message: 'cut',
  }));
  const objects = { seen: done + skipped + failed, done, skipped, failed, skips: {} };
  return { objects, events, bytes: 1_000_000, seconds: 2, failures, failedSources: [], interrupted: false };
}

const RESULT: DemoResult = {
  opensearch: { url: 'http://127.0.0.1:9201', origin: 'embedded', version: '3.8.0' },
  aws: { url: 'http://127.0.0.1:4567', origin: 'embedded' },
  seed: 'demo',
  start: END - 86_400_000,
  end: END,
  events: 20_000,
  delivered: {
    trail: { bucket: 'demo-trail', objects: 395, bytes: 3_000_000 },
    lake: { bucket: 'demo-lake', objects: 214, bytes: 2_000_000 },
  },
  queueUrl: 'http://127.0.0.1:4567/000000000000/demo-lake-events',
  installed: [{ verb: 'create', what: 'index template', name: 'logs-cloudtrail-ocsf' }],
  alias: 'logs-cloudtrail',
  deadLettersIndex: 'ocsf-cloudtrail-dead-letters',
  listing: run(369, 25, 1, { read: 13_000, indexed: 12_990, duplicate: 10, rejected: 0, skipped: 0 }),
  queue: run(212, 2, 0, { read: 8043, indexed: 7010, duplicate: 1030, rejected: 3, skipped: 0 }),
  rejected: { invalid_json: 1, no_time: 1, time_out_of_range: 1 },
  found: 20_000,
  stories: toldStories({ seed: 'demo', end: END, hours: 24, events: 20_000 }),
};

const look = { paint, cli: 'npx ocsf-cloudtrail' };
const PAGE = 'http://127.0.0.1:8080/?token=x';
const text = (result: DemoResult): string => reportOf(result, look).join('\n');

describe('the report of the demo', () => {
  test('says what came of every event, and why some were duplicates, rejected or failed', () => {
    const report = text(RESULT);
    expect(report).toMatch(/trail, by listing +369 +13,000 +12,990 +10 +0 +25 +1\n/);
    expect(report).toMatch(/lake, by SQS +212 +8,043 +7,010 +1,030 +3 +2 +0\n/);
    expect(report).toContain('All 20,000 events are in the index, each once');
    expect(report).toContain('1,040 events were delivered twice');
    expect(report).toContain('1 invalid_json, 1 no_time, 1 time_out_of_range, bad on purpose');
  });

  test('tells each attack with the query that finds it', () => {
    for (const { story } of RESULT.stories) {
      expect(text(RESULT)).toContain(story.title);
      expect(text(RESULT)).toContain(story.query);
    }
  });

  test('fits a terminal of 110 columns', () => {
    for (const line of reportOf(RESULT, { ...look, explore: PAGE })) expect(line.length).toBeLessThanOrEqual(110);
  });

  test('ends with the page, where it is up', () => {
    expect(reportOf(RESULT, { ...look, explore: PAGE }).join('\n')).toContain(PAGE);
    expect(summaryOf(RESULT, PAGE)).toMatchObject({ explore: PAGE });
  });

  test('an event that is missing or refused against the plan is a fault', () => {
    expect(faultsOf(RESULT)).toEqual([]);
    const lost = { ...RESULT, found: 19_999, queue: run(212, 2, 2, { ...RESULT.queue.events, rejected: 4 }) };
    expect(faultsOf(lost)).toHaveLength(3);
    expect(text(lost)).toContain('19999 of 20000 events are in the index');
  });
});
