import {
  Bool, Field, Int32, Int64, List, Map_, RecordBatch, Schema, Struct, Table, TimestampMillisecond, Utf8,
  DataType, tableToIPC,
} from 'apache-arrow'; // prettier-ignore
import { Compression, Table as WasmTable, WriterPropertiesBuilder, writeParquet } from 'parquet-wasm';
import { columnOf } from './column.ts';
import type { OcsfEvent } from './ocsf.ts';

type Shape = { readonly [name: string]: DataType | Shape };

function struct(shape: Shape): Struct {
  return new Struct(fields(shape));
}

function fields(shape: Shape): Field[] {
  return Object.entries(shape).map(
    ([name, type]) => new Field(name, type instanceof DataType ? type : struct(type), true),
  );
}

function list(shape: Shape): List {
  return new List(new Field('element', struct(shape), true));
}

const text = new Utf8();
const int = new Int32();
const long = new Int64();
const flag = new Bool();
const instant = new TimestampMillisecond('UTC');
const strings = new List(new Field('element', text, true));
const pairs = new Map_(
  new Field(
    'key_value',
    new Struct<{ key: Utf8; value: Utf8 }>([new Field('key', text, false), new Field('value', text, true)]),
    false,
  ),
);

/** Columns of Security Lake's source CLOUD_TRAIL_MGMT, version 2.0 (OCSF 1.1.0), with the partition columns at the end. */
const SCHEMA = new Schema(
  fields({
    metadata: {
      product: { version: text, name: text, vendor_name: text, feature: { name: text } },
      event_code: text,
      uid: text,
      profiles: strings,
      version: text,
    },
    time: long,
    time_dt: instant,
    cloud: { region: text, provider: text },
    api: {
      response: { error: text, message: text, data: text },
      operation: text,
      version: text,
      service: { name: text },
      request: { data: text, uid: text },
    },
    dst_endpoint: { svc_name: text },
    actor: {
      user: { type: text, name: text, uid_alt: text, uid: text, account: { uid: text }, credential_uid: text },
      session: { created_time_dt: instant, is_mfa: flag, issuer: text },
      invoked_by: text,
      idp: { name: text, uid: text },
    },
    http_request: { user_agent: text },
    src_endpoint: { uid: text, ip: text, domain: text, name: text },
    resources: list({ uid: text, owner: { account: { uid: text } }, type: text }),
    class_name: text,
    class_uid: int,
    category_name: text,
    category_uid: int,
    severity_id: int,
    severity: text,
    user: { uid_alt: text, uid: text, name: text },
    activity_name: text,
    activity_id: int,
    type_uid: long,
    type_name: text,
    status: text,
    is_mfa: flag,
    unmapped: pairs,
    accountid: text,
    region: text,
    observables: list({ name: text, value: text, type: text, type_id: int }),
  }),
);

/** One Security Lake object: Parquet with zstd inside, whatever `.gz` in its name says. `rowGroup` is rows, default 10,000. */
export function securityLakeParquet(
  events: readonly OcsfEvent[],
  partition: { account: string; region: string },
  rowGroup = 10_000,
): Uint8Array {
  const rows = events.map((event) => ({ ...event, accountid: partition.account, region: partition.region }));
  const columns = columnOf(new Struct(SCHEMA.fields), rows);
  const ipc = tableToIPC(new Table(SCHEMA, new RecordBatch(SCHEMA, columns)), 'stream');
  const properties = new WriterPropertiesBuilder()
    .setCompression(Compression.ZSTD)
    .setMaxRowGroupSize(rowGroup)
    .setCreatedBy('ocsf-cloudtrail demo')
    .build();
  return writeParquet(WasmTable.fromIPCStream(ipc), properties);
}
