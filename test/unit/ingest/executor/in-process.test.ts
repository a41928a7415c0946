import { describe } from '@jest/globals';
import { inProcessExecutor } from '../../../../src/ingest/executor/in-process.ts';
import { executorContract } from '../../../contract/executor.contract.ts';

describe('the executor in process', () => {
  executorContract(() => inProcessExecutor());
});
