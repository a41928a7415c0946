import base from './jest.config.js';

/** `npm run test:faults`: long, and one after the other, because times and memory are looked at. */
export default {
  ...base,
  testMatch: ['<rootDir>/test/faults/**/*.test.ts'],
  testPathIgnorePatterns: [],
  maxWorkers: 1,
  reporters: ['default', '<rootDir>/test/support/faults/table-reporter.js', '<rootDir>/test/support/count-reporter.js'],
};
