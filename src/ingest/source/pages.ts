import type { S3Client, _Object } from '@aws-sdk/client-s3';
import type { ObjectRef } from '../ports.ts';

export interface PageRequest {
  readonly prefix: string;
  /** Only this level: what lies deeper comes as folders. */
  readonly level?: boolean;
  /** Only keys after this one, in the order of their bytes. */
  readonly after?: string;
  readonly limit?: number;
}

/** At most 1,000 objects and folders, in the order of their keys. */
export interface Page {
  readonly refs: readonly ObjectRef[];
  /** Prefixes that end in `/`. */
  readonly folders: readonly string[];
  /** Whether more follow. */
  readonly more: boolean;
}

/** The listing of a bucket, page by page. */
export type Pages = (request: PageRequest, signal: AbortSignal) => AsyncIterable<Page>;

export function s3Pages(client: S3Client, bucket: string): Pages {
  return async function* ({ prefix, level = false, after, limit }, signal) {
    const { ListObjectsV2Command } = await import('@aws-sdk/client-s3');
    let token: string | undefined;
    do {
      const command = new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        ...(level ? { Delimiter: '/' } : {}),
        ...(after === undefined ? {} : { StartAfter: after }),
        ...(limit === undefined ? {} : { MaxKeys: limit }),
        ...(token === undefined ? {} : { ContinuationToken: token }),
      });
      const answer = await client.send(command, { abortSignal: signal });
      token = answer.IsTruncated === true ? answer.NextContinuationToken : undefined;
      yield {
        refs: (answer.Contents ?? []).map((object) => toRef(bucket, object)),
        folders: (answer.CommonPrefixes ?? []).map(({ Prefix = '' }) => Prefix),
        more: token !== undefined,
      };
    } while (token !== undefined);
  };
}

function toRef(bucket: string, { Key: key = '', ETag, Size: size, LastModified }: _Object): ObjectRef {
  return {
    bucket,
    // As it is: keys of a listing are not encoded.
    key,
    ...(ETag === undefined ? {} : { etag: ETag.replaceAll('"', '') }),
    ...(size === undefined ? {} : { size }),
    ...(LastModified === undefined ? {} : { lastModified: LastModified.toISOString() }),
  };
}
