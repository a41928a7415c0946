import type { Mapping } from '../content/compile/field.ts';
import { DEAD_LETTER_MAPPING } from '../ingest/dead-letter/mapping.ts';
import { LEDGER_MAPPING } from '../ingest/ledger/mapping.ts';

/** The ledger and the dead letters: small indices of their own, never rolled over. */
export const LEDGER: { readonly mapping: Mapping; readonly settings: object } = {
  mapping: LEDGER_MAPPING,
  settings: { number_of_shards: 1 },
};

export const DEAD_LETTERS: { readonly mapping: Mapping; readonly settings: object } = {
  mapping: DEAD_LETTER_MAPPING,
  settings: { number_of_shards: 1 },
};
