import { clockFaults } from './suites/clock.ts';

clockFaults();
