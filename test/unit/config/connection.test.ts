import { describe, expect, test } from '@jest/globals';
import { connectionFrom, dashboardsFrom } from '../../../src/config/connection.ts';
import { firstOf } from '../../../src/config/precedence.ts';

const url = 'http://127.0.0.1:9200';

describe('connectionFrom', () => {
  test('a flag beats the environment, which beats the file', () => {
    const environment = { OPENSEARCH_URL: 'http://env:9200', OPENSEARCH_USERNAME: 'env' };
    const file = { url: 'http://file:9200', username: 'file', ca: 'file.pem' };
    expect(connectionFrom({ opensearchUrl: 'http://flag:9200' }, environment, file)).toEqual({
      url: 'http://flag:9200',
      username: 'env',
      ca: 'file.pem',
      insecure: false,
    });
  });

  test('an empty variable counts as unset', () => {
    expect(connectionFrom({ opensearchUrl: url }, { OPENSEARCH_USERNAME: '' })).toEqual({ url, insecure: false });
    expect(firstOf('', undefined, 'x')).toBe('x');
  });

  test('without a cluster the message says how to name one', () => {
    expect(() => connectionFrom({}, {})).toThrow(expect.objectContaining({ code: 'CONFIG' }));
  });

  test('an address that is refused is shown without its password, whatever signs it has', () => {
    for (const address of ['ann:s3cret@host:9200', '//ann:s3cret@host'])
      expect(() => connectionFrom({ opensearchUrl: address }, {})).toThrow(/URL: host/);
    for (const word of ['s3cret', 's3/cr@et', 's3%cret'])
      expect(() => connectionFrom({ opensearchUrl: `http://ann:${word}@host:9200` }, {})).not.toThrow(/s3/);
    expect(() => connectionFrom({ opensearchUrl: 'http://ann:s3/cr@et@host' }, {})).toThrow('URL: http://host');
  });

  test.each(['localhost:9200', 'ftp://host', 'nonsense'])('%s is refused as an address', (bad) => {
    expect(() => connectionFrom({ opensearchUrl: bad }, {})).toThrow(/not an http\(s\) URL/);
  });

  test('credentials in the URL become credentials, and leave the URL', () => {
    const config = connectionFrom({ opensearchUrl: 'https://ann:p%40ss@host:9200/base/' }, {});
    expect(config).toEqual({ url: 'https://host:9200/base', username: 'ann', password: 'p@ss', insecure: false });
  });

  test('credentials in the URL rank where it was given: no file or variable replaces them for another host', () => {
    const environment = { OPENSEARCH_USERNAME: 'env', OPENSEARCH_PASSWORD: 'of-env' };
    const file = { url: 'https://file:9200', username: 'writer', password: 'of-file' };
    const flag = { opensearchUrl: 'https://ann:pw@other:9200' };
    expect(connectionFrom(flag, environment, file)).toMatchObject({ username: 'ann', password: 'pw' });
    expect(connectionFrom({ ...flag, username: 'bob' }, {}, file)).toMatchObject({ username: 'bob' });
    const inFile = { url: 'https://ann:pw@file:9200' };
    expect(connectionFrom({}, environment, inFile)).toMatchObject({ username: 'env', password: 'of-env' });
    expect(
      dashboardsFrom(
        { dashboardsUrl: 'https://ann:pw@osd' },
        { url, insecure: false },
        {
          DASHBOARDS_USERNAME: 'env',
          DASHBOARDS_PASSWORD: 'of-env',
        },
      ),
    ).toMatchObject({ username: 'ann', password: 'pw' });
  });

  test('a serverless collection is known by its host name', () => {
    const config = connectionFrom({ opensearchUrl: 'https://abc.us-east-1.aoss.amazonaws.com' }, {});
    expect(config.aws).toEqual({ region: 'us-east-1', service: 'aoss' });
  });

  test('signing is asked for by the file or a region, and a collection stays refused whatever they say', () => {
    const file = {
      url,
      aws: { region: 'eu-west-1', service: 'es', credentials: { profile: 'p', sessionName: 's' } },
    } as const;
    expect(connectionFrom({}, {}, file).aws).toEqual(file.aws);
    expect(connectionFrom({ opensearchAwsRegion: 'eu-west-2' }, {}, file).aws).toEqual({
      ...file.aws,
      region: 'eu-west-2',
    });
    expect(connectionFrom({}, { OPENSEARCH_URL: url, OPENSEARCH_AWS_REGION: 'eu-west-3' }).aws).toEqual({
      region: 'eu-west-3',
      service: 'es',
    });
    expect(connectionFrom({ opensearchUrl: 'https://abc.us-east-1.aoss.amazonaws.com' }, {}, file).aws?.service).toBe(
      'aoss',
    );
  });
});
