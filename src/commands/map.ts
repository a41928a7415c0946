import { once } from 'node:events';
import { EXIT, messageOf, ObjectError } from '../errors.ts';
import type { Batch, ObjectBytes } from '../ingest/ports.ts';
import type { Register } from './index.ts';
import type { OutputFlags } from './options.ts';
import { createReporter } from './reporter.ts';

export const registerMap: Register = (program, exit) => {
  program
    .command('map')
    .description('Print any supported input as OCSF, one event a line, exactly as ingest would index it.')
    .argument('[file...]', 'files; - or none: standard input')
    .option('--json', 'the same: events are always printed as JSON, one a line')
    .option('--verbose', 'log more, on stderr')
    .action(async (files: readonly string[], flags: OutputFlags) => exit(await map(files, flags)));
};

/** Prints events in input order. What is no event goes to stderr with its place, and makes the exit code 3. */
async function map(files: readonly string[], flags: OutputFlags): Promise<number> {
  const reporter = createReporter(flags);
  const [{ inProcessExecutor }, { openInput }] = await Promise.all([
    import('../ingest/executor/in-process.ts'),
    import('../ingest/read/input.ts'),
  ]);
  // A reader that has seen enough (`| head`) closes the pipe: there is nobody to print the rest for.
  const reader = new AbortController();
  process.stdout.once('error', () => reader.abort());
  const { signal } = reader;
  const executor = inProcessExecutor();
  const options = { indexPrefix: '', period: 'year', now: Date.now(), filters: {} } as const;
  let failed = false;
  for (const name of files.length === 0 ? ['-'] : files) {
    let object: ObjectBytes | undefined;
    try {
      object = await openInput(name, signal);
      for await (const batch of executor.run(object, options, signal)) {
        for (const { position, reason, message } of batch.rejected) {
          failed = true;
          reporter.note(`${name}: record ${position}: ${reason}: ${message}`);
        }
        await print(batch, signal);
      }
    } catch (error) {
      if (signal.aborted) break;
      if (!(error instanceof ObjectError)) throw error;
      failed = true;
      reporter.note(`${name}: ${error.code}: ${messageOf(error)}`);
    } finally {
      await object?.close();
    }
  }
  return failed ? EXIT.partial : EXIT.done;
}

const NEWLINE = 10;

/** The source lines of a batch, without the action lines between them. */
async function print({ body, offsets }: Batch, signal: AbortSignal): Promise<void> {
  const lines: Uint8Array[] = [];
  for (let document = 0; document + 1 < offsets.length; document += 1) {
    const source = body.indexOf(NEWLINE, offsets[document]) + 1;
    lines.push(body.subarray(source, offsets[document + 1]));
  }
  const chunk = Buffer.concat(lines);
  // A reader that is slower than the mapper is waited for.
  if (chunk.length > 0 && !process.stdout.write(chunk)) await once(process.stdout, 'drain', { signal });
}
