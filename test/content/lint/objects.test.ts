import { describe, expect, test } from '@jest/globals';
import { savedObject, stableJson, type SavedObject } from '../../../src/content/compile/saved-object.ts';
import { lintObjects } from '../../../src/content/lint/objects.ts';

const INDEX = 'kibanaSavedObjectMeta.searchSourceJSON.index';

/** The smallest good bundle: an index pattern, a visualization on it, a dashboard of it. */
function good(): [SavedObject, SavedObject, SavedObject] {
  const source = (ref: boolean): { searchSourceJSON: string } => ({
    searchSourceJSON: stableJson({
      query: { query: '', language: 'kuery' },
      filter: [],
      ...(ref ? { indexRefName: INDEX } : {}),
    }),
  });
  return [
    savedObject('index-pattern', 'events', { title: 'events', timeFieldName: 'time', fields: '[]' }),
    savedObject(
      'visualization',
      'count',
      {
        title: 'Count',
        description: 'How many?',
        version: 1,
        visState: '{}',
        uiStateJSON: '{}',
        kibanaSavedObjectMeta: source(true),
      },
      [{ name: INDEX, type: 'index-pattern', id: 'events' }],
    ),
    savedObject(
      'dashboard',
      'main',
      {
        title: 'Main',
        description: 'All of it',
        version: 1,
        panelsJSON: stableJson([panel('1', 0, 0)]),
        optionsJSON: '{}',
        kibanaSavedObjectMeta: source(false),
      },
      [{ name: 'panel_0', type: 'visualization', id: 'count' }],
    ),
  ];
}

function panel(index: string, x: number, y: number, w = 24, h = 10, i = index): unknown {
  return {
    panelIndex: index,
    gridData: { x, y, w, h, i },
    panelRefName: 'panel_0',
    version: '2.19.0',
    embeddableConfig: {},
  };
}

const rules = (objects: readonly SavedObject[]): string[] => lintObjects(objects).map(({ rule }) => rule);
const changed = (object: SavedObject, attributes: Record<string, unknown>): SavedObject => ({
  ...object,
  attributes: { ...object.attributes, ...attributes },
});

describe('content linter on saved objects', () => {
  test('a good bundle has no findings', () => expect(lintObjects(good())).toEqual([]));

  test('C001: a reference to an object outside the bundle', () => {
    const [pattern, , dashboard] = good();
    expect(rules([pattern, dashboard])).toEqual(['C001']);
  });

  test('C002: a reference name that is used but not declared, and one declared but not used', () => {
    const [pattern, visualization, dashboard] = good();
    const renamed = { ...visualization, references: [{ name: 'other', type: 'index-pattern', id: 'events' }] };
    expect(rules([pattern, renamed, dashboard])).toEqual(['C002', 'C002']);
  });

  test('C003: an id with an underscore, and one that stands twice', () => {
    const [pattern, visualization, dashboard] = good();
    expect(rules([pattern, pattern, visualization, dashboard])).toEqual(['C003']);
    expect(rules([{ ...pattern, id: 'my_events' }])).toEqual(['C003']);
  });

  test.each([
    ['an attribute the saved-objects index does not map', { colour: 'red' }],
    ['a visState that is not JSON', { visState: '{' }],
    ['a version that is text', { version: '1' }],
    ['no title', { title: '' }],
    ['no description', { description: undefined }],
    ['a search source that is no JSON', { kibanaSavedObjectMeta: { searchSourceJSON: '' } }],
  ])('C004: %s', (_, attributes) => {
    const [pattern, visualization, dashboard] = good();
    expect(rules([pattern, changed(visualization, attributes), dashboard])).toContain('C004');
  });

  test('C005: a migration version that differs or is missing', () => {
    const [pattern] = good();
    expect(rules([{ ...pattern, migrationVersion: { 'index-pattern': '8.0.0' } }])).toEqual(['C005']);
    const { migrationVersion: _, ...bare } = pattern;
    expect(rules([bare])).toEqual(['C005']);
  });

  test.each([
    ['overlapping panels', [panel('1', 0, 0), panel('2', 10, 5)]],
    ['a panel beyond the 48 columns', [panel('1', 30, 0)]],
    ['a grid index that is not the panel index', [panel('1', 0, 0, 24, 10, '2')]],
  ])('C014: %s', (_, panels) => {
    const [pattern, visualization, dashboard] = good();
    expect(rules([pattern, visualization, changed(dashboard, { panelsJSON: stableJson(panels) })])).toEqual(['C014']);
  });
});
