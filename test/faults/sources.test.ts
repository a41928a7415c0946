import { sourceFaults } from './suites/sources.ts';

sourceFaults({ objects: 300, perObject: 50 });
