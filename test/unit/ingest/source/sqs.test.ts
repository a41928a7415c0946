import { describe, expect, test } from '@jest/globals';
import { retryPauseS } from '../../../../src/ingest/source/sqs.ts';

describe('a message that failed', () => {
  test('is shown again after a pause that doubles with each receive', () => {
    expect([1, 2, 3, 4].map((receives) => retryPauseS(receives, true, 30))).toEqual([30, 60, 120, 240]);
  });

  test('is never hidden for longer than SQS allows', () => {
    expect(retryPauseS(1000, true, 30)).toBe(11 * 3600);
  });

  test('cannot loop hot where no dead-letter queue takes it away', () => {
    expect([4, 5, 6].map((receives) => retryPauseS(receives, false, 30))).toEqual([240, 3600, 3600]);
    expect(retryPauseS(9, false, 30)).toBe(30 * 2 ** 8);
  });
});
