import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { AppError } from '../errors.ts';
import { run } from './run.ts';
import type { Environment } from '../config/precedence.ts';

/** Absolute path of a program on PATH. */
export function which(name: string, env: Environment = process.env): string | undefined {
  return (env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return statSync(path).isFile();
      } catch {
        return false;
      }
    });
}

export function findMaven(env: Environment = process.env): string {
  return required('mvn', env, 'Maven', 'Install Maven 3.6 or later; or set OPENSEARCH_URL to a running cluster.');
}

export function findOpenssl(env: Environment = process.env): string {
  return required('openssl', env, 'OpenSSL', 'Install openssl: it makes the certificates of the secured test node.');
}

function required(name: string, env: Environment, title: string, hint: string): string {
  const path = which(name, env);
  if (path !== undefined) return path;
  throw new AppError('MISSING_TOOL', `${title} (${name}) is not on PATH.`, { hint });
}

const PYTHONS = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];

/** A Python ≥ 3.10 that can make virtual environments, with its version (`3.11`). */
export async function findPython(env: Environment = process.env): Promise<{ path: string; version: string }> {
  const probe = 'import sys, venv, ensurepip; print("%d.%d" % sys.version_info[:2])';
  for (const name of PYTHONS) {
    const path = which(name, env);
    if (path === undefined) continue;
    const { code, stdout } = await run(path, ['-c', probe], { timeoutMs: 20_000 });
    const version = stdout.trim();
    if (code === 0 && Number(version.split('.')[1]) >= 10) return { path, version };
  }
  throw new AppError('MISSING_TOOL', 'No Python 3.10 or later with the venv module found.', {
    hint: 'Install python3 and python3-venv; or set AWS_ENDPOINT_URL to a running S3 and SQS.',
  });
}
