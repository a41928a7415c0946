import type { World } from '../world.ts';

/** One attack, told as a sequence of calls with an actor and an address of its own. */
export interface Story {
  readonly id: string;
  /** One sentence, for the demo's report. */
  readonly title: string;
  /** DQL that finds its actor. */
  readonly query: string;
  /** Where in the range it starts: 0 is the beginning, 1 the end. */
  readonly starts: number;
  /** How long it takes when the range is long enough. */
  readonly minutes: number;
  /** Records it makes, at most: a range with fewer than twice as many events left does without it. */
  readonly size: number;
  /** `minute` turns minutes since the start of the story into epoch ms. */
  tell(w: World, minute: (minutes: number) => number): void;
}

export const EVERYTHING = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
});
export const ADMINISTRATOR = 'arn:aws:iam::aws:policy/AdministratorAccess';
