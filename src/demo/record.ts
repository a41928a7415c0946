/** A JSON value as CloudTrail carries it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** `userIdentity` of a CloudTrail record. */
export interface UserIdentity {
  readonly type?: string;
  readonly principalId?: string;
  readonly arn?: string;
  readonly accountId?: string;
  readonly accessKeyId?: string;
  readonly userName?: string;
  readonly sessionContext?: JsonObject;
  readonly invokedBy?: string;
  readonly identityProvider?: string;
  readonly credentialId?: string;
  readonly onBehalfOf?: JsonObject;
}

export interface Resource {
  readonly ARN: string;
  readonly accountId?: string;
  readonly type: string;
}

/** One CloudTrail record, eventVersion 1.08–1.11. */
export interface RawRecord {
  readonly eventVersion: string;
  readonly userIdentity?: UserIdentity;
  /** ISO 8601, whole seconds, UTC. */
  readonly eventTime: string;
  readonly eventSource?: string;
  readonly eventName?: string;
  readonly awsRegion: string;
  readonly sourceIPAddress?: string;
  readonly userAgent?: string;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly requestParameters?: Json;
  readonly responseElements?: Json;
  readonly additionalEventData?: JsonObject;
  readonly requestID?: string;
  readonly eventID: string;
  readonly readOnly?: boolean;
  readonly resources?: readonly Resource[];
  readonly eventType: string;
  readonly apiVersion?: string;
  readonly managementEvent?: boolean;
  readonly recipientAccountId: string;
  readonly sharedEventID?: string;
  readonly vpcEndpointId?: string;
  readonly vpcEndpointAccountId?: string;
  readonly serviceEventDetails?: JsonObject;
  readonly insightDetails?: JsonObject;
  readonly eventCategory: 'Management' | 'Data' | 'Insight' | 'NetworkActivity';
  readonly sessionCredentialFromConsole?: string;
  readonly tlsDetails?: JsonObject;
}

/** Who calls: the identity with the address and program it calls from. */
export interface Caller {
  readonly identity: UserIdentity;
  /** The account whose trail records the call, unless the call names another. */
  readonly account: string;
  readonly region: string;
  /** An address, or a service's name such as `config.amazonaws.com`. */
  readonly ip: string;
  readonly agent: string;
  readonly vpcEndpointId?: string;
  /** The browser console made the call with the person's session. */
  readonly console?: boolean;
}

/** What is special about one call; everything absent has CloudTrail's usual value. */
export interface CallOptions {
  readonly region?: string;
  readonly account?: string;
  readonly request?: Json;
  readonly response?: Json;
  readonly additional?: JsonObject;
  readonly resources?: readonly Resource[];
  /** [errorCode, errorMessage]; responseElements is then null. */
  readonly error?: readonly [code: string, message: string];
  /** errorMessage without a code, beside the response: how a refused sign-in looks. */
  readonly failure?: string;
  readonly category?: 'Data' | 'NetworkActivity';
  /** Default `AwsApiCall`. */
  readonly type?: string;
  readonly sharedEventID?: string;
  readonly serviceEventDetails?: JsonObject;
  readonly vpcEndpointId?: string;
}
