import { describe, expect, test } from '@jest/globals';
import { BundleError, readBundle } from '../../../src/content/bundle.ts';
import { pattern } from '../../fixtures/osd/index-pattern.ts';
import {
  bundleOf,
  dashboardLine,
  indexPatternLine,
  searchLine,
  visualizationLine,
} from '../../support/saved-objects.ts';

const line = (object: object) => JSON.stringify(object);

describe('readBundle', () => {
  test('takes an export with its summary line, blank lines and carriage returns', () => {
    const text = `${line(indexPatternLine(pattern))}\r\n\n${line({ exportedCount: 1, missingRefCount: 0 })}\n`;
    expect(readBundle(text).ids('index-pattern')).toEqual(['logs-cloudtrail']);
  });

  test.each([
    ['that is cut off', '{"type":', /^line 2: not JSON/],
    ['that is a list', '[1]', /^line 2: not an object/],
    ['without an id', '{"type":"search"}', /^line 2: not a saved object/],
    ['without attributes', '{"type":"search","id":"s"}', /^line 2: search:s has no attributes/],
    ['that comes twice', line(indexPatternLine(pattern)), /^line 2: .* is in the file twice, first on line 1/],
  ])('points to a line %s', (_, second, message) => {
    const text = `${line(indexPatternLine(pattern))}\n${second}`;
    expect(() => readBundle(text)).toThrow(BundleError);
    expect(() => readBundle(text)).toThrow(message);
  });

  test('a broken object is refused when it is asked for, and the others stay usable', () => {
    const broken = { ...visualizationLine('broken', 'pie', []), attributes: { title: 'B', visState: '{' } };
    const bundle = bundleOf([indexPatternLine(pattern), broken, visualizationLine('fine', 'pie', [])]);
    expect(() => bundle.visualization('broken')).toThrow('Invalid JSON in "visState" of visualization (id: broken)');
    expect(bundle.visualization('fine').type).toBe('pie');
    expect(() => bundle.visualization('none')).toThrow('Could not locate that visualization (id: none)');
  });

  test('a reference that is used and not there is refused, as OpenSearch Dashboards does on opening', () => {
    const noRefs = (object: object) => ({ ...object, references: [] });
    const bundle = bundleOf([
      noRefs(visualizationLine('v', 'pie', [])),
      noRefs(visualizationLine('on-search', 'pie', [], { search: 's' })),
      noRefs(dashboardLine('d', [{ id: 'v' }])),
      visualizationLine('c', 'input_control_vis', [], {
        params: { controls: [{ id: '1', indexPatternRefName: 'control_0_index_pattern' }] },
      }),
    ]);
    const index = 'Could not find reference for kibanaSavedObjectMeta.searchSourceJSON.index';
    expect(() => bundle.visualization('v')).toThrow(index);
    expect(() => bundle.visualization('on-search')).toThrow('Could not find saved search reference "search_0"');
    expect(() => bundle.visualization('c')).toThrow('Could not find index pattern reference "control_0_index_pattern"');
    expect(bundle.dashboard('d').panels[0]?.fault).toBe('Could not find reference "panel_0"');
  });

  test('filters learn the index they are about; old queries without a language are Lucene', () => {
    const name = 'kibanaSavedObjectMeta.searchSourceJSON.filter[0].meta.index';
    const search = searchLine('s', { filter: [{ meta: { indexRefName: name } as never }] });
    const references = [...(search['references'] as object[]), { name, type: 'index-pattern', id: 'p' }];
    const source = JSON.stringify({ query: 'status:Failure', index: 'old' });
    const old = { type: 'search', id: 'old', attributes: { kibanaSavedObjectMeta: { searchSourceJSON: source } } };
    const bundle = bundleOf([{ ...search, references }, old]);
    expect(bundle.search('s').source.filters[0]?.meta).toEqual({ index: 'p' });
    expect(bundle.search('old').source).toMatchObject({ index: 'old', query: { language: 'lucene' } });
  });

  test('what the file lacks may come from another bundle', () => {
    const fallback = bundleOf([indexPatternLine({ ...pattern, id: 'p' })]);
    const bundle = bundleOf([visualizationLine('v', 'pie', [])], { fallback });
    expect(bundle.has('index-pattern', 'p')).toBe(true);
    expect(bundle.indexPattern('p').title).toBe('logs-cloudtrail');
    expect([bundle.title('index-pattern', 'p'), bundle.title('index-pattern', 'q')]).toEqual(['logs-cloudtrail', 'q']);
    expect(bundle.ids('index-pattern')).toEqual([]);
  });

  test('an index pattern without its fields takes them from the cluster, else any name is a field', () => {
    const bare = indexPatternLine({ ...pattern, fields: [] });
    expect(bundleOf([bare]).indexPattern('logs-cloudtrail').guessFields).toBe(true);
    const known = bundleOf([bare], { fieldsOf: () => pattern.fields }).indexPattern('logs-cloudtrail');
    expect(known.guessFields).toBeUndefined();
    expect(known.fields).toBe(pattern.fields);
  });
});
