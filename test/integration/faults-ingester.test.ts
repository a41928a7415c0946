import { ingesterFaults } from '../faults/suites/ingester.ts';

// The seeded share of `npm run test:faults` that every test run has.
ingesterFaults({ kills: 3, shared: 60, stages: ['listing', 'reading', 'bulk', 'settling'] });
