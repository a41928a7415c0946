import type { Mapping } from '../content/compile/field.ts';

/** The ledger and the dead letters: small indices of their own, never rolled over. */
export const LEDGER: { readonly mapping: Mapping; readonly settings: object } = {
  mapping: { dynamic: false },
  settings: { number_of_shards: 1 },
};

export const DEAD_LETTERS: { readonly mapping: Mapping; readonly settings: object } = {
  mapping: { dynamic: false },
  settings: { number_of_shards: 1 },
};
