import { object, type JsonObject } from './map/json.ts';
import { isCloudTrail } from './map/metadata.ts';

/** Words to keep and to leave out; `*` stands for any characters, upper and lower case differ. */
export interface IncludeExclude {
  /** Keep only these. Absent or empty: all. */
  readonly include?: readonly string[];
  /** Leave these out, whatever is included. */
  readonly exclude?: readonly string[];
}

/** CloudTrail's kinds of events. */
export const EVENT_CATEGORIES = ['management', 'data', 'insight', 'network-activity', 'aggregated'] as const;
export type EventCategory = (typeof EVENT_CATEGORIES)[number];

/** Which events to keep. Empty means all. Structured-clonable. */
export interface Filters {
  /** Epoch ms, inclusive. */
  readonly since?: number;
  /** Epoch ms, exclusive. */
  readonly until?: number;
  readonly accounts?: readonly string[];
  readonly regions?: readonly string[];
  /** By operation, such as DescribeInstances or List*. An event without one passes only where nothing is included. */
  readonly events?: IncludeExclude;
  /** By OCSF class_uid, such as 3002. */
  readonly classes?: IncludeExclude;
  /** Of CloudTrail events only these; events of other products pass. */
  readonly categories?: readonly EventCategory[];
}

/** The few values of a mapped event that filters look at. */
export interface FilterKey {
  readonly time: number;
  readonly account: string | undefined;
  readonly region: string | undefined;
  readonly operation?: string | undefined;
  readonly classUid?: number | undefined;
  /** Undefined for events of other products than CloudTrail. */
  readonly category?: EventCategory | undefined;
}

/** Whether an event passes; compiled once a run, because it is asked once an event. */
export function compileFilter(filters: Filters): (key: FilterKey) => boolean {
  const { since = -Infinity, until = Infinity } = filters;
  const accounts = filters.accounts?.length ? new Set(filters.accounts) : undefined;
  const regions = filters.regions?.length ? new Set(filters.regions) : undefined;
  const events = compileWords(filters.events);
  const classes = compileWords(filters.classes);
  const categories = filters.categories?.length ? new Set(filters.categories) : undefined;
  return ({ time, account, region, operation, classUid, category }) =>
    time >= since &&
    time < until &&
    (accounts === undefined || (account !== undefined && accounts.has(account))) &&
    (regions === undefined || (region !== undefined && regions.has(region))) &&
    (events === undefined || events(operation)) &&
    (classes === undefined || classes(classUid === undefined ? undefined : String(classUid))) &&
    (categories === undefined || category === undefined || categories.has(category));
}

/** What a filter looks at, of an event that has been mapped. */
export function filterKey(event: JsonObject, time: number): FilterKey {
  const cloud = object(event['cloud']);
  return {
    time,
    account: object(cloud?.['account'])?.['uid'] as string | undefined,
    region: cloud?.['region'] as string | undefined,
    operation: object(event['api'])?.['operation'] as string | undefined,
    classUid: event['class_uid'] as number | undefined,
    category: categoryOf(event),
  };
}

const CATEGORIES: Readonly<Record<string, EventCategory>> = {
  Management: 'management',
  Data: 'data',
  Insight: 'insight',
  NetworkActivity: 'network-activity',
  Aggregated: 'aggregated',
};

/** Records older than eventVersion 1.06 name no category: they are told by their type, and else are management events. */
function categoryOf(event: JsonObject): EventCategory | undefined {
  const metadata = object(event['metadata']);
  const product = object(metadata?.['product']);
  if (!isCloudTrail(product)) return undefined;
  const named = CATEGORIES[object(product?.['feature'])?.['name'] as string];
  if (named !== undefined) return named;
  if (metadata?.['event_code'] === 'AwsCloudTrailInsight') return 'insight';
  if (metadata?.['event_code'] === 'AwsVpceEvent') return 'network-activity';
  return object(event['unmapped'])?.['managementEvent'] === 'false' ? 'data' : 'management';
}

function compileWords(words: IncludeExclude | undefined): ((word: string | undefined) => boolean) | undefined {
  const include = compilePatterns(words?.include);
  const exclude = compilePatterns(words?.exclude);
  if (include === undefined && exclude === undefined) return undefined;
  return (word) => {
    if (word === undefined) return include === undefined;
    return (include === undefined || include.test(word)) && !(exclude?.test(word) ?? false);
  };
}

function compilePatterns(words: readonly string[] | undefined): RegExp | undefined {
  if (!words?.length) return undefined;
  const patterns = words.map((word) => word.split('*').map(escape).join('.*'));
  return new RegExp(`^(?:${patterns.join('|')})$`, 's');
}

function escape(text: string): string {
  return text.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`);
}
