import type { FromSchema } from 'json-schema-to-ts';
import { EVENT_CATEGORIES } from '../ingest/filter.ts';
import { DEFAULT_ALIAS } from '../names.ts';

/**
 * The configuration file, once: ajv validates by it, the types follow from it, and `integration/config.schema.json`
 * (for editors) is generated from it. Every option's meaning, unit and default stand here and nowhere else.
 */

const text = { type: 'string', minLength: 1 } as const;
const duration = {
  type: 'string',
  pattern: '^[0-9]+(ms|s|m|h|d)$',
  description: 'A number with a unit: 500ms, 30s, 5m, 2h, 7d.',
} as const;
const instant = {
  type: 'string',
  pattern: '^([0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]+(Z|[+-][0-9]{2}:?[0-9]{2})?)?|[0-9]+[mhd])$',
  description: 'A day (2026-11-01), an instant (2026-11-01T06:00:00Z), or an age (7d).',
} as const;
/** An id of an AWS account. */
export const ACCOUNT_ID = '^[0-9]{12}$';
const words = { type: 'array', items: text, uniqueItems: true } as const;
const includeExclude = {
  type: 'object',
  additionalProperties: false,
  properties: {
    include: { ...words, description: 'Keep only these. `*` stands for any characters.' },
    exclude: { ...words, description: 'Leave these out, whatever is included. `*` stands for any characters.' },
  },
} as const;
const classUids = { type: 'array', items: { type: 'integer', minimum: 0 }, uniqueItems: true } as const;

/** What `install` takes where neither flag, file nor what is installed says otherwise. Not filled in by ajv: a default is no choice. */
export const INDEX_DEFAULTS = { period: 'month', shards: 1, replicas: 1 } as const;

const credentials = {
  type: 'object',
  additionalProperties: false,
  description:
    "Where the AWS credentials come from. Absent: the SDK's default chain (environment, profile, container, instance).",
  properties: {
    profile: { ...text, description: 'A profile of ~/.aws/config.' },
    accessKeyId: { ...text, description: 'Give it as a reference: ${AWS_ACCESS_KEY_ID}.' },
    secretAccessKey: { ...text, description: 'Give it as a reference: ${AWS_SECRET_ACCESS_KEY}.' },
    sessionToken: text,
    roleArn: {
      ...text,
      pattern: '^arn:[a-z-]+:iam::[0-9]{12}:role/.+$',
      description: 'A role to assume with the credentials above.',
    },
    externalId: { ...text, description: "The external id that the role's trust policy asks for." },
    sessionName: {
      ...text,
      default: 'ocsf-cloudtrail',
      description: 'Name of the assumed session, as CloudTrail shows it.',
    },
  },
  dependentRequired: { accessKeyId: ['secretAccessKey'], secretAccessKey: ['accessKeyId'], externalId: ['roleArn'] },
} as const;

/** What every kind of source has. */
const common = {
  enabled: { type: 'boolean', default: true, description: 'Off: the source is left out of runs.' },
  since: { ...instant, description: 'Oldest event to keep: a day, an instant or an age.' },
  until: { ...instant, description: 'Events from here on are left out.' },
  accounts: {
    ...words,
    items: { type: 'string', pattern: ACCOUNT_ID },
    description: 'Keep only events of these account ids.',
  },
  regions: { ...words, description: 'Keep only events of these regions.' },
  events: { ...includeExclude, description: 'By operation (eventName), such as DescribeInstances or List*.' },
  classes: {
    type: 'object',
    additionalProperties: false,
    description: 'By OCSF class_uid, such as 3002 or 6003.',
    properties: {
      include: { ...classUids, description: 'Keep only these.' },
      exclude: { ...classUids, description: 'Leave these out, whatever is included.' },
    },
  },
  categories: {
    type: 'array',
    uniqueItems: true,
    items: { enum: EVENT_CATEGORIES },
    description: "Keep only these of CloudTrail's event categories.",
  },
  concurrency: {
    type: 'integer',
    minimum: 1,
    maximum: 512,
    default: 64,
    description: 'Objects read at once; fewer of those larger than 192 KiB.',
  },
} as const;

/** What S3 and SQS sources share. */
const aws = {
  region: { ...text, description: "AWS region of the bucket or queue. Absent: the SDK's." },
  endpoint: {
    ...text,
    pattern: '^https?://[^/\\s]+',
    description: 'Another endpoint: a VPC endpoint, or an S3-compatible store.',
  },
  pathStyle: {
    type: 'boolean',
    description: 'Bucket in the path instead of the host name. Default: on where an endpoint is given.',
  },
  credentials,
  proxy: { ...text, pattern: '^https?://[^/\\s]+', description: 'HTTP(S) proxy for the calls to AWS.' },
  ca: { ...text, description: 'PEM file of the authority that signed the endpoint or the proxy.' },
} as const;

const source = {
  type: 'object',
  required: ['type'],
  discriminator: { propertyName: 'type' },
  oneOf: [
    {
      type: 'object',
      additionalProperties: false,
      required: ['type', 'bucket'],
      properties: {
        type: { const: 's3' },
        ...common,
        ...aws,
        bucket: { ...text, description: 'Bucket to list.' },
        prefix: { type: 'string', default: '', description: 'Only keys that start so.' },
        pollInterval: { ...duration, default: '1m', description: 'Pause between two listings with --follow.' },
      },
    },
    {
      type: 'object',
      additionalProperties: false,
      required: ['type', 'queue'],
      properties: {
        type: { const: 'sqs' },
        ...common,
        ...aws,
        queue: { ...text, description: 'Queue URL or name.' },
        batchSize: {
          type: 'integer',
          minimum: 1,
          maximum: 10,
          default: 10,
          description: 'Messages asked for in one receive.',
        },
        pollInterval: {
          ...duration,
          default: '20s',
          description: 'How long a receive waits for messages; at most 20s.',
        },
        consumed: {
          enum: ['delete', 'keep'],
          default: 'delete',
          description:
            'What to do with a message when all it names is settled. `keep` leaves it to the queue’s retention.',
        },
      },
    },
    {
      type: 'object',
      additionalProperties: false,
      required: ['type', 'path'],
      properties: {
        type: { const: 'folder' },
        ...common,
        path: { ...text, description: 'File or folder.' },
        pollInterval: { ...duration, default: '10s', description: 'Pause between two walks with --follow.' },
      },
    },
  ],
} as const;

export const CONFIG_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'ocsf-cloudtrail.yml',
  type: 'object',
  additionalProperties: false,
  properties: {
    opensearch: {
      type: 'object',
      additionalProperties: false,
      description: 'The cluster.',
      properties: {
        url: { ...text, pattern: '^https?://[^/\\s]+', description: 'https://host:9200' },
        username: text,
        password: { ...text, description: 'Give it as a reference: ${OPENSEARCH_PASSWORD}.' },
        ca: { ...text, description: 'PEM file of the certificate authority.' },
        cert: { ...text, description: 'PEM file of a client certificate.' },
        key: { ...text, description: 'PEM file of its key.' },
        insecure: {
          type: 'boolean',
          default: false,
          description: 'Do not verify the certificate. Warned about at each start.',
        },
        aws: {
          type: 'object',
          additionalProperties: false,
          description: 'Sign requests with AWS SigV4 (Amazon OpenSearch Service).',
          required: ['region'],
          properties: { region: text, service: { enum: ['es', 'aoss'], default: 'es' }, credentials },
        },
      },
      dependentRequired: { cert: ['key'], key: ['cert'], password: ['username'] },
    },
    dashboards: {
      type: 'object',
      additionalProperties: false,
      description: 'OpenSearch Dashboards, for `install`.',
      properties: {
        url: { ...text, pattern: '^https?://[^/\\s]+', description: 'With its base path: https://host/_dashboards' },
        username: text,
        password: { ...text, description: 'Give it as a reference: ${DASHBOARDS_PASSWORD}.' },
        tenant: text,
        dataSource: { ...text, description: 'Id of a data source of OpenSearch Dashboards.' },
        workspace: { ...text, description: 'Id of a workspace.' },
      },
    },
    index: {
      type: 'object',
      additionalProperties: false,
      description: 'The event indices, for `install`.',
      default: {},
      properties: {
        alias: {
          type: 'string',
          pattern: '^[a-z0-9][a-z0-9._-]*$',
          default: DEFAULT_ALIAS,
          description: 'The alias in front of all event indices.',
        },
        period: {
          enum: ['day', 'month', 'year'],
          description: `Events of how long share an index, by the event's time. Absent: as installed, else ${INDEX_DEFAULTS.period}.`,
        },
        shards: {
          type: 'integer',
          minimum: 1,
          maximum: 64,
          description: `Primary shards of an index. Absent: as installed, else ${INDEX_DEFAULTS.shards}.`,
        },
        replicas: {
          type: 'integer',
          minimum: 0,
          maximum: 5,
          description: `Replicas of an index. Absent: as installed, else ${INDEX_DEFAULTS.replicas}.`,
        },
      },
    },
    ingest: {
      type: 'object',
      additionalProperties: false,
      default: {},
      properties: {
        threads: {
          type: 'integer',
          minimum: 1,
          maximum: 64,
          description: 'Worker threads that decode and map. Default: the cores, at most 4.',
        },
        batchSize: {
          type: 'integer',
          minimum: 1,
          maximum: 100_000,
          default: 5000,
          description: 'Documents in one bulk request, at most.',
        },
        batchBytes: {
          type: 'integer',
          minimum: 65_536,
          maximum: 94_371_840,
          default: 5_242_880,
          description: 'Bytes of one bulk request, at most.',
        },
        requests: {
          type: 'integer',
          minimum: 1,
          maximum: 64,
          default: 4,
          description: 'Bulk requests in flight at once, at most; fewer when the cluster is busy.',
        },
        compress: {
          type: 'boolean',
          default: false,
          description: 'gzip bulk requests: worth it over slow or billed lines.',
        },
        lease: {
          ...duration,
          default: '1m',
          description: 'How long a claim on an object holds when its worker is gone.',
        },
      },
    },
    metrics: {
      type: 'object',
      additionalProperties: false,
      description: 'Prometheus metrics and health, on loopback unless told.',
      properties: {
        port: { type: 'integer', minimum: 0, maximum: 65_535, default: 9464 },
        host: { ...text, default: '127.0.0.1' },
      },
    },
    sources: {
      type: 'object',
      description: 'Where events come from, by name.',
      propertyNames: { pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$' },
      additionalProperties: source,
      default: {},
    },
  },
} as const;

export type ConfigFile = FromSchema<typeof CONFIG_SCHEMA>;
