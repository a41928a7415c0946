import { readFileSync } from 'node:fs';
import { createRecordProcessor } from '../ingest/record.ts';
import { names } from '../names.ts';
import { shipped } from './root.ts';

/** The classes of CloudTrail events: `integration/samples/<name>.cloudtrail.json` is an example of each. */
export const SAMPLES = ['account-change', 'api-activity', 'authentication'] as const;

/** The document that ingestion makes of a sample. */
export function sampleDocument(name: (typeof SAMPLES)[number]): unknown {
  const record = JSON.parse(readFileSync(shipped('integration', 'samples', `${name}.cloudtrail.json`), 'utf8')) as {
    eventTime: string;
  };
  const now = Date.parse(record.eventTime);
  const options = { indexPrefix: names().indexPrefix, period: 'month', now, filters: {} } as const;
  const result = createRecordProcessor(options)(record);
  if (result.kind !== 'document') throw new Error(`the sample ${name} is no event`);
  return JSON.parse(result.source) as unknown;
}
