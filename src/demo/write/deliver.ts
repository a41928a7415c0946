import { ACCOUNTS, REGIONS } from '../company.ts';
import { Random } from '../random.ts';
import type { RawRecord } from '../record.ts';
import { digestBody, digestKey, trailBody, trailKey } from './cloudtrail.ts';
import { asSecurityLake, type OcsfEvent } from './ocsf.ts';
import { customSourceKey, lakeKey, ndjsonBody } from './ocsf-json.ts';
import { securityLakeParquet } from './parquet.ts';

/** A trail's bucket holds raw CloudTrail; a Security Lake bucket holds Parquet and the JSON of a custom source. */
export type Place = 'trail' | 'lake';

export interface DeliveredObject {
  readonly place: Place;
  readonly key: string;
  readonly body: Uint8Array;
}

export interface DeliverOptions {
  readonly seed: string | number;
  /** Epoch ms. */
  readonly end: number;
  readonly hours: number;
}

type Route = 'trail' | 'insight' | 'parquet' | 'json';

/** Records of one account and region on their way into one object. */
interface File {
  readonly route: Route;
  readonly account: string;
  readonly region: string;
  /** Epoch ms of the delivery. */
  readonly time: number;
  readonly records: RawRecord[];
}

/** These accounts forward their logs as OCSF JSON, through a custom source. */
const FORWARDED: ReadonlySet<string> = new Set([ACCOUNTS.development, ACCOUNTS.sandbox]);
const CUSTOM_SOURCE = 'example-forwarder';
const HOUR = 3_600_000;
const MAX_HELD = 20_000;
/** What is spoilt on purpose. */
export const BAD_LINES = 3;
export const BAD_OBJECTS = 1;

/**
 * Lays records down as AWS would: production's management events as Security Lake Parquet, development's and the sandbox's as
 * OCSF JSON of a custom source, all else as files of an organisation trail, with the objects that hold no events beside them.
 * The last eighth of the range is in the trail for production too, so those events come twice. Three lines and one object
 * are bad; the bad object's events are in a good one too. Takes records in the order of their times and holds one delivery.
 */
export function* deliver(records: Iterable<RawRecord>, options: DeliverOptions): Generator<DeliveredObject> {
  const start = options.end - options.hours * HOUR;
  // A twenty-fourth of the range: an object an hour in a day of data.
  const window = Math.max(300_000, (options.end - start) / 24);
  const overlap = options.end - (options.end - start) / 8;
  const write = writer(new Random(options.seed).fork('deliver'));
  const files = new Map<string, File>();
  let delivery = 0;
  let held = 0;
  for (const record of records) {
    const time = Date.parse(record.eventTime);
    const due = Math.min(options.end, start + (Math.floor((time - start) / window) + 1) * window);
    if (due !== delivery || held >= MAX_HELD) {
      for (const file of files.values()) yield* write(file);
      files.clear();
      [delivery, held] = [due, 0];
    }
    const { recipientAccountId: account, awsRegion: region } = record;
    for (const route of routesOf(record, time >= overlap)) {
      const name = `${route}/${account}/${region}`;
      const file = files.get(name);
      if (file === undefined) files.set(name, { route, account, region, time: due, records: [record] });
      else file.records.push(record);
    }
    held++;
  }
  for (const file of files.values()) yield* write(file);
  yield* withoutEvents(options);
}

/** Turns files into objects, and spoils a little of the first that are big enough. */
function writer(random: Random): (file: File) => Generator<DeliveredObject> {
  let badLinesDue = true;
  let badObjectDue = true;
  return function* ({ route, account, region, time, records }) {
    const name = random.hex(32);
    if (route === 'parquet') {
      const body = securityLakeParquet(records.map(asSecurityLake), { account, region });
      yield { place: 'lake', key: lakeKey(region, account, time - 1, name), body };
    } else if (route === 'json') {
      const events = records.map(asSecurityLake);
      const spoil = badLinesDue && events.length >= 3;
      badLinesDue &&= !spoil;
      const body = ndjsonBody(events, spoil ? badLines(events[0] ?? {}, random) : []);
      yield { place: 'lake', key: customSourceKey(CUSTOM_SOURCE, region, account, time - 1, name), body };
    } else {
      const kind = route === 'insight' ? 'CloudTrail-Insight' : 'CloudTrail';
      const key = (suffix: string): string => trailKey({ account, region, time, suffix }, kind);
      const body = trailBody(records);
      yield { place: 'trail', key: key(name.slice(0, 16)), body };
      const spoil = badObjectDue && route === 'trail' && records.length >= 10;
      badObjectDue &&= !spoil;
      // An upload that broke off and was made again under another name.
      if (spoil) yield { place: 'trail', key: key(name.slice(16)), body: body.slice(0, body.length * 0.6) };
    }
  };
}

function routesOf(record: RawRecord, overlaps: boolean): readonly Route[] {
  if (record.eventCategory === 'Insight') return ['insight'];
  if (FORWARDED.has(record.recipientAccountId)) return ['json'];
  if (record.recipientAccountId !== ACCOUNTS.production || record.eventCategory !== 'Management') return ['trail'];
  return overlaps ? ['parquet', 'trail'] : ['parquet'];
}

/** What a broken forwarder writes: half a line, an event without a time, one from a clock gone wrong. */
function badLines(event: OcsfEvent, random: Random): readonly string[] {
  const text = JSON.stringify(event);
  const { time: _time, time_dt: _dt, metadata, ...rest } = JSON.parse(text) as Record<string, object>;
  const own = (): object => ({ ...metadata, uid: random.uuid() });
  return [
    text.slice(0, text.length / 2),
    JSON.stringify({ ...rest, metadata: own() }),
    JSON.stringify({ ...rest, metadata: own(), time: Date.UTC(2106, 1, 7), time_dt: '2106-02-07T00:00:00.000Z' }),
  ];
}

/** Digests, table metadata and a folder marker: whatever reads the buckets has to know them and pass over them. */
function* withoutEvents({ seed, end, hours }: DeliverOptions): Generator<DeliveredObject> {
  const random = new Random(seed).fork('without events');
  const account = ACCOUNTS.management;
  for (let time = end - hours * HOUR + HOUR; time <= end; time += Math.max(HOUR, (hours * HOUR) / 6))
    for (const region of REGIONS)
      yield {
        place: 'trail',
        key: digestKey(account, region, time),
        body: digestBody(account, 'demo-cloudtrail', time),
      };
  yield { place: 'trail', key: 'AWSLogs/', body: new Uint8Array() };
  const metadata = 'aws/CLOUD_TRAIL_MGMT/2.0/metadata';
  const table = JSON.stringify({
    'format-version': 2,
    'table-uuid': random.uuid(),
    location: 's3://lake/aws/CLOUD_TRAIL_MGMT/2.0',
  });
  yield { place: 'lake', key: `${metadata}/00001-${random.uuid()}.metadata.json`, body: Buffer.from(table) };
  yield { place: 'lake', key: `${metadata}/${random.uuid()}-m0.avro`, body: Buffer.from('Obj\u0001') };
}
