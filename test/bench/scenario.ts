import type { Inputs } from './support/inputs.ts';
import type { Servers } from './support/servers.ts';

/** One benchmark. The file `scenarios/<name>.ts` exports it as default; its results are `docs/benchmarks/<name>.json`. */
export interface Scenario {
  /** What is measured, in a sentence. */
  readonly title: string;
  /** Runs only when it is named, or with `--long`. */
  readonly long?: true;
  run(bench: Bench): Promise<Findings>;
}

/** What a scenario works with. */
export interface Bench {
  /** Events that the command line asks for, else the scenario's own number; a tenth of it with `--quick`. */
  events(usual: number): number;
  /** How often each measurement is made; medians are kept. */
  readonly rounds: number;
  readonly quick: boolean;
  readonly long: boolean;
  readonly inputs: Inputs;
  readonly servers: Servers;
  /** A line for whoever watches. */
  say(line: string): void;
}

export type Cell = string | number;

export interface Findings {
  /** What was measured with, such as `200,000 events of 2.2 KB in 40 objects`. */
  readonly work: string;
  /** A table; every row has the same columns, which carry their units. */
  readonly rows: readonly Readonly<Record<string, Cell>>[];
  readonly targets?: readonly Target[];
  readonly notes?: readonly string[];
}

export interface Target {
  readonly what: string;
  readonly target: string;
  readonly measured: string;
  readonly met: boolean;
}

/** The target is met when the figure is not above the limit. */
export function atMost(what: string, measured: number, limit: number, unit: string): Target {
  return { what, target: `≤ ${say(limit)} ${unit}`, measured: `${say(measured)} ${unit}`, met: measured <= limit };
}

/** The target is met when the figure is not below the limit. */
export function atLeast(what: string, measured: number, limit: number, unit: string): Target {
  return { what, target: `≥ ${say(limit)} ${unit}`, measured: `${say(measured)} ${unit}`, met: measured >= limit };
}

function say(value: number): string {
  return round(value).toLocaleString('en-US');
}

/** Three digits that count, whole numbers from a hundred on. */
export function round(value: number): number {
  return Math.abs(value) >= 100 || value === 0 ? Math.round(value) : Number(value.toPrecision(3));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The median of each figure over all rounds. */
export function medians<T extends Readonly<Record<string, number>>>(runs: readonly T[]): T {
  const [first] = runs;
  if (first === undefined) throw new Error('nothing was measured');
  return Object.fromEntries(
    Object.keys(first).map((key) => [key, median(runs.map((run) => run[key] ?? Number.NaN))]),
  ) as unknown as T;
}

/**
 * Measures several ways of doing the same in turns, so that what changes on the machine meanwhile meets all of them;
 * every other round goes backwards. Gives the medians of each.
 */
export async function paired<K extends string, T extends Readonly<Record<string, number>>>(
  rounds: number,
  ways: Readonly<Record<K, () => Promise<T>>>,
): Promise<Record<K, T>> {
  const names = Object.keys(ways) as K[];
  const runs = new Map<K, T[]>(names.map((name) => [name, []]));
  for (let i = 0; i < rounds; i += 1)
    for (const name of i % 2 === 0 ? names : [...names].reverse()) runs.get(name)!.push(await ways[name]());
  return Object.fromEntries(names.map((name) => [name, medians(runs.get(name)!)])) as Record<K, T>;
}

/** Fails the benchmark when what was counted is not what was put in. */
export function assertCount(what: string, actual: number, expected: number): void {
  if (actual !== expected) throw new Error(`${what}: ${actual} instead of ${expected}`);
}
