import { describe, expect, test } from '@jest/globals';
import { compileFilter } from '../../../src/ingest/filter.ts';

const event = { time: 1000, account: '123456789012', region: 'eu-west-1' };

describe('filter', () => {
  test('no filter keeps every event', () => {
    expect(compileFilter({})({ time: 0, account: undefined, region: undefined })).toBe(true);
  });

  test('since is inclusive and until is exclusive', () => {
    expect(compileFilter({ since: 1000 })(event)).toBe(true);
    expect(compileFilter({ until: 1000 })(event)).toBe(false);
  });

  test('an event without an account does not pass an account filter', () => {
    const keep = compileFilter({ accounts: ['123456789012'] });
    expect(keep(event)).toBe(true);
    expect(keep({ ...event, account: undefined })).toBe(false);
  });

  test('all given filters must hold', () => {
    expect(compileFilter({ accounts: ['123456789012'], regions: ['us-east-1'] })(event)).toBe(false);
  });
});
