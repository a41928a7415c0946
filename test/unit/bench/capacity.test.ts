import { expect, test } from '@jest/globals';
import { needs } from '../../bench/support/capacity.ts';

const MEASURED = { ingester: { ocsf: 20, cloudtrail: 50 }, serverCpu: 100, disk: 600 };

test('ten million events a day fit one monthly index and the smallest cluster', () => {
  expect(needs(1e7, MEASURED)).toMatchObject({
    'ingester cores, ocsf': 1,
    'indexing cores of the cluster': 1,
    'GB a day, one copy': 6,
    'index period': 'month',
    'primary shards of an index': 4,
    'data nodes of 16 cores, 8 TB': 2,
    clusters: 1,
  });
});

test('a billion events a day need daily indices, and cores for three times the mean rate at half use', () => {
  const need = needs(1e9, MEASURED);
  expect(need).toMatchObject({ 'index period': 'day', 'GB a day, one copy': 600, 'primary shards of an index': 12 });
  expect(need['events/s, peak']).toBeCloseTo(1e9 / 28_800);
  // 11,574 events a second × 3 × 50 s a million ÷ 0.5
  expect(need).toMatchObject({ 'ingester cores, cloudtrail': 4 });
});

test('a hundred billion events a day are more than one cluster', () => {
  expect(needs(1e11, MEASURED).clusters).toBeGreaterThan(1);
});
