import type { World } from '../world.ts';

/** A kind of everyday work. */
export interface Activity {
  /** Part of the day's events, relative to the others. */
  readonly share: number;
  /** Records that one run makes, on average. */
  readonly size: number;
  /** People's work follows their working hours; machines never rest. */
  readonly by: 'people' | 'machines';
  /** Makes the records of one run that starts at an instant in epoch ms. */
  run(w: World, at: number): void;
}

/** Epoch ms of each step of a run, `least` to `most` seconds apart. */
export function pace(w: World, at: number, least: number, most: number): () => number {
  let time = at;
  return () => (time += w.random.int(least * 1000, most * 1000));
}
