import { clusterFaults } from '../faults/suites/cluster.ts';

// The seeded share of `npm run test:faults` that every test run has.
clusterFaults({ refusalS: 2, hang: 'two-seconds', kills: 1 });
