import type { AwsOptions } from '../aws/clients.ts';
import { AppError } from '../errors.ts';
import type { EventCategory, Filters, IncludeExclude } from '../ingest/filter.ts';
import type { SourceSpec } from '../ingest/run.ts';
import { parseInstant, parsePause } from './duration.ts';
import type { ConfigFile } from './schema.ts';

type ConfiguredSource = ConfigFile['sources'][string];

/** Flags that narrow every source of a run, or say how to reach AWS. */
export interface SourceFlags {
  readonly since?: string;
  readonly until?: string;
  readonly account?: readonly string[];
  readonly region?: readonly string[];
  readonly event?: readonly string[];
  readonly excludeEvent?: readonly string[];
  readonly class?: readonly string[];
  readonly excludeClass?: readonly string[];
  readonly category?: readonly EventCategory[];
  readonly awsRegion?: string;
  readonly awsEndpoint?: string;
}

/** A source before it is opened. */
export type NamedSource = Exclude<SourceSpec, { kind: 'opened' }>;

/** What to read, as `knownSources`. Throws USAGE also where there is none. */
export function sourceSpecs(
  words: readonly string[],
  flags: SourceFlags,
  file: ConfigFile | undefined,
  now: number,
): NamedSource[] {
  const sources = knownSources(words, flags, file, now);
  if (sources.length === 0)
    throw new AppError('USAGE', 'No source is named.', {
      hint: 'Give s3://bucket/prefix, a queue URL, sqs://queue, a file or a folder; or name sources in a file given with --config.',
    });
  return sources;
}

/**
 * The sources named on the command line, else the enabled ones of the configuration file. `now` is epoch ms.
 * Throws USAGE where a word is no source.
 */
export function knownSources(
  words: readonly string[],
  flags: SourceFlags,
  file: ConfigFile | undefined,
  now: number,
): NamedSource[] {
  if (words.length > 0) return words.map((word) => namedSource(word, flags, file, now));
  const enabled = Object.entries(file?.sources ?? {}).filter(([, source]) => source.enabled);
  return enabled.map(([name, source]) => configured(name, source, flags, now));
}

function namedSource(word: string, flags: SourceFlags, file: ConfigFile | undefined, now: number): NamedSource {
  const known = file?.sources[word];
  if (known !== undefined) return configured(word, known, flags, now);
  const base = { name: word, filters: inOrder(word, flagFilters(flags, now)), concurrency: 64 };
  const aws = awsOf({}, flags);
  if (word.startsWith('s3://')) {
    const [, bucket = '', prefix = ''] = /^s3:\/\/([^/]+)\/?(.*)$/s.exec(word) ?? [];
    if (bucket === '')
      throw new AppError('USAGE', `"${word}" names no bucket.`, { hint: 'It looks like s3://bucket/prefix.' });
    return { ...base, kind: 's3', bucket, prefix, aws, pollMs: 60_000 };
  }
  if (word.startsWith('sqs://') || word.startsWith('arn:') || /^https?:\/\//.test(word))
    return { ...base, kind: 'sqs', queue: word, aws, deleteConsumed: true, batchSize: 10, pollMs: 20_000 };
  return { ...base, kind: 'folder', path: word, pollMs: 10_000 };
}

function configured(name: string, source: ConfiguredSource, flags: SourceFlags, now: number): NamedSource {
  const base = {
    name,
    filters: inOrder(name, { ...sourceFilters(source, now), ...flagFilters(flags, now) }),
    concurrency: source.concurrency,
    pollMs: parsePause(source.pollInterval),
  };
  switch (source.type) {
    case 's3':
      return { ...base, kind: 's3', bucket: source.bucket, prefix: source.prefix, aws: awsOf(source, flags) };
    case 'sqs':
      return {
        ...base,
        kind: 'sqs',
        queue: source.queue,
        aws: awsOf(source, flags),
        deleteConsumed: source.consumed === 'delete',
        batchSize: source.batchSize,
      };
    case 'folder':
      return { ...base, kind: 'folder', path: source.path };
  }
}

/** A flag takes the place of what the source says of the same thing. */
function flagFilters(flags: SourceFlags, now: number): Filters {
  const { event, excludeEvent, class: classes, excludeClass, category } = flags;
  return filters({
    ...windowOf(flags, now),
    accounts: flags.account,
    regions: flags.region,
    events: pair(event, excludeEvent),
    classes: pair(classes, excludeClass),
    categories: category,
  });
}

function sourceFilters(source: ConfiguredSource, now: number): Filters {
  const { accounts, regions, events, classes, categories } = source;
  return filters({
    ...windowOf(source, now),
    accounts,
    regions,
    events: pair(events?.include, events?.exclude),
    classes: pair(classes?.include?.map(String), classes?.exclude?.map(String)),
    categories,
  });
}

function windowOf({ since, until }: Pick<SourceFlags, 'since' | 'until'>, now: number): Filters {
  return {
    ...(since === undefined ? {} : { since: parseInstant(since, now) }),
    ...(until === undefined ? {} : { until: parseInstant(until, now, 'until') }),
  };
}

/** A window in which nothing can be is a slip, and reading nothing would look like success. */
function inOrder(name: string, given: Filters): Filters {
  const { since, until } = given;
  if (since !== undefined && until !== undefined && since >= until)
    throw new AppError(
      'USAGE',
      `For ${name}, since (${new Date(since).toISOString()}) is not before until (${new Date(until).toISOString()}).`,
      { hint: 'Give a since that is earlier than the until.' },
    );
  return given;
}

function pair(
  include: readonly string[] | undefined,
  exclude: readonly string[] | undefined,
): IncludeExclude | undefined {
  const given = { ...(include?.length ? { include } : {}), ...(exclude?.length ? { exclude } : {}) };
  return Object.keys(given).length === 0 ? undefined : given;
}

/** Without what is absent or empty, so that it hides nothing when laid over others. */
function filters(given: { readonly [Name in keyof Filters]?: Filters[Name] | undefined }): Filters {
  return Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0)),
  );
}

/** A flag beats the source's own setting. */
export function awsOf(source: Partial<AwsOptions>, flags: SourceFlags = {}): AwsOptions {
  const { region, endpoint, pathStyle, credentials, proxy, ca } = source;
  const chosen = {
    region: flags.awsRegion ?? region,
    endpoint: flags.awsEndpoint ?? endpoint,
    pathStyle,
    credentials,
    proxy,
    ca,
  };
  return Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined));
}
