/** The saved objects to verify: ours, or a file of the user's. */
import { readdirSync, readFileSync } from 'node:fs';
import { Bundle, BundleError, readBundle, type BundleOptions } from '../content/bundle.ts';
import { Refusal } from '../content/compile/request/types.ts';
import type { IndexPattern } from '../content/index-pattern.ts';
import { shipped } from '../content/root.ts';
import { AppError } from '../errors.ts';
import { names } from '../names.ts';

export type Load = Pick<BundleOptions, 'fieldsOf'> & { readonly alias: string | undefined };

/** Every file of ours, one bundle each; a later one may refer to what an earlier one has. */
export function shippedBundles({ alias, fieldsOf }: Load): Bundle[] {
  const folder = shipped('dashboards', 'generated');
  const files = readdirSync(folder).filter((name) => name.endsWith('.ndjson'));
  const bundles: Bundle[] = [];
  // By their names without the ending: the core bundle comes before those named after it.
  for (const stem of files.map((file) => file.slice(0, -'.ndjson'.length)).sort()) {
    const file = `${stem}.ndjson`;
    const fallback = bundles.at(-1);
    bundles.push(
      read(`${folder}/${file}`, { ...options(alias, fieldsOf), ...(fallback === undefined ? {} : { fallback }) }),
    );
  }
  return bundles;
}

/** An exported ndjson. What it refers to and does not have may be one of our objects (see `shippedBundles`). */
export function userBundle(file: string, load: Load, ours: readonly Bundle[]): Bundle {
  const fallback = ours.at(-1);
  return read(file, { ...options(load.alias, load.fieldsOf), ...(fallback === undefined ? {} : { fallback }) });
}

/** Titles of index patterns that came without their fields. */
export function patternsWithoutFields(bundles: readonly Bundle[]): string[] {
  const patterns = bundles.flatMap((bundle) => readablePatterns(bundle));
  return [...new Set(patterns.filter(({ guessFields }) => guessFields === true).map(({ title }) => title))];
}

/** A broken one is told by the panels that stand on it. */
export function readablePatterns(bundle: Bundle): IndexPattern[] {
  return bundle.ids('index-pattern').flatMap((id) => readable(() => bundle.indexPattern(id)));
}

/** The object, where it can be read. */
export function readable<T>(read: () => T): T[] {
  try {
    return [read()];
  } catch (error) {
    if (error instanceof Refusal) return [];
    throw error;
  }
}

/** With another alias, our names stand for those of that install. */
function options(alias: string | undefined, fieldsOf: BundleOptions['fieldsOf']): BundleOptions {
  const ours = names();
  const theirs = names(alias);
  const renamed = new Map([
    [ours.alias, theirs.alias],
    [ours.ledger, theirs.ledger],
    [ours.deadLetters, theirs.deadLetters],
  ]);
  return { indexOf: (title) => renamed.get(title) ?? title, ...(fieldsOf === undefined ? {} : { fieldsOf }) };
}

function read(path: string, options: BundleOptions): Bundle {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new AppError('CONFIG', `Cannot read ${path}.`, { cause });
  }
  try {
    return readBundle(text, options);
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
    throw new AppError('CONFIG', `${path}: ${error.message}`, {
      cause: error,
      hint: 'The file must be an export of saved objects: one JSON object a line.',
    });
  }
}
