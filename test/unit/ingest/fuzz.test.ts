import { fuzz } from '../../faults/suites/fuzz.ts';

fuzz({ runs: 400, seed: 20_261_121 });
