import { fuzz } from './suites/fuzz.ts';

/** FUZZ_SEED repeats what failed. */
fuzz({ runs: 20_000, seed: Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31) });
