/**
 * Keeps the server from ever seeing what no mapping survives. What the index mapping expects is generated from
 * `mappings/fields.yml` (`MAPPED_PATHS`); below, "unknown" is an attribute that is not in it and so is stored, not indexed.
 *
 * - A value of the wrong kind is converted where nothing is lost (`"3"` for a number, an object for a text: its JSON),
 *   else it moves to `unmapped` under its path; an address that is none becomes the endpoint's `domain`.
 * - An unknown attribute nested deeper than 100 objects or 20 arrays becomes its JSON text.
 * - An unknown attribute with a name that the server refuses (empty, dotted, a metadata field, endless) moves to `unmapped`.
 * - `unmapped` is a flat object of strings; entries over 8 KiB move to its sibling `unmapped_large`, which is not indexed.
 *
 * Measured on OpenSearch 3.8.0: the server refuses documents deeper than 1,000, arrays directly in arrays deeper than 20,
 * names over 50,000 characters or with half a surrogate pair, and `flat_object` paths and values over 32,766 bytes.
 */
import { MAPPED_PATHS } from '../generated/mapped-paths.ts';
import { EXPECTED } from './map/expected.ts';
import { flatten, type Flat } from './map/flat.ts';
import { isIp } from './map/ip.ts';
import { isObject, toJson, type JsonObject } from './map/json.ts';
import { parseInstant, toIso } from './map/time.ts';
import { asList, MAX_NAME, plain, unwrap, wellFormedNames } from './plain.ts';
import { fitUnmapped } from './fit-unmapped.ts';

type Kind = (typeof MAPPED_PATHS)[string];

interface Node {
  readonly kind: Kind;
  /** Whether OCSF has a list here. */
  readonly list: boolean;
  readonly members: Map<string, Node>;
}

const ROOT = tree();
/** The value cannot stay where it is. */
const MISFIT = Symbol('misfit');

/**
 * Makes an event that was read from anywhere fit the index mapping, in place. Bigints and Dates become JSON values, lists
 * that Parquet wraps are unwrapped, nulls, empty objects and structs of nothing but nulls are dropped.
 */
export function fit(event: JsonObject): JsonObject {
  const aside: Flat = {};
  fitMembers(event, ROOT, '', 0, aside);
  fitUnmapped(event, aside);
  return event;
}

/** JSON text of an event, without names that the server's parser refuses. */
export function encode(event: JsonObject): string {
  const source = JSON.stringify(event);
  // Half a pair is escaped by JSON.stringify; in a value it does no harm.
  return source.includes('\\ud') ? JSON.stringify(wellFormedNames(event)) : source;
}

/** Whether anything is left of the object. */
function fitMembers(members: JsonObject, node: Node, path: string, depth: number, aside: Flat): boolean {
  let left = false;
  for (const key in members) {
    const value = members[key];
    if (value === null || value === undefined) {
      members[key] = undefined;
      continue;
    }
    const member = node.members.get(key);
    if (member?.kind === 'flat_object') {
      left = true;
      continue;
    }
    const fitted =
      member === undefined
        ? isBadName(key, depth)
          ? MISFIT
          : plain(value, depth + 1, 0)
        : fitValue(value, member, path + key, depth + 1, aside);
    if (fitted === MISFIT) {
      if (member?.kind === 'ip' && toDomain(members, value)) left = true;
      else flatten(aside, path + key, value);
      members[key] = undefined;
    } else {
      if (fitted !== value) members[key] = fitted;
      if (fitted !== undefined) left = true;
    }
  }
  return left;
}

/** The value as the mapping takes it; undefined when nothing is left of it. */
function fitValue(value: unknown, node: Node, path: string, depth: number, aside: Flat): unknown {
  const list = typeof value === 'object' ? asList(value) : undefined;
  if (list !== undefined) return fitList(list, node, path, depth, aside);
  return node.list ? fitList([value], node, path, depth, aside) : fitOne(value, node, path, depth, aside);
}

function fitOne(value: unknown, node: Node, path: string, depth: number, aside: Flat): unknown {
  const { kind } = node;
  if (typeof value === 'string' && (kind === 'keyword' || kind === 'text')) return value;
  if (!isObject(value)) return fitScalar(value, kind, path.endsWith('_dt'));
  if (kind === 'object') return fitMembers(value, node, `${path}.`, depth, aside) ? value : undefined;
  return kind === 'keyword' || kind === 'text' ? toJson(value) : MISFIT;
}

function fitScalar(value: unknown, kind: Kind, iso: boolean): unknown {
  switch (kind) {
    case 'keyword':
    case 'text':
      return value instanceof Date ? (value.toJSON() ?? undefined) : String(value);
    case 'integer':
    case 'long':
      return fitNumber(value, kind === 'integer' ? 2 ** 31 - 1 : Number.MAX_SAFE_INTEGER);
    case 'boolean':
      return typeof value === 'boolean' ? value : value === 'true' ? true : value === 'false' ? false : MISFIT;
    case 'ip':
      return typeof value === 'string' && isIp(value) ? value : MISFIT;
    case 'date': {
      const instant = parseInstant(value);
      if (instant === undefined) return MISFIT;
      if (!iso) return instant;
      return typeof value === 'string' && value.endsWith('Z') && value.length <= 30 && value[10] === 'T'
        ? value
        : toIso(instant);
    }
    default:
      return MISFIT;
  }
}

function fitNumber(value: unknown, limit: number): unknown {
  const number =
    typeof value === 'number'
      ? value
      : typeof value === 'bigint' || (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value))
        ? Number(value)
        : NaN;
  return Math.abs(number) <= limit ? number : MISFIT;
}

/** Elements that do not fit move aside. Where OCSF has one value, the first stays: an event has one actor, one cloud, one call. */
function fitList(list: readonly unknown[], node: Node, path: string, depth: number, aside: Flat): unknown {
  const kept: unknown[] = [];
  for (const item of list) {
    if (item === null || item === undefined) continue;
    const element = unwrap(item, 'element');
    const fits = !Array.isArray(element) && (node.list || kept.length === 0);
    const fitted = fits ? fitOne(element, node, path, depth, aside) : MISFIT;
    if (fitted === MISFIT) flatten(aside, `${path}[]`, element);
    else if (fitted !== undefined) kept.push(fitted);
  }
  if (kept.length === 0) return undefined;
  return node.list ? kept : kept[0];
}

/** What is no address names the endpoint in another way. */
function toDomain(endpoint: JsonObject, value: unknown): boolean {
  if (typeof value !== 'string') return false;
  if (endpoint['domain'] !== undefined && endpoint['domain'] !== null && endpoint['domain'] !== '') return false;
  endpoint['domain'] = value;
  return true;
}

function isBadName(name: string, depth: number): boolean {
  return name === '' || name.length > MAX_NAME || name.includes('.') || (depth === 0 && name.startsWith('_'));
}

/** OCSF attributes that are lists, among those the mapping knows. */
export function isList(path: string): boolean {
  return /(^|\.)(resources|observables|enrichments|groups|authorizations|profiles|labels|types|intermediate_ips|x_forwarded_for)$/.test(
    path,
  );
}

function tree(): Node {
  const root: Node = { kind: 'object', list: false, members: new Map() };
  // Parents come before their members in both.
  for (const [path, kind] of Object.entries({ ...EXPECTED, ...MAPPED_PATHS })) {
    let at = root;
    const names = path.split('.');
    for (const name of names.slice(0, -1)) at = at.members.get(name) ?? root;
    at.members.set(names.at(-1)!, { kind, list: isList(path), members: new Map() });
  }
  return root;
}
