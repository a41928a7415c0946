import { knownSources } from '../config/sources.ts';
import { EXIT } from '../errors.ts';
import { names } from '../names.ts';
import type { Check } from '../operate/check/report.ts';
import { withCluster, type ClusterFlags } from './cluster.ts';
import type { Register } from './index.ts';
import { aliasOption, connectionOptions, outputOptions } from './options.ts';
import type { Reporter } from './reporter.ts';

interface CheckFlags extends ClusterFlags {
  readonly awsRegion?: string;
  readonly awsEndpoint?: string;
}

export const registerCheck: Register = (program, exit) => {
  const command = program
    .command('check')
    .description(
      'Test each thing that a run needs, in the cluster and at the sources, and say what to do about faults.',
    )
    .argument('[source...]', 'as of ingest; none: the sources of --config');
  connectionOptions(command)
    .addOption(aliasOption())
    .option('--aws-region <name>', "region of bucket or queue (default: the SDK's)")
    .option('--aws-endpoint <url>', 'another S3 and SQS endpoint');
  outputOptions(command).action(async (words: readonly string[], flags: CheckFlags) => exit(await run(words, flags)));
};

/** So long a check of the cluster may take before it counts as failed. */
const requestTimeoutMs = 15_000;

async function run(words: readonly string[], flags: CheckFlags): Promise<number> {
  return withCluster(
    flags,
    async ({ client, config, file, reporter }) => {
      const [{ checkCluster }, { checkSource }] = await Promise.all([
        import('../operate/check/cluster.ts'),
        import('../operate/check/source.ts'),
      ]);
      const sources = knownSources(words, flags, file, Date.now());
      const ours = names(flags.alias ?? file?.index.alias);
      const checks: Check[] = [];
      const add = (more: readonly Check[]): void => {
        checks.push(...more);
        for (const check of more) print(check, reporter);
      };
      add(await checkCluster(client, ours, config.url, Date.now()));
      for (const source of sources) add(await checkSource(source, Date.now));
      reporter.result({ checks });
      const count = (status: Check['status']): number => checks.filter((check) => check.status === status).length;
      reporter.line(`${count('ok')} ok, ${count('warning')} warnings, ${count('failed')} failed`);
      return count('failed') > 0 ? EXIT.unexpected : EXIT.done;
    },
    { requestTimeoutMs },
  );
}

function print({ of, what, status, message, hint }: Check, reporter: Reporter): void {
  const { paint } = reporter;
  const mark = { ok: paint.green('ok     '), warning: paint.yellow('warning'), failed: paint.red('failed ') }[status];
  reporter.line(`${mark} ${of}: ${what}: ${message}`);
  if (hint !== undefined) reporter.line(`        → ${hint}`);
}
