import { sourceFaults } from '../faults/suites/sources.ts';

// The seeded share of `npm run test:faults` that every test run has.
sourceFaults({ objects: 24, perObject: 20 });
