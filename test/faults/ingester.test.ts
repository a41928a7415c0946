import { STAGES, ingesterFaults, type Stage } from './suites/ingester.ts';

ingesterFaults({ kills: 25, stages: Object.keys(STAGES) as Stage[] });
