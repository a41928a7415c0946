import type { Period } from './ingest/ports.ts';

export const DEFAULT_ALIAS = 'logs-cloudtrail';

/** Every name this package uses in a cluster, from the alias; with another alias nothing collides with the default install. */
export interface Names {
  readonly alias: string;
  /** Index names are this plus the period of the event's time. */
  readonly indexPrefix: string;
  readonly indexPattern: string;
  readonly indexTemplate: string;
  readonly mappingsComponent: string;
  readonly settingsComponent: string;
  readonly ledger: string;
  readonly ledgerTemplate: string;
  readonly deadLetters: string;
  readonly deadLettersTemplate: string;
}

export function names(alias: string = DEFAULT_ALIAS): Names {
  // The default's ledger has the product's own name; other aliases carry theirs, so that two installs never share a ledger.
  const own = alias === DEFAULT_ALIAS ? 'ocsf-cloudtrail' : `ocsf-cloudtrail-${alias}`;
  return {
    alias,
    indexPrefix: `${alias}-ocsf-`,
    indexPattern: `${alias}-ocsf-*`,
    indexTemplate: `${alias}-ocsf`,
    mappingsComponent: `${alias}-ocsf-mappings`,
    settingsComponent: `${alias}-ocsf-settings`,
    ledger: `${own}-ledger`,
    ledgerTemplate: `${own}-ledger`,
    deadLetters: `${own}-dead-letters`,
    deadLettersTemplate: `${own}-dead-letters`,
  };
}

/** What a person is told to call an index that was made anew with other types; its old name becomes an alias. */
export function reindexedName(index: string): string {
  return `${index}-v2`;
}

/** The name before that, however often it was made anew. */
function originalName(index: string): string {
  return index.replace(/(-v\d+)+$/, '');
}

/** The period suffix of an instant (epoch ms, UTC): `2026`, `2026.11` or `2026.11.21`. */
export function periodOf(time: number, period: Period): string {
  const iso = new Date(time).toISOString();
  const length = period === 'year' ? 4 : period === 'month' ? 7 : 10;
  return iso.slice(0, length).replaceAll('-', '.');
}

/** The period that an event index holds, by its name, and when that ends (epoch ms, UTC); undefined when it is named otherwise. */
export function heldPeriod({ indexPrefix }: Names, index: string): { period: Period; end: number } | undefined {
  if (!index.startsWith(indexPrefix)) return undefined;
  const suffix = originalName(index).slice(indexPrefix.length);
  const [, year, month, day] = /^(\d{4})(?:\.(\d{2})(?:\.(\d{2}))?)?$/.exec(suffix) ?? [];
  if (year === undefined) return undefined;
  const period = day !== undefined ? 'day' : month !== undefined ? 'month' : 'year';
  const start = Date.UTC(Number(year), Number(month ?? 1) - 1, Number(day ?? 1));
  if (periodOf(start, period) !== suffix) return undefined;
  if (period === 'day') return { period, end: start + 86_400_000 };
  return {
    period,
    end: period === 'month' ? Date.UTC(Number(year), Number(month), 1) : Date.UTC(Number(year) + 1, 0, 1),
  };
}
