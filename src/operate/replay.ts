import { messageOf } from '../errors.ts';
import type { DeadLetterStore, LetterFilter, StoredLetter } from '../ingest/dead-letter/letter.ts';
import { MAX_REJECTED_TEXT } from '../ingest/decode/record-sink.ts';
import { WRAPPERS } from '../ingest/decode/json/lexer.ts';
import { embedded } from '../ingest/decode/json/shape.ts';
import type { Signals } from '../ingest/ingest.ts';
import { DUPLICATE, INDEXED, type DeadLetter, type Outcomes, type Sink } from '../ingest/ports.ts';
import type { RecordResult } from '../ingest/record.ts';
import { batchOf } from '../ingest/sink/body.ts';

/** What became of the letters. `letters = indexed + duplicate + rejected + truncated`; of a dry run `ready` stands for the first two. */
export interface ReplayReport {
  letters: number;
  indexed: number;
  duplicate: number;
  /** Rejected again: they stay, under the reason found now. */
  rejected: number;
  /** Not kept whole when they were rejected: the object has to be read again. They stay. */
  truncated: number;
  /** Dry run: letters that the mapping takes now; the cluster was not asked. */
  ready: number;
  /** Why letters stay: reason → letters. */
  reasons: Record<string, number>;
  /** Objects that hold what was truncated, the first twenty. */
  readAgain: { bucket: string; key: string }[];
}

export interface ReplayPorts {
  readonly deadLetters: DeadLetterStore;
  readonly sink: Pick<Sink, 'write'>;
  /** See `createRecordProcessor`; without filters. */
  readonly process: (record: unknown) => RecordResult;
}

/** Letters in one round: each round is written, then taken out of the dead letters. */
const ROUND = 500;
/** Characters of documents in one round, about. */
const ROUND_SIZE = 16 * 1024 * 1024;
const READ_AGAIN = 20;

/**
 * Sends dead letters through the chain again. A letter is deleted only when its event is in the cluster; an interrupted
 * replay may be run again, because a second writing is a duplicate.
 */
export async function replay(
  ports: ReplayPorts,
  options: { readonly filter: LetterFilter; readonly dryRun: boolean },
  signals: Signals,
): Promise<ReplayReport> {
  const report: ReplayReport = {
    letters: 0,
    indexed: 0,
    duplicate: 0,
    rejected: 0,
    truncated: 0,
    ready: 0,
    reasons: {},
    readAgain: [],
  };
  let round: StoredLetter[] = [];
  let size = 0;
  for await (const letter of ports.deadLetters.list(options.filter, signals.abort)) {
    round.push(letter);
    size += letter.document.length;
    if (round.length < ROUND && size < ROUND_SIZE) continue;
    await sendRound(round, ports, options.dryRun, report, signals.abort);
    round = [];
    size = 0;
    if (signals.drain.aborted) break;
  }
  await sendRound(round, ports, options.dryRun, report, signals.abort);
  return report;
}

/** A letter that has become a document. */
interface Ready {
  readonly letter: StoredLetter;
  readonly id: string;
  readonly index: string;
  readonly source: string;
}

async function sendRound(
  letters: readonly StoredLetter[],
  { deadLetters, sink, process }: ReplayPorts,
  dryRun: boolean,
  report: ReplayReport,
  signal: AbortSignal,
): Promise<void> {
  if (letters.length === 0) return;
  report.letters += letters.length;
  const ready: Ready[] = [];
  const staying: DeadLetter[] = [];
  const stays = (letter: DeadLetter): void => {
    report.rejected += 1;
    report.reasons[letter.reason] = (report.reasons[letter.reason] ?? 0) + 1;
    staying.push(letter);
  };
  for (const letter of letters) {
    const result = again(letter, process);
    if (result === undefined) {
      report.truncated += 1;
      const { bucket, key } = letter.ref;
      if (
        report.readAgain.length < READ_AGAIN &&
        !report.readAgain.some((ref) => ref.bucket === bucket && ref.key === key)
      )
        report.readAgain.push({ bucket, key });
    } else if (result.kind === 'document') {
      // What the cluster rejected has its id: one made of the mapped event might be another.
      ready.push({ ...result, letter, id: letter.index === undefined ? result.id : letter.id });
    } else if (result.kind === 'rejected')
      stays({ ...rejectedAgain(letter), reason: result.reason, message: result.message });
  }
  if (dryRun) {
    report.ready += ready.length;
    return;
  }
  const outcomes = await write(ready, sink, signal);
  const gone: string[] = [];
  for (const [ordinal, { letter }] of ready.entries()) {
    const status = outcomes.statuses[ordinal];
    if (status === INDEXED) report.indexed += 1;
    else if (status === DUPLICATE) report.duplicate += 1;
    else continue;
    gone.push(letter.id);
  }
  for (const { ordinal, status, type, reason } of outcomes.rejections) {
    const one = ready[ordinal];
    if (one === undefined) continue;
    const { letter, id, index, source } = one;
    stays({ ...rejectedAgain(letter), id, index, status, reason: type, message: reason, document: source });
    if (id !== letter.id) gone.push(letter.id);
  }
  if (staying.length > 0) await deadLetters.write(staying, signal);
  if (gone.length > 0) await deadLetters.delete(gone, signal);
}

async function write(ready: readonly Ready[], sink: ReplayPorts['sink'], signal: AbortSignal): Promise<Outcomes> {
  if (ready.length === 0) return { statuses: new Uint8Array(), rejections: [] };
  const operations = ready.map(({ id, index, source }) => ({
    action: { create: { _index: index, _id: id } },
    source: JSON.parse(source) as unknown,
  }));
  return sink.write(batchOf(operations), signal);
}

/** Undefined where the letter does not hold the whole record. */
function again(
  { document, index, truncated }: StoredLetter,
  process: ReplayPorts['process'],
): RecordResult | undefined {
  if (truncated) return undefined;
  try {
    const result = process(JSON.parse(document));
    return result.kind === 'rejected' && result.reason === 'not_an_event'
      ? process(unwrapped(JSON.parse(document)))
      : result;
  } catch (error) {
    // The decoder cuts what it rejects: a text of that length that is no JSON may have been a whole record once.
    if (index === undefined && Buffer.byteLength(document) > MAX_REJECTED_TEXT - 4) return undefined;
    return { kind: 'rejected', reason: 'invalid_json', message: messageOf(error).slice(0, 300) };
  }
}

/** Some wrappers carry a record as text in a member. */
function unwrapped(value: unknown): unknown {
  for (const member of WRAPPERS.values()) {
    const record = embedded(value, member);
    if (record !== value) return record;
  }
  return value;
}

function rejectedAgain({ id, source, ref, position, document }: StoredLetter) {
  return { id, source, ref, position, document };
}
