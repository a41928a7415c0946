import { AppError, messageOf } from '../../errors.ts';

/** One line of `check`: one thing that a run needs. */
export interface Check {
  /** `cluster`, or the name of a source. */
  readonly of: string;
  /** What was looked at, in a few words. */
  readonly what: string;
  /** `warning`: a run works, but not for ever or not as well; also where one could not look. */
  readonly status: 'ok' | 'warning' | 'failed';
  readonly message: string;
  /** What to do. */
  readonly hint?: string;
}

export type Finding = Omit<Check, 'of' | 'what'>;

/** Makes the lines of one subject. */
export function checker(of: string): {
  readonly lines: Check[];
  /** Adds a line; what the probe throws makes it a failed one. Gives what the probe gave, undefined if it threw. */
  run<T>(what: string, probe: () => Promise<T>, say: (value: T) => Finding | string): Promise<T | undefined>;
} {
  const lines: Check[] = [];
  return {
    lines,
    async run(what, probe, say) {
      try {
        const value = await probe();
        const said = say(value);
        lines.push({ of, what, ...(typeof said === 'string' ? { status: 'ok', message: said } : said) });
        return value;
      } catch (error) {
        lines.push({ of, what, ...failure(error) });
        return undefined;
      }
    },
  };
}

function failure(error: unknown): Finding {
  const hint = error instanceof AppError ? error.hint : undefined;
  return { status: 'failed', message: messageOf(error), ...(hint === undefined ? {} : { hint }) };
}
