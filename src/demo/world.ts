import { isoSeconds } from './identities.ts';
import { type Company, principalId } from './company.ts';
import type { Random } from './random.ts';
import type { CallOptions, Caller, JsonObject, RawRecord } from './record.ts';

/** What a name such as `ec2:DescribeInstances` says about every call of it. */
interface Operation {
  readonly source: string;
  readonly name: string;
  readonly readOnly: boolean;
  readonly version: string;
  readonly apiVersion: string | undefined;
}

/** Services whose host names and IAM prefixes differ from their event source. */
const EVENT_SOURCES: Readonly<Record<string, string>> = {
  cloudwatch: 'monitoring',
  elbv2: 'elasticloadbalancing',
};
const VERSIONS: Readonly<Record<string, string>> = {
  ec2: '1.10', iam: '1.10', s3: '1.11', sts: '1.08', kms: '1.11', lambda: '1.09', sso: '1.10', ssm: '1.11', logs: '1.09',
}; // prettier-ignore
const API_VERSIONS: Readonly<Record<string, string>> = {
  elbv2: '2015-12-01',
  cloudfront: '2020_05_31',
  lambda: '2015-03-31',
};
const READ_ONLY =
  /^(Get|BatchGet|List|Describe|Head|Search|Lookup|Query|Scan|Filter|Check|Simulate|AssumeRole|Decrypt|GenerateDataKey|TestEventPattern)/;

/** Makes the records of one story or of the day's work: knows the company, draws from its own random numbers, keeps sessions. */
export class World {
  readonly company: Company;
  readonly random: Random;
  readonly #end: number;
  readonly #emit: (epochMs: number, record: RawRecord) => void;
  readonly #operations = new Map<string, Operation>();
  readonly #tls = new Map<string, JsonObject>();
  readonly #callers = new Map<string, { caller: Caller; until: number }>();
  /** Records made so far. */
  count = 0;

  /** No record is made for `end` (epoch ms) or later: work that would go on is drawn back into the minute before it. */
  constructor(company: Company, random: Random, end: number, emit: (epochMs: number, record: RawRecord) => void) {
    this.company = company;
    this.random = random;
    this.#end = end;
    this.#emit = emit;
  }

  /** Records one API call, `service:Operation`, at an instant in epoch ms. */
  call(epochMs: number, caller: Caller, operation: string, options: CallOptions = {}): void {
    const at = this.within(epochMs);
    const op = this.#operation(operation);
    const region = options.region ?? caller.region;
    const service = caller.identity.type === 'AWSService' || caller.identity.invokedBy !== undefined;
    const type = options.type ?? 'AwsApiCall';
    const failed = options.error !== undefined;
    const endpoint = options.vpcEndpointId ?? caller.vpcEndpointId;
    this.record(at, {
      eventVersion: op.version,
      userIdentity: caller.identity,
      eventTime: isoSeconds(at),
      eventSource: op.source,
      eventName: op.name,
      awsRegion: region,
      sourceIPAddress: caller.ip,
      userAgent: caller.agent,
      ...(options.error === undefined ? {} : { errorCode: options.error[0], errorMessage: options.error[1] }),
      ...(options.failure === undefined ? {} : { errorMessage: options.failure }),
      requestParameters: options.request ?? null,
      responseElements: failed ? null : (options.response ?? null),
      ...(options.additional === undefined ? {} : { additionalEventData: options.additional }),
      // Sign-ins and what services do by themselves are no requests.
      ...(type === 'AwsConsoleSignIn' || type === 'AwsServiceEvent' ? {} : { requestID: this.random.uuid() }),
      eventID: this.random.uuid(),
      readOnly: op.readOnly,
      ...(options.resources === undefined ? {} : { resources: options.resources }),
      eventType: type,
      ...(op.apiVersion === undefined ? {} : { apiVersion: op.apiVersion }),
      managementEvent: options.category === undefined,
      recipientAccountId: options.account ?? caller.account,
      ...(options.sharedEventID === undefined ? {} : { sharedEventID: options.sharedEventID }),
      ...(endpoint === undefined ? {} : { vpcEndpointId: endpoint, vpcEndpointAccountId: caller.account }),
      ...(options.serviceEventDetails === undefined ? {} : { serviceEventDetails: options.serviceEventDetails }),
      eventCategory: options.category ?? 'Management',
      ...(caller.console === true ? { sessionCredentialFromConsole: 'true' } : {}),
      ...(service || caller.console === true ? {} : { tlsDetails: this.#tlsDetails(op.source, region) }),
    });
  }

  within(epochMs: number): number {
    return epochMs < this.#end ? epochMs : this.#end - 1000 - ((epochMs - this.#end) % 59_000);
  }

  /** A record that is no API call, such as an Insights event; `at` is `within` the range. */
  record(at: number, record: RawRecord): void {
    this.count++;
    this.#emit(at, record);
  }

  /** The caller under a name, made anew when its credentials have run out. `start` may record how they were obtained. */
  caller(name: string, at: number, lifetimeMs: number, start: () => Caller): Caller {
    const known = this.#callers.get(name);
    if (known !== undefined && at < known.until && at >= known.until - lifetimeMs) return known.caller;
    const caller = start();
    this.#callers.set(name, { caller, until: at + lifetimeMs });
    return caller;
  }

  temporaryKey(): string {
    return principalId(this.random, 'ASIA');
  }

  #operation(name: string): Operation {
    const known = this.#operations.get(name);
    if (known !== undefined) return known;
    const [service = '', event = ''] = name.split(':');
    const operation: Operation = {
      source: `${EVENT_SOURCES[service] ?? service}.amazonaws.com`,
      name: event,
      readOnly: READ_ONLY.test(event) && !event.startsWith('GetSigninToken'),
      version: VERSIONS[service] ?? '1.08',
      apiVersion: API_VERSIONS[service],
    };
    this.#operations.set(name, operation);
    return operation;
  }

  #tlsDetails(source: string, region: string): JsonObject {
    const service = source.slice(0, source.indexOf('.'));
    const host = service === 'signin' ? 'signin.aws.amazon.com' : `${service}.${region}.amazonaws.com`;
    let details = this.#tls.get(host);
    if (details === undefined) {
      details = { tlsVersion: 'TLSv1.3', cipherSuite: 'TLS_AES_128_GCM_SHA256', clientProvidedHostHeader: host };
      this.#tls.set(host, details);
    }
    return details;
  }
}

/** `[errorCode, errorMessage]` of a call that IAM denied; EC2 has a code of its own. */
export function denied(caller: Caller, operation: string, resource = '*'): readonly [string, string] {
  const [service = '', event = ''] = operation.split(':');
  const action = `${service === 'elbv2' ? 'elasticloadbalancing' : service}:${event.replace(/\d{8}(v\d)?$/, '')}`;
  const who = caller.identity.arn ?? caller.identity.principalId ?? 'unknown';
  const why = `because no identity-based policy allows the ${action} action`;
  return service === 'ec2'
    ? [
        'Client.UnauthorizedOperation',
        `You are not authorized to perform this operation. User: ${who} is not authorized to perform: ${action} on resource: ${resource} ${why}`,
      ]
    : ['AccessDenied', `User: ${who} is not authorized to perform: ${action} on resource: ${resource} ${why}`];
}

/** `[errorCode, errorMessage]` of a call that was throttled, in each service's own words. */
export function throttled(operation: string): readonly [string, string] {
  if (operation.startsWith('ec2:')) return ['Client.RequestLimitExceeded', 'Request limit exceeded.'];
  if (operation.startsWith('s3:')) return ['SlowDown', 'Please reduce your request rate.'];
  if (operation.startsWith('lambda:')) return ['TooManyRequestsException', 'Rate Exceeded.'];
  return ['ThrottlingException', 'Rate exceeded'];
}
