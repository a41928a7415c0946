import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shipped } from '../../../src/content/root.ts';
import type { Result } from './report.ts';

/** What was measured, for one million events. */
export interface Measured {
  /** CPU seconds of the ingester, by what it reads. */
  readonly ingester: Readonly<Record<string, number>>;
  /** CPU seconds of the server for one copy, merges included. */
  readonly serverCpu: number;
  /** MB of one copy. */
  readonly disk: number;
  /** Milliseconds of the median panel and of the slowest one, by two cores. */
  readonly panel?: { readonly median: number; readonly slowest: number };
}

/** What nobody measured: stated in the page, and to be replaced by one's own figures. */
const ASSUMED = {
  /** The busiest hour against the mean of the day. */
  peak: 3,
  /** Share of a core that is planned for; the rest is for searches, merges that come late, and a node that fails. */
  use: 0.5,
  replicas: 1,
  /** GB; OpenSearch advises 10 to 50 for logs. */
  shardGb: 50,
  retentionDays: 90,
  nodeCores: 16,
  /** TB of disk a data node holds. */
  nodeTb: 8,
  nodeShards: 1000,
} as const;

const SIZES = { '10 million': 1e7, '1 billion': 1e9, '100 billion': 1e11 } as const;
const BLOCK = /<!-- computed -->[\s\S]*<!-- \/computed -->/;

/** Puts the figures of the results in the folder into `docs/capacity.md`; without the needed results, leaves it. */
export function writeCapacity(folder: string): void {
  const measured = readMeasured(folder);
  if (measured === undefined) return;
  const page = shipped('docs', 'capacity.md');
  const text = readFileSync(page, 'utf8');
  writeFileSync(
    page,
    text.replace(
      BLOCK,
      () =>
        `<!-- computed -->\n\n<!-- prettier-ignore-start -->\n${render(measured)}\n<!-- prettier-ignore-end -->\n\n<!-- /computed -->`,
    ),
  );
}

function readMeasured(folder: string): Measured | undefined {
  const read = (name: string): Result | undefined => {
    try {
      return JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Result;
    } catch {
      return undefined;
    }
  };
  const [ingester, mapping, panels] = [read('process'), read('mapping'), read('panels')];
  const ours = mapping?.rows.find((row) => row['mapping'] === 'ours');
  if (ingester === undefined || ours === undefined) return undefined;
  const times = panels?.rows.slice(2).map((row) => Number(row['ms'])) ?? [];
  return {
    ingester: Object.fromEntries(
      ingester.rows.map((row) => [String(row['input']), Number(row['CPU s a million'])] as const),
    ),
    serverCpu: Number(ours['CPU s a million']),
    disk: Number(ours['MB a million']),
    ...(times.length === 0 ? {} : { panel: { median: times[times.length >> 1]!, slowest: times[0]! } }),
  };
}

/** What an organisation with so many events a day needs. Pure. */
export function needs(events: number, measured: Measured) {
  const { peak, use, replicas, shardGb, retentionDays, nodeCores, nodeTb, nodeShards } = ASSUMED;
  const millionsAtPeak = ((events / 86_400) * peak) / 1e6;
  const cores = (seconds: number): number => (millionsAtPeak * seconds) / use;
  const copies = 1 + replicas;
  const gbADay = (events * measured.disk) / 1e9;
  const monthly = gbADay * 31 <= 4 * shardGb;
  const shards = Math.ceil((gbADay * (monthly ? 31 : 1)) / shardGb);
  const indexingCores = cores(measured.serverCpu) * copies;
  const tb = (gbADay * retentionDays * copies) / 1000;
  const openShards = shards * copies * (monthly ? Math.ceil(retentionDays / 30) + 1 : retentionDays);
  return {
    'events/s, mean': events / 86_400,
    'events/s, peak': millionsAtPeak * 1e6,
    ...Object.fromEntries(
      Object.entries(measured.ingester).map(([input, cpu]) => [`ingester cores, ${input}`, atLeast(cores(cpu))]),
    ),
    'indexing cores of the cluster': atLeast(indexingCores),
    'GB a day, one copy': gbADay,
    'index period': monthly ? 'month' : 'day',
    'primary shards of an index': shards,
    [`TB for ${retentionDays} days, ${copies} copies`]: tb,
    [`shards open in ${retentionDays} days`]: openShards,
    [`data nodes of ${nodeCores} cores, ${nodeTb} TB`]: Math.max(
      copies,
      Math.ceil(indexingCores / nodeCores),
      Math.ceil(tb / nodeTb),
      Math.ceil(openShards / nodeShards),
    ),
    clusters: Math.max(1, Math.ceil(Math.max(tb / nodeTb, openShards / nodeShards, indexingCores / nodeCores) / 200)),
  };
}

function atLeast(cores: number): number {
  return Math.max(1, Math.ceil(cores));
}

function render(measured: Measured): string {
  const columns = Object.entries(SIZES).map(([name, events]) => [name, needs(events, measured)] as const);
  const rows = Object.keys(columns[0]![1]).map((row) => {
    const cells = columns.map(([, need]) => say((need as Record<string, number | string>)[row]!));
    return `| ${[row, ...cells].join(' | ')} |`;
  });
  const per = Object.entries(measured.ingester).map(([input, cpu]) => `${say(cpu)} s for ${input}`);
  const panel =
    measured.panel === undefined
      ? ''
      : ` A panel over 2 million events took ${say(measured.panel.median)} ms (median of all panels and queries) to ${say(measured.panel.slowest)} ms on two cores.`;
  return [
    `Measured, for a million events: the ingester takes ${per.join(', ')} of CPU; the server ${say(measured.serverCpu)} s of CPU for one copy, and ${say(measured.disk)} MB of disk.${panel}`,
    ['| events a day | ' + columns.map(([name]) => name).join(' | ') + ' |', '| --- | --: | --: | --: |', ...rows].join(
      '\n',
    ),
  ].join('\n\n');
}

function say(value: number | string): string {
  if (typeof value === 'string') return value;
  const digits = value >= 100 || Number.isInteger(value) ? Math.round(value) : Number(value.toPrecision(2));
  return digits.toLocaleString('en-US');
}
