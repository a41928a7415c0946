import { open, readdir, stat } from 'node:fs/promises';
import type { AwsOptions } from '../../aws/clients.ts';
import { AppError, messageOf } from '../../errors.ts';
import { checkBucket } from './bucket.ts';
import { checkQueue } from './queue.ts';
import { checker, type Check } from './report.ts';

/** What a source reads from. */
export type CheckTarget = { readonly name: string } & (
  | { readonly kind: 's3'; readonly bucket: string; readonly prefix: string; readonly aws: AwsOptions }
  | { readonly kind: 'sqs'; readonly queue: string; readonly aws: AwsOptions }
  | { readonly kind: 'folder'; readonly path: string }
);

/** Whether a source can be read. Takes no message from a queue and changes nothing. `now` is epoch ms. */
export async function checkSource(target: CheckTarget, now: () => number): Promise<Check[]> {
  switch (target.kind) {
    case 's3':
      return checkBucket(target, now);
    case 'sqs':
      return checkQueue(target);
    case 'folder':
      return checkFolder(target);
  }
}

async function checkFolder({ name, path }: CheckTarget & { kind: 'folder' }): Promise<Check[]> {
  const checks = checker(name);
  const look = async () => {
    try {
      const found = await stat(path);
      if (found.isDirectory()) {
        await readdir(path);
        // Who may list a folder need not be let into it.
        await stat(`${path}/.`);
      } else if (found.isFile()) await (await open(path)).close();
      else throw new Error('it is neither a file nor a folder');
      return found;
    } catch (cause) {
      throw new AppError('SOURCE_NOT_FOUND', `${path} cannot be read: ${messageOf(cause)}.`, {
        cause,
        hint: 'Check the path and its permissions.',
      });
    }
  };
  await checks.run('readable', look, (found) => (found.isDirectory() ? `the folder ${path}` : `the file ${path}`));
  return checks.lines;
}
