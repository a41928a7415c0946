import type { AwsOptions } from '../../aws/clients.ts';
import { fatalAwsError } from '../../aws/errors.ts';

/** Whom a bucket tells of new objects. */
export interface Notifications {
  /** ARNs. */
  readonly queues: readonly string[];
  /** ARNs of topics and functions, and `EventBridge`. */
  readonly others: readonly string[];
}

/** Text says why they cannot be seen: no run needs to, so it is no fault. */
export async function notificationsOf(bucket: string, aws: AwsOptions): Promise<Notifications | string> {
  const [{ GetBucketNotificationConfigurationCommand }, { s3Client }] = await Promise.all([
    import('@aws-sdk/client-s3'),
    import('../../aws/clients.ts'),
  ]);
  const s3 = await s3Client(aws);
  const created = ({ Events = [] }: { readonly Events?: readonly string[] | undefined }): boolean =>
    Events.some((event) => event.startsWith('s3:ObjectCreated:'));
  try {
    const found = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket: bucket }));
    const topics = (found.TopicConfigurations ?? []).filter(created).map(({ TopicArn = '' }) => TopicArn);
    const functions = (found.LambdaFunctionConfigurations ?? []).filter(created);
    return {
      queues: (found.QueueConfigurations ?? []).filter(created).map(({ QueueArn = '' }) => QueueArn),
      others: [
        ...topics,
        ...functions.map(({ LambdaFunctionArn = '' }) => LambdaFunctionArn),
        ...(found.EventBridgeConfiguration === undefined ? [] : ['EventBridge']),
      ],
    };
  } catch (error) {
    return fatalAwsError(error, { action: 's3:GetBucketNotification', resource: `s3://${bucket}` }).message;
  } finally {
    s3.destroy();
  }
}
