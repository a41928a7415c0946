import { describe, expect, test } from '@jest/globals';
import { AppError } from '../../../src/errors.ts';
import { defaultConfig, parseConfig } from '../../../src/config/load.ts';

const fault = (text: string, env: Record<string, string> = {}): string => {
  try {
    parseConfig(text, 'c.yml', env);
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
  return 'no error';
};

describe('configuration file', () => {
  test('an empty file is the defaults', () => {
    expect(defaultConfig()).toMatchObject({
      index: { alias: 'logs-cloudtrail' },
      ingest: { batchSize: 5000, lease: '1m' },
      sources: {},
    });
  });

  test('a source gets the defaults of its kind', () => {
    const { config } = parseConfig('sources:\n  trail: {type: s3, bucket: b}\n', 'c.yml', {});
    expect(config.sources['trail']).toEqual({
      type: 's3',
      bucket: 'b',
      prefix: '',
      enabled: true,
      concurrency: 64,
      pollInterval: '1m',
    });
  });

  test('an unknown key is named with its place and the nearest key', () => {
    expect(fault('sources:\n  trail:\n    type: s3\n    buckett: b\n    bucket: b\n')).toContain(
      'c.yml:4:5 sources.trail.buckett is not known here; did you mean bucket?',
    );
  });

  test('a missing key is named with the place of what lacks it', () => {
    expect(fault('sources:\n  trail:\n    type: sqs\n')).toBe('c.yml:3:5 sources.trail lacks queue');
  });

  test('a wrong kind of source says which there are', () => {
    expect(fault('sources:\n  trail: {type: kafka}\n')).toContain('expected s3, sqs or folder');
  });

  test('a value outside an enumeration is shown with the values and the nearest one', () => {
    expect(fault('index:\n  period: monthly\n')).toBe(
      'c.yml:2:11 index.period is "monthly"; expected day, month, year; did you mean month?',
    );
  });

  test('a wrong type is shown with the value', () => {
    expect(fault('index:\n  shards: many\n')).toBe('c.yml:2:11 index.shards must be integer, but is "many"');
  });

  test('all faults are said at once', () => {
    expect(fault('index:\n  shards: many\n  replica: 1\n').split('\n')).toHaveLength(2);
  });

  test('a YAML fault is said with its place', () => {
    expect(fault('index: [\n')).toMatch(/^c\.yml:\d+:\d+ /);
  });

  test('environment references are filled in, numbers too', () => {
    const text =
      'opensearch: {url: "https://${HOST}:9200", username: u, password: "${PW}"}\nindex: {shards: ${SHARDS:-3}}\n';
    const { config, warnings } = parseConfig(
      text.replace('{shards: ${SHARDS:-3}}', '\n  shards: ${SHARDS:-3}'),
      'c.yml',
      { HOST: 'h', PW: 's3cret' },
    );
    expect(config.opensearch).toMatchObject({ url: 'https://h:9200', password: 's3cret' });
    expect(config.index.shards).toBe(3);
    expect(warnings).toEqual([]);
  });

  test('a reference becomes a number or a boolean only where one is expected', () => {
    const text =
      'opensearch:\n  url: https://h\n  username: u\n  password: ${PW}\nindex:\n  shards: ${SHARDS}\n' +
      'sources:\n  t:\n    type: s3\n    bucket: b\n    enabled: ${ON}\n    accounts:\n      - ${ACCOUNT}\n';
    const { config } = parseConfig(text, 'c.yml', { PW: '0123456', SHARDS: '3', ON: 'false', ACCOUNT: '012345678901' });
    expect(config.opensearch).toMatchObject({ password: '0123456' });
    expect(config.index.shards).toBe(3);
    expect(config.sources['t']).toMatchObject({ enabled: false, accounts: ['012345678901'] });
  });

  test('a reference to a variable that is not set is a fault', () => {
    expect(fault('opensearch:\n  url: ${NOWHERE}\n')).toBe('c.yml:2:8 the environment variable NOWHERE is not set');
  });

  test('what nobody chose about indices stays open, so that an install keeps what is there', () => {
    expect(defaultConfig().index).toEqual({ alias: 'logs-cloudtrail' });
    expect(parseConfig('index: {shards: 2}\n', 'c.yml', {}).config.index).toEqual({
      alias: 'logs-cloudtrail',
      shards: 2,
    });
  });

  test.each([
    ['a day that is none', 'since: 2026-02-31', '4:12 sources.t.since is "2026-02-31"; expected a day'],
    ['an instant that is none', 'until: 2026-11-01T99:00:00Z', '4:12 sources.t.until is "2026-11-01T99:00:00Z"; exp'],
    ['an age beyond all dates', 'since: 99999999999999d', '4:12 sources.t.since is "99999999999999d"; expected a day'],
    [
      'an end before its beginning',
      'until: 30d\n    since: 7d',
      '4:12 sources.t.until is "30d"; expected a time after',
    ],
  ])('%s is named with its place', (_, line, expected) => {
    expect(fault(`sources:\n  t:\n    type: s3\n    ${line}\n    bucket: b\n`)).toContain(`c.yml:${expected}`);
  });

  test('a window of one day is one', () => {
    expect(fault('sources:\n  t: {type: s3, bucket: b, since: 2026-11-01, until: 2026-11-01}\n')).toBe('no error');
  });

  test('a password in a URL is warned about, one from the environment is not', () => {
    const text = (word: string): string =>
      `opensearch: {url: "https://u:${word}@h"}\nsources:\n  q: {type: sqs, queue: q, proxy: "http://p:${word}@proxy"}\n`;
    const { warnings } = parseConfig(text('hunter2'), 'c.yml', {});
    expect(warnings.map((warning) => warning.replace(/:.*/s, ''))).toHaveLength(2);
    expect(warnings.join()).not.toContain('hunter2');
    expect(parseConfig(text('${PW}'), 'c.yml', { PW: 'x' }).warnings).toEqual([]);
  });

  test.each([
    ['a password that YAML takes for a number', 'opensearch: {username: u, password: 31337}'],
    ['a list of secret keys', 'sources:\n  t: {type: s3, bucket: b, credentials: {secretAccessKey: [31337]}}'],
    ['a URL with a password', 'opensearch: {url: "ftp://u:31337@h"}'],
    ['a URL without a scheme', 'opensearch:\n  url: u:31337@h'],
    ['a proxy without a scheme', 'sources:\n  t: {type: s3, bucket: b, proxy: "u:31337@proxy"}'],
    ['an alias of nothing', 'opensearch:\n  username: u\n  password: *31337'],
    ['a reference in the wrong place', 'index: {shards: "${SECRET}"}'],
    ['a reference in an enumeration', 'index: {period: "${SECRET}"}'],
  ])('an error about %s does not repeat it', (_, text) => {
    const said = fault(text, { SECRET: '31337' });
    expect(said).toMatch(/c\.yml:\d+:\d+ /);
    expect(said).not.toContain('31337');
  });

  test('a secret in the file is warned about without repeating it', () => {
    const { warnings } = parseConfig(
      'opensearch:\n  url: https://h\n  username: u\n  password: hunter2\n',
      'c.yml',
      {},
    );
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('c.yml:4:13 password stands in the file');
    expect(warnings[0]).not.toContain('hunter2');
  });
});
