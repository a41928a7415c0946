import type { Activity } from './activity/activity.ts';
import type { Random } from './random.ts';

const OFFSETS = [-8, -5, -3, 0, 1, 10];

/** How busy people are at an instant, 0–1: the offices' working days, west to east; a few never stop. */
export function peopleAt(epochMs: number): number {
  const utc = new Date(epochMs);
  const hour = utc.getUTCHours() + utc.getUTCMinutes() / 60;
  const weekend = utc.getUTCDay() === 0 || utc.getUTCDay() === 6;
  const busy = OFFSETS.reduce((sum, offset) => {
    const local = (hour + offset + 24) % 24;
    // A hump from 7 to 19 with its top after noon.
    return sum + (local > 7 && local < 19 ? Math.sin(((local - 7) / 12) * Math.PI) : 0);
  }, 0);
  return 0.06 + (busy / OFFSETS.length) * (weekend ? 0.25 : 1.6);
}

/** How busy machines are: customers sleep too, but somewhere it is day. */
export function machinesAt(epochMs: number): number {
  const hour = new Date(epochMs).getUTCHours();
  return 1 + 0.3 * Math.sin(((hour - 9) / 24) * 2 * Math.PI);
}

interface Deck {
  readonly activities: readonly Activity[];
  /** Running sums of runs per event share. */
  readonly sums: readonly number[];
  readonly total: number;
}

function deck(activities: readonly Activity[]): Deck {
  let total = 0;
  const sums = activities.map((activity) => (total += activity.share / activity.size));
  return { activities, sums, total };
}

/** Picks what happens next, so that each activity gets its share of the events and people keep their hours. */
export function picker(activities: readonly Activity[], random: Random): (epochMs: number) => Activity {
  const people = deck(activities.filter((activity) => activity.by === 'people'));
  const machines = deck(activities.filter((activity) => activity.by === 'machines'));
  return (epochMs) => {
    const ofPeople = people.total * peopleAt(epochMs);
    const ofMachines = machines.total * machinesAt(epochMs);
    const chosen = random.next() * (ofPeople + ofMachines) < ofPeople ? people : machines;
    const draw = random.next() * chosen.total;
    return chosen.activities[chosen.sums.findIndex((sum) => draw < sum)] ?? random.pick(chosen.activities);
  };
}
