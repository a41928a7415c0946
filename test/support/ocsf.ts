import { readFileSync } from 'node:fs';
import { shipped } from '../../src/content/root.ts';

interface Attribute {
  readonly type: string;
  readonly object_type?: string;
}
interface Extract {
  readonly classes: Readonly<Record<string, { attributes: Readonly<Record<string, Attribute>> }>>;
  readonly objects: Readonly<Record<string, { attributes: Readonly<Record<string, Attribute>> }>>;
  readonly types?: Readonly<Record<string, { type?: string }>>;
}

const read = (name: string) => JSON.parse(readFileSync(shipped('integration', 'ocsf', name), 'utf8')) as Extract;
const main = read('ocsf-1.1.0.json');
const other = read('ocsf-1.1.0-other-classes.json');

/** The OCSF 1.1.0 primitive type of an attribute path, in CloudTrail's classes or in the class named; undefined where there is none. */
export function ocsfType(path: string, inClass?: string): string | undefined {
  const objects = { ...main.objects, ...other.objects };
  const roots = inClass === undefined ? Object.values(main.classes) : [other.classes[inClass]];
  for (const root of roots) {
    let attributes = root?.attributes;
    let found: Attribute | undefined;
    for (const part of path.split('.')) {
      found = attributes?.[part];
      attributes = found?.object_type === undefined ? undefined : objects[found.object_type]?.attributes;
    }
    if (found !== undefined) return primitive(found);
  }
  return undefined;
}

function primitive({ type }: Attribute): string {
  const named = ['timestamp_t', 'datetime_t', 'ip_t', 'json_t', 'object_t'];
  return named.includes(type) ? type : (main.types?.[type]?.type ?? type);
}
