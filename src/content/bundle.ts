/**
 * Saved objects of OpenSearch Dashboards, ours or a user's export, with their JSON strings read and their references
 * resolved. Runs in browsers.
 *
 *   const bundle = readBundle(ndjson, { fallback?, fieldsOf? })
 *   bundle.ids('dashboard')     ids of a type, in the order of the file; .title(type, id); .has(type, id); .objects
 *   bundle.visualization(id) / .search(id) / .indexPattern(id) / .dashboard(id) / .query(id)
 *
 * A file that is no ndjson of saved objects throws `BundleError` with the line. A single broken object does not: asking
 * for it throws `Refusal` with what OpenSearch Dashboards would say, and the others stay usable.
 */
import { readDashboard, readIndexPattern, readQuery, readSearch, readVisualization } from './bundle/read.ts';
import type { Dashboard, RawObject, SavedQuery, SavedSearch, Visualization } from './bundle/types.ts';
import { Refusal } from './compile/request/types.ts';
import type { Field, IndexPattern } from './index-pattern.ts';

export type { Dashboard, DashboardPanel, RawObject, SavedQuery, SavedSearch, Visualization } from './bundle/types.ts';

/** The file is not what it should be. `line` counts from 1. */
export class BundleError extends Error {
  readonly line: number;

  constructor(line: number, message: string) {
    super(`line ${line}: ${message}`);
    this.name = 'BundleError';
    this.line = line;
  }
}

export interface BundleOptions {
  /** Where objects that the file refers to and does not have are looked for: our own bundle, already installed. */
  readonly fallback?: Bundle;
  /**
   * The fields of an index pattern that was saved without its list, by its title. Default: none are known, and any
   * name is taken for a field.
   */
  readonly fieldsOf?: (title: string) => readonly Field[] | undefined;
  /** The index expression to ask instead of an index pattern's title, where the install uses other names. */
  readonly indexOf?: (title: string) => string;
}

export function readBundle(ndjson: string, options: BundleOptions = {}): Bundle {
  const objects = new Map<string, RawObject>();
  const lines = new Map<string, number>();
  ndjson.split('\n').forEach((line, i) => {
    const object = readLine(line, i + 1);
    if (object === undefined) return;
    const key = `${object.type}:${object.id}`;
    const first = lines.get(key);
    if (first !== undefined) throw new BundleError(i + 1, `${key} is in the file twice, first on line ${first}`);
    lines.set(key, i + 1);
    objects.set(key, object);
  });
  return new Bundle(objects, options);
}

export class Bundle {
  readonly #objects: ReadonlyMap<string, RawObject>;
  readonly #options: BundleOptions;
  readonly #read = new Map<string, unknown>();

  constructor(objects: ReadonlyMap<string, RawObject>, options: BundleOptions = {}) {
    this.#objects = objects;
    this.#options = options;
  }

  /** As they stand in the file. */
  get objects(): readonly RawObject[] {
    return [...this.#objects.values()];
  }

  /** Ids in the order of the file. */
  ids(type: string): string[] {
    return this.objects.filter((object) => object.type === type).map(({ id }) => id);
  }

  has(type: string, id: string): boolean {
    return this.#objects.has(`${type}:${id}`) || (this.#options.fallback?.has(type, id) ?? false);
  }

  /** The title of any object, its id where it has none. */
  title(type: string, id: string): string {
    const object = this.#objects.get(`${type}:${id}`);
    const { fallback } = this.#options;
    if (object === undefined && fallback !== undefined) return fallback.title(type, id);
    const title = object?.attributes['title'];
    return typeof title === 'string' && title !== '' ? title : id;
  }

  indexPattern(id: string): IndexPattern {
    return this.#get('index-pattern', id, (object) => {
      const { fieldsOf, indexOf } = this.#options;
      const saved = readIndexPattern(object);
      const pattern = { ...saved, title: indexOf?.(saved.title) ?? saved.title };
      if (pattern.fields.length > 0) return pattern;
      const fields = fieldsOf?.(pattern.title);
      return fields === undefined ? { ...pattern, guessFields: true } : { ...pattern, fields };
    });
  }

  visualization(id: string): Visualization {
    return this.#get('visualization', id, readVisualization);
  }

  search(id: string): SavedSearch {
    return this.#get('search', id, readSearch);
  }

  dashboard(id: string): Dashboard {
    return this.#get('dashboard', id, readDashboard);
  }

  query(id: string): SavedQuery {
    return this.#get('query', id, readQuery);
  }

  #get<T>(type: string, id: string, read: (object: RawObject) => T): T {
    const key = `${type}:${id}`;
    const known = this.#read.get(key);
    if (known !== undefined) return known as T;
    const object = this.#objects.get(key);
    if (object === undefined) {
      const { fallback } = this.#options;
      if (fallback === undefined) throw new Refusal(`Could not locate that ${type} (id: ${id})`);
      return fallback.#get(type, id, read);
    }
    const value = readWhole(object, read);
    this.#read.set(key, value);
    return value;
  }
}

/** What is inside a saved object is not checked before: it may hold anything. */
function readWhole<T>(object: RawObject, read: (object: RawObject) => T): T {
  try {
    return read(object);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new Refusal(`The ${object.type} (id: ${object.id}) is not saved as it should be: ${why}`);
  }
}

function isReference(value: unknown): value is RawObject['references'][number] {
  if (value === null || typeof value !== 'object') return false;
  const { name, type, id } = value as Partial<Record<string, unknown>>;
  return typeof name === 'string' && typeof type === 'string' && typeof id === 'string';
}

function readLine(line: string, number: number): RawObject | undefined {
  const text = line.trim();
  if (text === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new BundleError(number, `not JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw new BundleError(number, 'not an object');
  // The summary that ends an export.
  if ('exportedCount' in value) return undefined;
  const { type, id, attributes, references, migrationVersion } = value as Partial<Record<string, unknown>>;
  if (typeof type !== 'string' || typeof id !== 'string') {
    throw new BundleError(number, 'not a saved object: it has no type and id');
  }
  if (attributes === null || typeof attributes !== 'object') {
    throw new BundleError(number, `${type}:${id} has no attributes`);
  }
  const list = Array.isArray(references) ? references.filter(isReference) : [];
  const versions = migrationVersion as RawObject['migrationVersion'];
  return {
    type,
    id,
    attributes: attributes as RawObject['attributes'],
    references: list,
    ...(versions === undefined ? {} : { migrationVersion: versions }),
  };
}
