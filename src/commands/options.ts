import { InvalidArgumentError, Option, type Command } from 'commander';
import { ACCOUNT_ID } from '../config/schema.ts';

/** Flags of every command. */
export interface OutputFlags {
  readonly config?: string;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

export function connectionOptions(command: Command): Command {
  return command
    .addOption(new Option('--opensearch-url <url>', 'OpenSearch cluster (environment: OPENSEARCH_URL)'))
    .addOption(new Option('--username <name>', 'cluster user (OPENSEARCH_USERNAME)'))
    .addOption(new Option('--password <word>', 'its password; better in OPENSEARCH_PASSWORD'))
    .addOption(new Option('--ca <file>', 'PEM file of the certificate authority to trust (OPENSEARCH_CA)'))
    .addOption(new Option('--cert <file>', 'PEM file of a client certificate (OPENSEARCH_CERT)'))
    .addOption(new Option('--key <file>', 'PEM file of its key (OPENSEARCH_KEY)'))
    .addOption(new Option('--insecure', 'do not verify the TLS certificate (warns at each start)'))
    .addOption(
      new Option(
        '--opensearch-aws-region <region>',
        'sign requests with AWS SigV4 for Amazon OpenSearch Service there (OPENSEARCH_AWS_REGION)',
      ),
    );
}

export function dashboardsOptions(command: Command): Command {
  return command
    .option('--dashboards-url <url>', 'OpenSearch Dashboards with its base path (DASHBOARDS_URL)')
    .option('--dashboards-username <name>', 'its user (DASHBOARDS_USERNAME; default: the user of the cluster)')
    .option('--dashboards-password <word>', 'its password; better in DASHBOARDS_PASSWORD')
    .option('--tenant <name>', "tenant of the security plugin (DASHBOARDS_TENANT; default: the user's own)")
    .option('--data-source <id>', 'id of a data source of OpenSearch Dashboards')
    .option('--workspace <id>', 'id of a workspace of OpenSearch Dashboards');
}

export function outputOptions(command: Command): Command {
  return command
    .option('--config <file>', 'configuration file (YAML)')
    .option('--json', 'print the result as JSON on stdout, and nothing else there')
    .option('--verbose', 'log more, on stderr');
}

export function aliasOption(): Option {
  return new Option('--alias <name>', 'alias that was installed (default: logs-cloudtrail)').argParser(aliasName);
}

export function aliasName(text: string): string {
  if (!/^[a-z0-9][a-z0-9._-]{0,199}$/.test(text))
    throw new InvalidArgumentError('Lower-case letters, digits, ".", "_" and "-", at most 200.');
  return text;
}

export function wholeNumber(least: number, most = Infinity): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (!Number.isInteger(number) || number < least || number > most || text.trim() === '')
      throw new InvalidArgumentError(`A whole number from ${least} ${most === Infinity ? 'up' : `to ${most}`}.`);
    return number;
  };
}

export const portNumber = wholeNumber(0, 65_535);

/** For an option that may be repeated, or given several words with commas between them. */
export function listOf<Word extends string>(
  isWord: (word: string) => word is Word,
  expected: string,
): (text: string, list?: readonly Word[]) => readonly Word[] {
  return (text, list = []) => {
    const words = text.split(',').map((word) => word.trim());
    if (!words.every(isWord)) throw new InvalidArgumentError(expected);
    return [...list, ...words];
  };
}

const matches =
  (pattern: RegExp) =>
  (word: string): word is string =>
    pattern.test(word);

export const words = listOf(matches(/./), 'A word, or several with commas between them.');
export const accountIds = listOf(matches(new RegExp(ACCOUNT_ID)), 'An account id has twelve digits.');
export const classUids = listOf(matches(/^(0|[1-9]\d*)$/), 'A class is a number, such as 3002.');
