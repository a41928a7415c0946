import type { Activity } from './activity/activity.ts';
import { CHANGES, MORE_CHANGES } from './activity/changes.ts';
import { KUBERNETES } from './activity/kubernetes.ts';
import { MACHINES } from './activity/machines.ts';
import { NETWORK } from './activity/network.ts';
import { PEOPLE } from './activity/people.ts';
import { PIPELINES } from './activity/pipelines.ts';
import { PLATFORM } from './activity/platform.ts';
import { STORIES, type Story } from './attacks/stories.ts';
import { createCompany } from './company.ts';
import { Random } from './random.ts';
import type { RawRecord } from './record.ts';
import { machinesAt, peopleAt, picker } from './rhythm.ts';
import { World } from './world.ts';

export interface GenerateOptions {
  /** The same seed, end, hours and events give the same records. */
  readonly seed: string | number;
  /** Epoch ms; the last events are in the minute before it. */
  readonly end: number;
  /** Length of the range before `end`, at least a minute. */
  readonly hours: number;
  /** Number of records. Below about 3,000 the stories and changes do not all fit. */
  readonly events: number;
}

/** An attack with the instant it starts. */
export interface Told {
  readonly story: Story;
  /** Epoch ms. */
  readonly start: number;
}

const ACTIVITIES: readonly Activity[] = [
  ...MACHINES, ...KUBERNETES, ...PLATFORM, ...PEOPLE, ...PIPELINES, ...NETWORK, ...MORE_CHANGES,
]; // prettier-ignore
const MINUTE = 60_000;
/** Records one planned change makes, at most. */
const CHANGE_SIZE = 60;

/**
 * CloudTrail records of a made-up company in the order of their times: everyday work with its daily rhythm, planned changes, and
 * attack stories. Goes minute by minute and holds only the minutes that running work reaches into, so that any number of events
 * takes the same memory.
 */
export function* generateEvents(options: GenerateOptions): Generator<RawRecord> {
  const { start, end, minutes } = range(options);
  const random = new Random(options.seed);
  const company = createCompany(random.fork('company'));
  /** Records not handed out yet, by the minute they belong to. */
  const pending = new Map<number, RawRecord[]>();
  // The company is the seed's; what happens is of this end, so that another day's demo makes other events.
  const world = (label: string): World =>
    new World(company, random.fork(`${end}/${label}`), end, (at, record) => {
      const minute = Math.floor((at - start) / MINUTE);
      const records = pending.get(minute);
      if (records === undefined) pending.set(minute, [record]);
      else records.push(record);
    });

  const special = toldStories(options).reduce((count, told) => count + tell(told, world(told.story.id), end), 0);
  const changes = world('changes');
  const fitting = Math.min(CHANGES.length, Math.floor((options.events - special) / (2 * CHANGE_SIZE)));
  for (const [i, change] of CHANGES.slice(0, Math.max(0, fitting)).entries())
    change(changes, start + Math.floor(((i + changes.random.next()) / CHANGES.length) * (end - start)));

  const work = world('work');
  const everyday = options.events - special - changes.count;
  const pick = picker(ACTIVITIES, work.random);
  const weightAt = (minute: number): number => {
    const at = start + minute * MINUTE;
    return 5 * machinesAt(at) + peopleAt(at);
  };
  let whole = 0;
  for (let minute = 0; minute < minutes; minute++) whole += weightAt(minute);
  // Work overshoots by a few records: they are left out, but never those of the last minute.
  const reserved = Math.max(1, Math.round((weightAt(minutes - 1) / whole) * everyday));
  let weight = 0;
  let left = options.events;
  for (let minute = 0; minute < minutes; minute++) {
    const last = minute === minutes - 1;
    weight += weightAt(minute);
    const due = Math.round((weight / whole) * everyday);
    while (last ? (pending.get(minute)?.length ?? 0) < left : work.count < due) {
      const at = start + minute * MINUTE + Math.floor(work.random.next() * MINUTE);
      pick(at).run(work, at);
    }
    const records = (pending.get(minute) ?? []).sort(byTime);
    pending.delete(minute);
    const count = last ? left : Math.min(records.length, Math.max(0, left - reserved));
    for (const record of records.slice(records.length - count)) yield record;
    left -= count;
  }
}

/** The attacks that a run with these options has in it, with their times. */
export function toldStories(options: GenerateOptions): readonly Told[] {
  const { start, end } = range(options);
  let room = Math.floor(options.events / 2);
  return STORIES.filter((story) => (room -= story.size) >= 0).map((story) => ({
    story,
    start: start + Math.floor(story.starts * (end - start)),
  }));
}

function range(options: GenerateOptions): { start: number; end: number; minutes: number } {
  const end = Math.floor(options.end / 1000) * 1000;
  const minutes = Math.max(1, Math.round(options.hours * 60));
  return { start: end - minutes * MINUTE, end, minutes };
}

/** Tells one story and counts its records. In a short range it goes faster, so that its end is in the range too. */
function tell({ story, start }: Told, w: World, end: number): number {
  const pace = Math.min(1, ((end - start) * 0.95) / (story.minutes * MINUTE));
  story.tell(w, (minutes) => start + Math.floor(minutes * pace * MINUTE));
  return w.count;
}

function byTime(a: RawRecord, b: RawRecord): number {
  return a.eventTime < b.eventTime ? -1 : a.eventTime > b.eventTime ? 1 : 0;
}
