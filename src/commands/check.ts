import { EXIT } from '../errors.ts';
import type { Check } from '../operate/check/report.ts';
import type { Register } from './index.ts';
import { aliasName } from './install.ts';
import {
  configFrom,
  connectionFrom,
  connectionOptions,
  createReporter,
  outputOptions,
  warnInsecure,
  type ConnectionOptions,
  type OutputOptions,
  type Reporter,
} from './shared.ts';

interface CheckFlags extends ConnectionOptions, OutputOptions {
  readonly alias?: string;
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
    .option('--alias <name>', 'alias that was installed (default: logs-cloudtrail)', aliasName)
    .option('--aws-region <name>', "region of bucket or queue (default: the SDK's)")
    .option('--aws-endpoint <url>', 'another S3 and SQS endpoint');
  outputOptions(command).action(async (words: readonly string[], flags: CheckFlags) => exit(await run(words, flags)));
};

async function run(words: readonly string[], flags: CheckFlags): Promise<number> {
  const reporter = createReporter(flags);
  const file = await configFrom(flags, reporter);
  const config = connectionFrom(flags, process.env, file?.opensearch);
  warnInsecure(config, reporter);
  const [{ createClient }, { checkCluster }, { checkSource }, { checkTargets }, { names }] = await Promise.all([
    import('../opensearch/client.ts'),
    import('../operate/check/cluster.ts'),
    import('../operate/check/source.ts'),
    import('../operate/check/targets.ts'),
    import('../names.ts'),
  ]);
  const targets = checkTargets(words, flags, file);
  const client = createClient(config, { requestTimeoutMs: 15_000 });
  try {
    const ours = names(flags.alias ?? file?.index.alias);
    const checks: Check[] = [];
    const add = (more: readonly Check[]): void => {
      checks.push(...more);
      for (const check of more) print(check, reporter);
    };
    add(await checkCluster(client, ours, config.url, Date.now()));
    for (const target of targets) add(await checkSource(target, Date.now));
    reporter.result({ checks });
    const count = (status: Check['status']): number => checks.filter((check) => check.status === status).length;
    reporter.line(`${count('ok')} ok, ${count('warning')} warnings, ${count('failed')} failed`);
    return count('failed') > 0 ? EXIT.unexpected : EXIT.done;
  } finally {
    await client.close();
  }
}

function print({ of, what, status, message, hint }: Check, reporter: Reporter): void {
  const { paint } = reporter;
  const mark = { ok: paint.green('ok     '), warning: paint.yellow('warning'), failed: paint.red('failed ') }[status];
  reporter.line(`${mark} ${of}: ${what}: ${message}`);
  if (hint !== undefined) reporter.line(`        → ${hint}`);
}
