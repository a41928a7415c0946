import { AwsSigv4Signer } from '@opensearch-project/opensearch/aws-v3';
import type { OpenSearchConfig } from '../config/config.ts';
import { fatalAwsError } from '../aws/errors.ts';

/**
 * The parts of a client that sign its requests for Amazon OpenSearch Service, by the client's own signer. It asks for
 * credentials before the first request and again when they are about to expire. Throws `FatalError` from a request where
 * there are none.
 */
export function signer({ region, service, credentials }: NonNullable<OpenSearchConfig['aws']>) {
  return AwsSigv4Signer({
    region,
    service,
    getCredentials: async () => {
      // The AWS SDK loads only where requests are signed.
      const { credentialProvider } = await import('../aws/clients.ts');
      try {
        const provider = await credentialProvider({ region, ...(credentials === undefined ? {} : { credentials }) });
        return await provider();
      } catch (error) {
        const role = credentials?.roleArn;
        throw fatalAwsError(error, {
          action: role === undefined ? 'es:ESHttp*' : 'sts:AssumeRole',
          resource: role ?? `the cluster in ${region}`,
        });
      }
    },
  });
}
