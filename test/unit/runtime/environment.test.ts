import { afterEach, expect, test } from '@jest/globals';
import { AppError } from '../../../src/errors.ts';
import { firstOf, provideAws, provideOpenSearch, type Provided } from '../../../src/runtime/environment.ts';

const original = { ...process.env };
afterEach(() => void (process.env = { ...original }));

const stop = async (): Promise<void> => undefined;
const embedded = async (): Promise<Provided> => ({ url: 'http://embedded', origin: 'embedded', stop });
const docker = async () => ({ image: 'some/image:1', url: 'http://docker', stop });
const missing = (tool: string) => async (): Promise<never> => {
  throw new AppError('MISSING_TOOL', `No ${tool}.`, { hint: `Install ${tool}.` });
};

async function take(first: typeof embedded, second: typeof docker): Promise<{ url: string; lines: string[] }> {
  const lines: string[] = [];
  const { url } = await firstOf('Server', first, second, (line) => lines.push(line));
  return { url, lines };
}

test('a cluster that the environment names is taken as it is, and its password is not shown', async () => {
  process.env['OPENSEARCH_URL'] = 'https://user:secret@search.example.com:9200';
  const lines: string[] = [];
  const server = await provideOpenSearch({ profile: 'test', say: (line) => lines.push(line) });
  expect(server).toMatchObject({ url: 'https://user:secret@search.example.com:9200', origin: 'environment' });
  expect(lines).toEqual(['OpenSearch: OPENSEARCH_URL names search.example.com:9200']);
  await server.stop();
});

test('an AWS endpoint that the environment names is taken as it is', async () => {
  process.env['AWS_ENDPOINT_URL'] = 'http://127.0.0.1:4566';
  const lines: string[] = [];
  const server = await provideAws({ say: (line) => lines.push(line) });
  expect(server).toMatchObject({ url: 'http://127.0.0.1:4566', origin: 'environment' });
  expect(lines).toEqual(['S3 and SQS: AWS_ENDPOINT_URL names 127.0.0.1:4566']);
});

test('embedded comes before Docker', async () => {
  delete process.env['TEST_RUNTIME'];
  expect(await take(embedded, docker)).toEqual({ url: 'http://embedded', lines: [] });
});

test('Docker is taken where a tool for the embedded server is missing, and it says so', async () => {
  delete process.env['TEST_RUNTIME'];
  expect(await take(missing('Java'), docker)).toEqual({
    url: 'http://docker',
    lines: ['Server: No Java. Trying Docker …', 'Server: container of some/image:1 at http://docker'],
  });
});

test('without either the error names the tool to install', async () => {
  delete process.env['TEST_RUNTIME'];
  await expect(take(missing('Java'), missing('Docker'))).rejects.toMatchObject({ hint: 'Install Java.' });
});

test('TEST_RUNTIME=docker takes Docker first, and says in one line when it has to fall back', async () => {
  process.env['TEST_RUNTIME'] = 'docker';
  expect((await take(embedded, docker)).url).toBe('http://docker');
  expect(await take(embedded, missing('image'))).toEqual({
    url: 'http://embedded',
    lines: ['Server: No image. Embedded instead.'],
  });
});

test('a server that fails to start is an error, not a reason to look elsewhere', async () => {
  delete process.env['TEST_RUNTIME'];
  const broken = async (): Promise<never> => {
    throw new AppError('CLUSTER_UNREACHABLE', 'it ended');
  };
  await expect(take(broken, docker)).rejects.toThrow('it ended');
});
