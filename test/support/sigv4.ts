import { createHash, createHmac } from 'node:crypto';
import type { FaultRule, SeenRequest } from './fault-proxy.ts';

/** Who may sign, and for what. */
export interface Signer {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly region: string;
  readonly service: string;
}

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);

/**
 * What is wrong with a request's signature, undefined when nothing is: recomputed from the request as it arrived, by the
 * rules of AWS Signature Version 4, with no code of the client's.
 */
export function signatureFault(request: SeenRequest, signer: Signer, now = Date.now()): string | undefined {
  const header = (name: string): string => {
    const value = request.headers[name];
    return (Array.isArray(value) ? value.join(',') : (value ?? '')).trim().replace(/ +/g, ' ');
  };
  const [, credential = '', signedHeaders = '', signature = ''] =
    /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      header('authorization'),
    ) ?? [];
  const date = header('x-amz-date');
  const day = date.slice(0, 8);
  const scope = `${day}/${signer.region}/${signer.service}/aws4_request`;
  if (credential !== `${signer.accessKeyId}/${scope}`) return `credential ${credential || 'missing'}`;
  const signed = signedHeaders.split(';');
  for (const needed of ['host', 'x-amz-date', ...(signer.sessionToken === undefined ? [] : ['x-amz-security-token'])])
    if (!signed.includes(needed)) return `${needed} is not signed`;
  if (signer.sessionToken !== undefined && header('x-amz-security-token') !== signer.sessionToken)
    return 'another session token';
  const at = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (!(Math.abs(now - at) < 5 * 60_000)) return `the date ${date}`;
  const bodyHash = sha256(request.body);
  if (header('x-amz-content-sha256') !== bodyHash) return 'the hash of the body';

  const [path = '', query = ''] = request.path.split('?', 2);
  const canonicalQuery = query
    .split('&')
    .filter((part) => part !== '')
    .map((part) => part.split('=', 2).map((piece) => encode(decodeURIComponent(piece))))
    .map(([name = '', value = '']) => `${name}=${value}`)
    .sort()
    .join('&');
  const canonical = [
    request.method,
    path.split('/').map(encode).join('/'),
    canonicalQuery,
    ...signed.map((name) => `${name}:${header(name)}`),
    '',
    signedHeaders,
    bodyHash,
  ].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n');
  const key = [day, signer.region, signer.service, 'aws4_request'].reduce<string | Buffer>(
    hmac,
    `AWS4${signer.secretAccessKey}`,
  );
  return hmac(key, toSign).toString('hex') === signature ? undefined : 'the signature';
}

/** Refuses requests that are not signed so, in the words of Amazon OpenSearch Service. */
export function refuseUnsigned(signer: Signer): FaultRule {
  return {
    match: { test: (request) => signatureFault(request, signer) !== undefined },
    fault: {
      respond: {
        status: 403,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          message: 'The request signature we calculated does not match the signature you provided.',
        }),
      },
    },
  };
}
