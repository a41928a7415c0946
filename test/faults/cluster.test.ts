import { clusterFaults } from './suites/cluster.ts';

clusterFaults({ refusalS: 60, hang: 'for-ever', kills: 5 });
