/** Variables by name, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The one rule of precedence: flag, environment, configuration file, default, in the order given.
 * An empty variable counts as unset, because that is how shells and compose files unset one.
 */
export function firstOf<T>(...candidates: readonly (T | undefined)[]): T | undefined {
  return candidates.find((value) => value !== undefined && value !== '');
}
