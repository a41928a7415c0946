import { describe, expect, test } from '@jest/globals';
import { inProcessExecutor } from '../../../../src/ingest/executor/in-process.ts';
import { executorContract, runAll } from '../../../contract/executor.contract.ts';
import { objectOf } from '../../../support/objects.ts';
import { record } from '../../../support/records.ts';

describe('the executor in process', () => {
  executorContract(() => inProcessExecutor());
});

test('a fault that nobody foresaw is the fault of its object, behind what came before it', async () => {
  let calls = 0;
  const executor = inProcessExecutor(() => () => {
    calls += 1;
    if (calls === 3) throw new TypeError('a bug');
    return { kind: 'document', id: `id-${calls}`, index: 'x', source: '{}' };
  });
  const { batches, error } = await runAll(executor, objectOf(`${JSON.stringify(record())}\n`.repeat(5)));
  expect(batches).toMatchObject([{ read: 2 }]);
  expect(error).toMatchObject({ name: 'ObjectError', code: 'OBJECT_READ', permanent: true });
  expect((error as Error).message).toMatch(/unexpectedly: TypeError: a bug/);
});
