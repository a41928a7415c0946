import { describe, expect, test } from '@jest/globals';
import { CommanderError } from 'commander';
import { registerExplore } from '../../../src/commands/explore.ts';
import { registerIngest } from '../../../src/commands/ingest.ts';
import { accountIds, classUids, words } from '../../../src/commands/options.ts';
import { runCommand } from '../../support/commands.ts';

describe('the filters of the command line', () => {
  test('may be repeated, and take several words with commas between them', () => {
    expect(accountIds('444455556666, 777788889999', accountIds('111122223333'))).toEqual([
      '111122223333',
      '444455556666',
      '777788889999',
    ]);
    expect(words('Delete*,ConsoleLogin')).toEqual(['Delete*', 'ConsoleLogin']);
    expect(classUids('3002,6003')).toEqual(['3002', '6003']);
  });

  test.each([
    ['an account id', registerIngest, ['ingest', '.', '--account', '1111'], 'An account id has twelve digits.'],
    ['one account id of two', registerExplore, ['explore', '.', '--account', '111122223333,4'], 'has twelve digits.'],
    ['a class', registerIngest, ['ingest', '.', '--class', 'abc'], 'A class is a number, such as 3002.'],
    ['a class to leave out', registerIngest, ['ingest', '.', '--exclude-class', '3002.5'], 'A class is a number'],
    ['a category', registerIngest, ['ingest', '.', '--category', 'data,x'], 'One of management, data'],
    ['no region', registerIngest, ['ingest', '.', '--region', 'eu-west-1,'], 'A word, or several'],
  ])('%s that is none is refused, with what was expected', async (_, register, args, expected) => {
    const refused = runCommand(register, ...args);
    await expect(refused).rejects.toThrow(CommanderError);
    await expect(refused).rejects.toThrow(expected);
  });
});
