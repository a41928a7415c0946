import type { Reference, SavedObject } from '../compile/saved-object.ts';
import { finding, type Finding } from './finding.ts';

/** Attributes that the mapping of the saved-objects index allows; any other makes the import of the object fail. */
const ATTRIBUTES: Readonly<Record<SavedObject['type'], readonly string[]>> = {
  'index-pattern': ['title', 'timeFieldName', 'fields', 'fieldFormatMap', 'sourceFilters', 'typeMeta', 'type'],
  search: ['title', 'description', 'hits', 'columns', 'sort', 'version', 'kibanaSavedObjectMeta'],
  visualization: [
    'title',
    'description',
    'version',
    'visState',
    'uiStateJSON',
    'savedSearchRefName',
    'kibanaSavedObjectMeta',
  ],
  dashboard: [
    'title',
    'description',
    'hits',
    'version',
    'panelsJSON',
    'optionsJSON',
    'timeRestore',
    'timeFrom',
    'timeTo',
    'refreshInterval',
    'kibanaSavedObjectMeta',
  ],
  query: ['title', 'description', 'query', 'filters', 'timefilter'],
};

const JSON_ATTRIBUTES = ['visState', 'uiStateJSON', 'panelsJSON', 'optionsJSON', 'fields', 'fieldFormatMap'];
const MIGRATION_VERSIONS: Readonly<Record<string, string | undefined>> = {
  'index-pattern': '7.6.0',
  visualization: '7.10.0',
  dashboard: '7.9.3',
  search: '7.9.3',
};

const nameOf = (object: Pick<SavedObject, 'type' | 'id'>): string => `${object.type}:${object.id}`;

/** The rules that need nothing but the saved objects of one bundle (C001–C005, C014). */
export function lintObjects(objects: readonly SavedObject[]): Finding[] {
  const known = new Set(objects.map(nameOf));
  const seen = new Set<string>();
  return objects.flatMap((object) => {
    const where = nameOf(object);
    const findings: Finding[] = [];
    if (seen.has(where)) findings.push(finding('C003', where, 'stands twice in the bundle'));
    seen.add(where);
    // An import with a data source splits ids at `_` and keeps a part.
    if (!/^[a-z0-9][a-z0-9-]*$/.test(object.id))
      findings.push(finding('C003', where, 'ids are lower-case letters, digits and dashes'));
    for (const { type, id, name } of object.references)
      if (!known.has(`${type}:${id}`))
        findings.push(finding('C001', where, `${name} refers to ${type}:${id}, which is not in the bundle`));
    return [
      ...findings,
      ...lintAttributes(object, where),
      ...lintReferenceNames(object, where),
      ...lintVersion(object, where),
      ...lintGrid(object, where),
    ];
  });
}

function lintAttributes({ type, attributes }: SavedObject, where: string): Finding[] {
  const findings: Finding[] = [];
  for (const [key, value] of Object.entries(attributes)) {
    if (!ATTRIBUTES[type].includes(key)) findings.push(finding('C004', where, `${key} is not an attribute of ${type}`));
    if (JSON_ATTRIBUTES.includes(key) && parse(value) === undefined)
      findings.push(finding('C004', where, `${key} is not a string of JSON`));
    if ((key === 'version' || key === 'hits') && !Number.isInteger(value))
      findings.push(finding('C004', where, `${key} is not a number`));
  }
  const title = attributes['title'];
  if (typeof title !== 'string' || title === '') findings.push(finding('C004', where, 'has no title'));
  if (type !== 'index-pattern' && typeof attributes['description'] !== 'string')
    findings.push(finding('C004', where, 'has no description'));
  if ((type === 'visualization' || type === 'search' || type === 'dashboard') && searchSource(attributes) === undefined)
    findings.push(finding('C004', where, 'kibanaSavedObjectMeta.searchSourceJSON is not a string of JSON'));
  return findings;
}

function lintReferenceNames(object: SavedObject, where: string): Finding[] {
  const used = new Set(usedReferenceNames(object));
  const declared = new Set(object.references.map(({ name }: Reference) => name));
  return [
    ...[...used]
      .filter((name) => !declared.has(name))
      .map((name) => finding('C002', where, `${name} is used but not in its references`)),
    ...[...declared]
      .filter((name) => !used.has(name))
      .map((name) => finding('C002', where, `${name} is in its references but not used`)),
  ];
}

function usedReferenceNames({ attributes }: SavedObject): string[] {
  const names: unknown[] = [attributes['savedSearchRefName']];
  const source = searchSource(attributes) as
    { indexRefName?: string; filter?: { meta?: { indexRefName?: string } }[] } | undefined;
  names.push(source?.indexRefName, ...(source?.filter ?? []).map((filter) => filter.meta?.indexRefName));
  const visState = parse(attributes['visState']) as
    { params?: { controls?: { indexPatternRefName?: string }[] } } | undefined;
  names.push(...(visState?.params?.controls ?? []).map((control) => control.indexPatternRefName));
  const panels = parse(attributes['panelsJSON']) as { panelRefName?: string }[] | undefined;
  names.push(...(panels ?? []).map((panel) => panel.panelRefName));
  return names.filter((name): name is string => typeof name === 'string');
}

function lintVersion({ type, migrationVersion }: SavedObject, where: string): Finding[] {
  const expected = MIGRATION_VERSIONS[type];
  const given = migrationVersion?.[type];
  if (given === expected) return [];
  return [finding('C005', where, `migrationVersion is ${given ?? 'absent'}; it must be ${expected ?? 'absent'}`)];
}

interface GridPanel {
  readonly panelIndex: string;
  readonly gridData: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
    readonly i: string;
  };
}

function lintGrid({ type, attributes }: SavedObject, where: string): Finding[] {
  if (type !== 'dashboard') return [];
  const panels = (parse(attributes['panelsJSON']) as GridPanel[] | undefined) ?? [];
  return panels.flatMap(({ panelIndex, gridData: a }, position) => {
    const findings: Finding[] = [];
    if (a.x < 0 || a.y < 0 || a.w < 1 || a.h < 1 || a.x + a.w > 48)
      findings.push(finding('C014', where, `panel ${panelIndex} is outside the 48 columns`));
    if (a.i !== panelIndex) findings.push(finding('C014', where, `panel ${panelIndex} has gridData.i ${a.i}`));
    for (const { panelIndex: other, gridData: b } of panels.slice(position + 1))
      if (a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h)
        findings.push(finding('C014', where, `panels ${panelIndex} and ${other} overlap`));
    return findings;
  });
}

function searchSource(attributes: SavedObject['attributes']): unknown {
  const meta = attributes['kibanaSavedObjectMeta'] as { searchSourceJSON?: unknown } | undefined;
  return parse(meta?.searchSourceJSON);
}

/** The value of a JSON string; undefined when it is none. */
function parse(text: unknown): unknown {
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
