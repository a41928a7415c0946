import { mapCloudTrail } from '../../ingest/map/map.ts';
import type { RawRecord } from '../record.ts';

export type OcsfEvent = { [key: string]: unknown };

/** What our mapping adds to Security Lake's; undefined members are absent in JSON. */
const ADDED = {
  status_id: undefined,
  status_detail: undefined,
  policy: undefined,
  session: undefined,
  service: undefined,
};

/** The event as Security Lake writes it (OCSF 1.1.0). */
export function asSecurityLake(record: RawRecord): OcsfEvent {
  const event = mapCloudTrail({ ...record });
  return {
    ...event,
    ...ADDED,
    metadata: { ...event.metadata, log_version: undefined, correlation_uid: undefined },
    cloud: { ...event.cloud, account: undefined },
  };
}
