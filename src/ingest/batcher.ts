export interface BatcherOptions {
  readonly maxItems: number;
  /** How long the first item waits for company. */
  readonly lingerMs: number;
}

/**
 * Makes one call of many: items that come within `lingerMs` of each other go to `run` together, which answers in their
 * order. A call that fails fails for all its items.
 */
export function createBatcher<I, O>(
  run: (items: readonly I[]) => Promise<readonly O[]>,
  { maxItems, lingerMs }: BatcherOptions,
): (item: I) => Promise<O> {
  interface Waiting {
    readonly item: I;
    readonly resolve: (output: O) => void;
    readonly reject: (error: unknown) => void;
  }
  let waiting: Waiting[] = [];
  let timer: NodeJS.Timeout | undefined;

  const flush = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const batch = waiting;
    waiting = [];
    try {
      const outputs = await run(batch.map(({ item }) => item));
      if (outputs.length !== batch.length) throw new Error(`${outputs.length} answers came to ${batch.length} items.`);
      batch.forEach(({ resolve }, i) => resolve(outputs[i] as O));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  };
  return async (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (waiting.length >= maxItems) void flush();
      else timer ??= setTimeout(() => void flush(), lingerMs);
    });
}
