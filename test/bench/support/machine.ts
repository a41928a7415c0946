import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { shipped } from '../../../src/content/root.ts';
import { MINISTACK_VERSION } from '../../../src/runtime/ministack.ts';
import { OPENSEARCH_VERSION } from '../../../src/runtime/opensearch-home.ts';
import type { Servers } from './servers.ts';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  /** Of the minute before: above a few tenths, something else ran too. */
  readonly load: number;
}

export function machine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    load: Number((loadavg()[0] ?? 0).toFixed(1)),
  };
}

/** Names with versions of all that took part. */
export async function versions({ started }: Servers): Promise<Record<string, string>> {
  const { version } = JSON.parse(readFileSync(shipped('package.json'), 'utf8')) as { version: string };
  const found: Record<string, string> = { 'ocsf-cloudtrail': `${version}${commit()}`, Node: process.versions.node };
  if (started.opensearch === undefined) found['OpenSearch'] = OPENSEARCH_VERSION;
  else {
    const answer = await fetch(started.opensearch.url);
    found['OpenSearch'] = ((await answer.json()) as { version: { number: string } }).version.number;
  }
  if (started.aws !== undefined) found['ministack'] = MINISTACK_VERSION;
  return found;
}

function commit(): string {
  try {
    const git = (...args: string[]): string => execFileSync('git', args, { cwd: shipped(), encoding: 'utf8' }).trim();
    return ` (${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain', 'src') === '' ? '' : ', changed'})`;
  } catch {
    return '';
  }
}
