import { expect, test } from '@jest/globals';
import { contentOf } from '../../../src/explore/content.ts';
import { bundleOf, dashboardLine, indexPatternLine, visualizationLine } from '../../support/saved-objects.ts';

const pattern = { id: 'p', title: 'logs', timeFieldName: 'time_dt', fields: [] };
const terms = (schema: string, enabled = true) => ({ type: 'terms', schema, enabled, params: { field: 'status' } });
const count = { type: 'count', schema: 'metric' };

test.each([
  ['a bar chart with bars and series', 'histogram', [terms('segment'), terms('group')], undefined],
  ['a bar chart in several charts', 'histogram', [terms('segment'), terms('split')], /^Split charts are not drawn/],
  ['a switched-off split', 'line', [terms('segment'), terms('split', false)], undefined],
  [
    'a line chart split twice',
    'line',
    [terms('group'), terms('group')],
    /^Charts with 2 buckets in one role \(group\)/,
  ],
  ['a pie of two rings', 'pie', [terms('segment'), terms('segment')], undefined],
  ['pies beside each other', 'pie', [terms('segment'), terms('split')], /^Split charts/],
  ['a metric in groups', 'metric', [terms('group')], /^Metrics split into groups/],
  ['a table of any buckets', 'table', [terms('bucket'), terms('bucket')], undefined],
  ['a kind that is not known', 'vega', [], /^Visualizations of the type "vega" are not drawn/],
])('%s is drawn whole, or says why not', (_name, type, aggs, reason) => {
  const bundle = bundleOf([
    indexPatternLine(pattern),
    visualizationLine('v', type, [count, ...aggs]),
    dashboardLine('d', [{ id: 'v' }]),
  ]);
  const unsupported = contentOf([bundle], pattern).dashboards[0]?.panels[0]?.unsupported;
  if (reason === undefined) expect(unsupported).toBeUndefined();
  else expect(unsupported).toMatch(reason);
});
