import { awsOf, type SourceFlags } from '../../config/sources.ts';
import type { ConfigFile } from '../../config/schema.ts';
import { AppError } from '../../errors.ts';
import type { CheckTarget } from './source.ts';

type ConfiguredSource = ConfigFile['sources'][string];

/** What to check: the sources named, else the enabled ones of the configuration file; none is fine. Throws USAGE. */
export function checkTargets(
  words: readonly string[],
  flags: SourceFlags,
  file: ConfigFile | undefined,
): CheckTarget[] {
  const known = file?.sources ?? {};
  if (words.length === 0)
    return Object.entries(known)
      .filter(([, source]) => source.enabled)
      .map(([name, source]) => configured(name, source, flags));
  return words.map((word) => {
    const source = known[word];
    return source === undefined ? named(word, flags) : configured(word, source, flags);
  });
}

function configured(name: string, source: ConfiguredSource, flags: SourceFlags): CheckTarget {
  if (source.type === 'folder') return { name, kind: 'folder', path: source.path };
  const aws = awsOf(source, flags);
  return source.type === 's3'
    ? { name, kind: 's3', bucket: source.bucket, prefix: source.prefix, aws }
    : { name, kind: 'sqs', queue: source.queue, aws };
}

function named(word: string, flags: SourceFlags): CheckTarget {
  const aws = awsOf({}, flags);
  if (/^(https?:\/\/|sqs:\/\/|arn:)/.test(word)) return { name: word, kind: 'sqs', queue: word, aws };
  if (!word.startsWith('s3://')) return { name: word, kind: 'folder', path: word };
  const [, bucket = '', prefix = ''] = /^s3:\/\/([^/]+)\/?(.*)$/s.exec(word) ?? [];
  if (bucket === '')
    throw new AppError('USAGE', `"${word}" names no bucket.`, { hint: 'It looks like s3://bucket/prefix.' });
  return { name: word, kind: 's3', bucket, prefix, aws };
}
