import { appendFileSync } from 'node:fs';

/** What a test with faults comes to. Nothing is lost when sent = indexed + dead-lettered + skipped, and nothing is there twice. */
export interface FaultResult {
  readonly fault: string;
  /** Events put into the source. */
  readonly sent: number;
  /** Different events found in the event indices. */
  readonly indexed: number;
  /** Documents beyond the first of an event. */
  readonly twice: number;
  /** Documents offered again and found there, as far as runs lived to tell. */
  readonly duplicates: number;
  readonly deadLettered: number;
  /** Events of objects that were gone before they could be read. */
  readonly skipped: number;
  /** How often the fault struck: kills, refusals, cut connections … */
  readonly struck: number;
}

/** Prints the result in a line, and hands it to the reporter that makes the table. */
export function report(result: FaultResult): void {
  const { fault, sent, indexed, twice, duplicates, deadLettered, skipped, struck } = result;
  process.stdout.write(
    `${fault}: ${sent} sent = ${indexed} indexed + ${deadLettered} dead-lettered + ${skipped} skipped; ${twice} twice, ${duplicates} offered again; struck ${struck} times\n`,
  );
  const file = process.env['FAULT_RESULTS'];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(result)}\n`);
}
