import { InvalidArgumentError } from 'commander';
import { aliasName } from './install.ts';
import type { Register } from './index.ts';
import {
  configFrom,
  connectionFrom,
  connectionOptions,
  createReporter,
  outputOptions,
  warnInsecure,
  type ConnectionOptions,
  type OutputOptions,
} from './shared.ts';

interface ExploreFlags extends ConnectionOptions, OutputOptions {
  readonly alias?: string;
  readonly dashboards?: string;
  readonly port?: number;
}

export const registerExplore: Register = (program) => {
  const command = program
    .command('explore')
    .description('Show the dashboards in a local browser page, without an OpenSearch Dashboards server.');
  connectionOptions(command)
    .option('--alias <name>', 'alias that was installed (default: logs-cloudtrail)', aliasName)
    .option('--dashboards <file>', 'show the dashboards of this exported ndjson instead of ours')
    .option('--port <n>', 'port on loopback (default: any free one)', port);
  outputOptions(command).action(explore);
};

async function explore(flags: ExploreFlags): Promise<void> {
  const reporter = createReporter(flags);
  const file = await configFrom(flags, reporter);
  const opensearch = connectionFrom(flags, process.env, file?.opensearch);
  warnInsecure(opensearch, reporter);
  const [{ startExplore }, { createLogger }, { interrupted }] = await Promise.all([
    import('../explore/start.ts'),
    import('../logger.ts'),
    import('../interrupt.ts'),
  ]);
  const server = await startExplore({
    opensearch,
    alias: flags.alias ?? file?.index.alias ?? 'logs-cloudtrail',
    ...(flags.dashboards === undefined ? {} : { dashboards: flags.dashboards }),
    port: flags.port ?? 0,
    logger: createLogger({ verbose: flags.verbose === true }),
  });
  reporter.line(`Explore is at ${reporter.paint.bold(server.url)}`);
  reporter.result({ url: server.url });
  reporter.note('Ctrl-C ends it.');
  await interrupted();
  await server.close();
}

function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535)
    throw new InvalidArgumentError('It is a number from 0 to 65535.');
  return value;
}
