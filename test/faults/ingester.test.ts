import { STAGES, ingesterFaults, type Stage } from './suites/ingester.ts';

ingesterFaults({ kills: 25, shared: 120, stages: Object.keys(STAGES) as Stage[] });
