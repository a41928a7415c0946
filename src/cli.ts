#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { COMMANDS } from './commands/index.ts';
import { AppError, EXIT, messageOf } from './errors.ts';
import { packageVersion } from './content/root.ts';

// package.json says which Node versions are supported; the SDK's own notice at each start is not for those who only run this.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

/** Runs the program and gives its exit code. */
async function main(argv: readonly string[]): Promise<number> {
  const program = new Command('ocsf-cloudtrail')
    .description('AWS CloudTrail in OpenSearch, as OCSF: install the assets, ingest the events, look at them.')
    .version(packageVersion())
    .showHelpAfterError('(run with --help for the options)')
    .exitOverride();
  let exitCode: number = EXIT.done;
  for (const register of COMMANDS) register(program, (code) => (exitCode = code));
  try {
    await program.parseAsync(argv);
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (error instanceof AppError) {
      process.stderr.write(`${error.code}: ${error.message}\n${error.hint === undefined ? '' : `  → ${error.hint}\n`}`);
      if (argv.includes('--verbose') && error.cause !== undefined)
        process.stderr.write(`  caused by: ${messageOf(error.cause)}\n`);
      return error.exitCode;
    }
    process.stderr.write(
      `Unexpected error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    return EXIT.unexpected;
  }
}

// A reader that has seen enough (`| head`) closes the pipe: nothing is wrong then, and what runs goes on to its end.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
process.exitCode = await main(process.argv);
