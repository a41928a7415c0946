import { clockFaults } from '../faults/suites/clock.ts';

clockFaults();
