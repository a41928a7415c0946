import { describe, expect, test } from '@jest/globals';
import { awsFault, fatalAwsError, objectAwsError } from '../../../src/aws/errors.ts';
import { FatalError, ObjectError } from '../../../src/errors.ts';

const context = { action: 's3:GetObject', resource: 's3://bucket/key' };

/** An error as the SDK throws it. */
function sdkError(name: string, message = name, extra: object = {}): Error {
  return Object.assign(new Error(message), { name, ...extra });
}

const status = (httpStatusCode: number): object => ({ $metadata: { httpStatusCode } });

describe('AWS errors', () => {
  const rows: [name: string, error: Error, kind: string, code: string, retry: boolean, hint: RegExp][] = [
    [
      'no credentials',
      sdkError('CredentialsProviderError', 'Could not load credentials from any providers'),
      'credentials',
      'SOURCE_AUTH',
      false,
      /AWS_ACCESS_KEY_ID/,
    ],
    [
      'an ended single sign-on',
      sdkError('CredentialsProviderError', 'The SSO session has expired'),
      'credentials',
      'SOURCE_AUTH',
      false,
      /aws sso login/,
    ],
    [
      'an unreadable sso token',
      sdkError('TokenProviderError', 'Token is expired'),
      'credentials',
      'SOURCE_AUTH',
      false,
      /aws sso login/,
    ],
    [
      'ExpiredToken',
      sdkError('ExpiredToken', 'The provided token has expired.', status(400)),
      'expired',
      'SOURCE_AUTH',
      false,
      /renew/i,
    ],
    [
      'ExpiredTokenException of STS and SQS',
      sdkError('ExpiredTokenException'),
      'expired',
      'SOURCE_AUTH',
      false,
      /renew/i,
    ],
    [
      'InvalidAccessKeyId',
      sdkError('InvalidAccessKeyId', '', status(403)),
      'credentials',
      'SOURCE_AUTH',
      false,
      /access key/,
    ],
    [
      'InvalidClientTokenId',
      sdkError('InvalidClientTokenId', '', status(403)),
      'credentials',
      'SOURCE_AUTH',
      false,
      /access key/,
    ],
    [
      'SignatureDoesNotMatch',
      sdkError('SignatureDoesNotMatch', '', status(403)),
      'signature',
      'SOURCE_AUTH',
      false,
      /secret/,
    ],
    ['RequestTimeTooSkewed', sdkError('RequestTimeTooSkewed', '', status(403)), 'clock', 'SOURCE_AUTH', false, /clock/],
    [
      'AccessDenied names the action asked for',
      sdkError('AccessDenied', 'Access Denied', status(403)),
      'forbidden',
      'SOURCE_FORBIDDEN',
      false,
      /Allow s3:GetObject on s3:\/\/bucket\/key/,
    ],
    [
      'AccessDenied names the action AWS names',
      sdkError(
        'AccessDenied',
        'User: arn:aws:iam::123456789012:user/a is not authorized to perform: s3:ListBucket on resource: "arn:aws:s3:::b"',
        status(403),
      ),
      'forbidden',
      'SOURCE_FORBIDDEN',
      false,
      /Allow s3:ListBucket/,
    ],
    [
      'AccessDeniedException of SQS',
      sdkError('AccessDeniedException', '', status(403)),
      'forbidden',
      'SOURCE_FORBIDDEN',
      false,
      /Allow/,
    ],
    [
      'AccessDenied on a KMS key',
      sdkError(
        'AccessDenied',
        'User: arn:aws:sts::123456789012:assumed-role/a/b is not authorized to perform: kms:Decrypt on the resource',
        status(403),
      ),
      'kms',
      'SOURCE_FORBIDDEN',
      false,
      /kms:Decrypt/,
    ],
    [
      'KMS.AccessDeniedException of SQS',
      sdkError('KMS.AccessDeniedException'),
      'kms',
      'SOURCE_FORBIDDEN',
      false,
      /kms:Decrypt/,
    ],
    [
      'a disabled KMS key',
      sdkError('KMS.DisabledException', '', status(400)),
      'kms',
      'SOURCE_FORBIDDEN',
      false,
      /disabled/,
    ],
    [
      'AssumeRole denied',
      sdkError(
        'AccessDenied',
        'User: x is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/r',
        status(403),
      ),
      'role',
      'SOURCE_FORBIDDEN',
      false,
      /external id/,
    ],
    [
      'an archived object',
      sdkError('InvalidObjectState', '', status(403)),
      'archived',
      'OBJECT_READ',
      false,
      /restore/,
    ],
    ['NoSuchBucket', sdkError('NoSuchBucket', '', status(404)), 'bucket', 'SOURCE_NOT_FOUND', false, /bucket/],
    ['NoSuchKey', sdkError('NoSuchKey', '', status(404)), 'object', 'OBJECT_GONE', false, /deleted/],
    ['a 404 of a proxy', sdkError('NotFound', '', status(404)), 'unreachable', 'SOURCE_UNREACHABLE', false, /proxy/],
    ['QueueDoesNotExist', sdkError('QueueDoesNotExist', '', status(400)), 'queue', 'SOURCE_NOT_FOUND', false, /queue/],
    [
      'the old name of a missing queue',
      sdkError('AWS.SimpleQueueService.NonExistentQueue', '', status(400)),
      'queue',
      'SOURCE_NOT_FOUND',
      false,
      /queue/,
    ],
    [
      'PreconditionFailed',
      sdkError('PreconditionFailed', '', status(412)),
      'changed',
      'OBJECT_CHANGED',
      false,
      /replaced/,
    ],
    ['InvalidRange', sdkError('InvalidRange', '', status(416)), 'range', 'OBJECT_CHANGED', false, /shorter/],
    [
      'PermanentRedirect names the right region',
      sdkError('PermanentRedirect', '', {
        $response: { statusCode: 301, headers: { 'x-amz-bucket-region': 'eu-west-1' } },
      }),
      'region',
      'SOURCE_NOT_FOUND',
      false,
      /It is in eu-west-1/,
    ],
    [
      '301 without a name',
      sdkError('UnknownError', '', status(301)),
      'region',
      'SOURCE_NOT_FOUND',
      false,
      /another region/,
    ],
    [
      'a wrong signing region names the right one',
      sdkError(
        'AuthorizationHeaderMalformed',
        "The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-central-1'",
        status(400),
      ),
      'region',
      'SOURCE_NOT_FOUND',
      false,
      /eu-central-1/,
    ],
    [
      'MessageNotInflight',
      sdkError('MessageNotInflight', '', status(400)),
      'receipt',
      'SOURCE_NOT_FOUND',
      false,
      /visible again/,
    ],
    [
      'ReceiptHandleIsInvalid',
      sdkError('ReceiptHandleIsInvalid', '', status(400)),
      'receipt',
      'SOURCE_NOT_FOUND',
      false,
      /visible again/,
    ],
    ['OverLimit', sdkError('OverLimit', '', status(403)), 'limit', 'SOURCE_UNREACHABLE', true, /120,000/],
    ['SlowDown', sdkError('SlowDown', '', status(503)), 'busy', 'SOURCE_UNREACHABLE', true, /busy/],
    [
      'ThrottlingException',
      sdkError('ThrottlingException', '', status(400)),
      'busy',
      'SOURCE_UNREACHABLE',
      true,
      /busy/,
    ],
    ['500 without a name', sdkError('UnknownError', '', status(500)), 'busy', 'SOURCE_UNREACHABLE', true, /busy/],
    [
      'a time-out of the server',
      sdkError('RequestTimeout', '', status(400)),
      'busy',
      'SOURCE_UNREACHABLE',
      true,
      /busy/,
    ],
    [
      'a certificate that is not trusted',
      sdkError('Error', 'self-signed certificate in certificate chain', { code: 'SELF_SIGNED_CERT_IN_CHAIN' }),
      'tls',
      'SOURCE_UNREACHABLE',
      false,
      /`ca`/,
    ],
    [
      'an expired certificate',
      sdkError('Error', 'certificate has expired', { code: 'CERT_HAS_EXPIRED' }),
      'tls',
      'SOURCE_UNREACHABLE',
      false,
      /`ca`/,
    ],
    [
      'ECONNREFUSED',
      sdkError('Error', 'connect ECONNREFUSED 127.0.0.1:1', { code: 'ECONNREFUSED' }),
      'unreachable',
      'SOURCE_UNREACHABLE',
      true,
      /endpoint/,
    ],
    [
      'a socket error in the wrapper of the SDK',
      sdkError('Error', 'AWS SDK error wrapper for Error: connect ECONNREFUSED 127.0.0.1:1'),
      'unreachable',
      'SOURCE_UNREACHABLE',
      true,
      /endpoint/,
    ],
    [
      'ENOTFOUND',
      sdkError('Error', 'getaddrinfo ENOTFOUND s3.example.com', { code: 'ENOTFOUND' }),
      'unreachable',
      'SOURCE_UNREACHABLE',
      true,
      /endpoint/,
    ],
    [
      'a cut connection',
      sdkError('Error', 'aborted', { code: 'ECONNRESET' }),
      'unreachable',
      'SOURCE_UNREACHABLE',
      true,
      /endpoint/,
    ],
    [
      'a time-out of the client',
      sdkError('TimeoutError', 'Connection timed out after 5000 ms'),
      'unreachable',
      'SOURCE_UNREACHABLE',
      true,
      /endpoint/,
    ],
    ['no region', new Error('Region is missing'), 'no-region', 'CONFIG', false, /--aws-region/],
    [
      'an error without a name and 403',
      sdkError('UnknownError', '', status(403)),
      'forbidden',
      'SOURCE_FORBIDDEN',
      false,
      /Allow s3:GetObject/,
    ],
    [
      'anything else',
      sdkError('MalformedXML', 'no', status(400)),
      'unknown',
      'SOURCE_UNREACHABLE',
      false,
      /s3:GetObject/,
    ],
  ];

  test.each(rows)('%s is understood', (_name, error, kind, code, retry, hint) => {
    const fault = awsFault(error, context);
    expect({ ...fault, hint: undefined }).toEqual({ kind, code, retry, hint: undefined });
    expect(fault.hint).toMatch(hint);
  });

  test('the message says what was asked of what, and what AWS said', () => {
    expect(fatalAwsError(sdkError('AccessDenied', 'Access Denied', status(403)), context).message).toBe(
      's3:GetObject on s3://bucket/key: AccessDenied: Access Denied.',
    );
    expect(fatalAwsError(sdkError('UnknownError', 'UnknownError', status(403)), context).message).toContain('HTTP 403');
  });

  test('a fault of one object does not end the run, a fault of the credentials does', () => {
    const denied = objectAwsError(sdkError('AccessDenied', 'Access Denied', status(403)), context);
    expect(denied).toBeInstanceOf(ObjectError);
    expect(denied).toMatchObject({ code: 'SOURCE_FORBIDDEN', permanent: false });
    expect(objectAwsError(sdkError('SlowDown', '', status(503)), context)).toMatchObject({ code: 'OBJECT_READ' });
    expect(objectAwsError(sdkError('ExpiredToken', '', status(400)), context)).toBeInstanceOf(FatalError);
  });

  test('an error that is ours already stays as it is', () => {
    const fatal = new FatalError('SOURCE_AUTH', 'no');
    expect(fatalAwsError(fatal, context)).toBe(fatal);
    expect(objectAwsError(fatal, context)).toBe(fatal);
  });
});
