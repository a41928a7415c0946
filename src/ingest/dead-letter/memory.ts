import {
  DEFAULT_MAX_DOCUMENT,
  letterDocument,
  toStoredLetter,
  type DeadLetterStore,
  type LetterDocument,
  type LetterOptions,
} from './letter.ts';

/** Dead letters that last as long as the process. */
export function createMemoryDeadLetters(options: LetterOptions = {}): DeadLetterStore {
  const { now = Date.now, maxDocument = DEFAULT_MAX_DOCUMENT } = options;
  const rows = new Map<string, LetterDocument>();
  return {
    async write(letters, signal) {
      signal.throwIfAborted();
      for (const letter of letters) rows.set(letter.id, letterDocument(letter, now(), maxDocument));
    },
    async *list({ reason, source, since = 0 }, signal) {
      const found = [...rows.values()]
        .filter((row) => reason === undefined || row.reason === reason)
        .filter((row) => source === undefined || row.source === source)
        .filter((row) => Date.parse(row.rejected_at) >= since)
        .sort((a, b) => compare(a.rejected_at, b.rejected_at) || compare(a.id, b.id));
      for (const row of found) {
        signal.throwIfAborted();
        yield toStoredLetter(row);
      }
    },
    async delete(ids) {
      for (const id of ids) rows.delete(id);
    },
    async close() {},
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
