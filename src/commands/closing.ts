import { messageOf } from '../errors.ts';
import type { Reporter } from './reporter.ts';

/** Undone in the reverse order when the command ends, however it ends. */
export type Closing = (() => Promise<unknown> | void)[];

/** What cannot be undone is told of; the rest still is. */
export async function closeAll(closing: Closing, reporter: Reporter): Promise<void> {
  for (const close of closing.reverse())
    try {
      await close();
    } catch (error) {
      reporter.warn(messageOf(error));
    }
}
