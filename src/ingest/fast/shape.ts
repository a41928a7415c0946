import { EXPECTED } from '../map/expected.ts';
import { MAPPED_PATHS } from '../../generated/mapped-paths.ts';
import { isList } from '../encode.ts';

/**
 * What a value must be so that it can stay as it is. `instant` is an ISO 8601 text, `epoch` a time in milliseconds, `scalar` any
 * text, whole number or truth of an attribute that is not indexed; `refused` is for whatever has to be looked at closely.
 */
export type ValueKind =
  'text' | 'number' | 'boolean' | 'ip' | 'instant' | 'epoch' | 'object' | 'scalar' | 'unmapped' | 'refused';

/** Names that are learned in one object, before all learned ones are forgotten. */
export const MAX_NAMES = 2048;

/** A member of an object, and where it was met last. */
export class Member {
  readonly name: string;
  readonly kind: ValueKind;
  readonly list: boolean;
  /** The name in its quotes. */
  readonly key: Uint8Array;
  readonly shape: Shape | undefined;
  /** Most digits of a number. */
  readonly digits: number;
  /** What followed it last. */
  next: Member | undefined;
  /** Numbers of the line and of the object that had it last. */
  line = -1;
  object = -1;
  /** Where its value was. */
  from = 0;
  to = 0;
  /** The day of its last instant, as yyyymmdd, and when that began. */
  day = NaN;
  dayMs = NaN;

  constructor(name: string, kind: ValueKind, list: boolean, shape?: Shape, digits = 9) {
    this.name = name;
    this.kind = kind;
    this.list = list;
    this.key = Buffer.from(`"${name}"`, 'latin1');
    this.shape = shape;
    this.digits = digits;
  }
}

/** An object's members by name; those that the mapping does not know are learned as they come. */
export class Shape {
  readonly path: string;
  readonly members = new Map<string, Member>();
  /** Stands before the first member. */
  readonly first = new Member('', 'refused', false);
  /** Behind its last opening brace. */
  open = 0;
  #known: readonly Member[] = [];

  constructor(path: string) {
    this.path = path;
  }

  /** The member with this path below here; it must be known. */
  member(path: string): Member {
    const [name = '', ...rest] = path.split('.');
    const found = this.members.get(name);
    if (found === undefined) throw new Error(`the mapping has no ${this.path}${path}`);
    return rest.length === 0 ? found : found.shape!.member(rest.join('.'));
  }

  /** Adds a member that stays. */
  add(member: Member): void {
    this.members.set(member.name, member);
    this.#known = [...this.#known, member];
  }

  forget(): void {
    this.members.clear();
    this.first.next = undefined;
    for (const member of this.#known) {
      member.next = undefined;
      this.members.set(member.name, member);
    }
  }
}

/**
 * Names under which older and newer versions of OCSF have what 1.1.0 has elsewhere, wrappers of lists, and partition columns:
 * `normalise` and `fit` look at them.
 */
const LOOKED_AT = new Set(
  `mfa account_uid account_name account_type org_uid uuid programmatic_credentials policies app_name created_time
   array list bag element key_value entries accountid account_id region unmapped_large`.split(/\s+/),
);

/** What is to be done with a member that the mapping does not know. */
export function kindOfUnknown(name: string, { path }: Shape): ValueKind {
  if (path === 'unmapped.')
    return /^(_|requestParameters\.|responseElements\.|eventType$)/.test(name) ? 'refused' : 'unmapped';
  return /^[A-Za-z][A-Za-z0-9_]{0,99}$/.test(name) && !LOOKED_AT.has(name) ? 'scalar' : 'refused';
}

/** The shape of an event whose values all fit the mapping. */
export function eventShape(): Shape {
  const root = new Shape('');
  // Parents come before their members in both.
  for (const [path, type] of Object.entries({ ...EXPECTED, ...MAPPED_PATHS })) {
    const parent = path.includes('.') ? root.member(path.slice(0, path.lastIndexOf('.'))).shape! : root;
    const name = path.slice(path.lastIndexOf('.') + 1);
    const list = isList(path);
    const shape = type === 'object' || type === 'flat_object' ? new Shape(`${path}.`) : undefined;
    parent.add(new Member(name, kindOf(path, type, list), list, shape, type === 'long' ? 15 : 9));
  }
  const unmapped = root.member('unmapped').shape!;
  for (const name of ['recipientAccountId', 'sharedEventID']) unmapped.add(new Member(name, 'unmapped', false));
  return root;
}

function kindOf(path: string, type: (typeof MAPPED_PATHS)[string], list: boolean): ValueKind {
  switch (type) {
    case 'keyword':
    case 'text':
      return 'text';
    case 'integer':
    case 'long':
      return 'number';
    case 'boolean':
    case 'ip':
    case 'object':
      return type;
    case 'flat_object':
      return path === 'unmapped' && !list ? 'object' : 'refused';
    case 'date':
      return path.endsWith('_dt') ? 'instant' : path === 'time' ? 'epoch' : 'refused';
    default:
      return 'refused';
  }
}
