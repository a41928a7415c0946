import { randomUUID } from 'node:crypto';

/** A dashboard as an analyst would have exported it: one panel of ours, one on another index, one of another kind. `saved`: its query and filters. */
export function exportedDashboard(
  alias: string,
  saved: object = { query: { query: '', language: 'kuery' }, filter: [] },
): string {
  const pattern = (id: string, title: string): object => ({
    type: 'index-pattern',
    id,
    attributes: {
      title,
      timeFieldName: 'time_dt',
      fields: JSON.stringify([
        { name: 'time_dt', type: 'date', esTypes: ['date'], searchable: true, aggregatable: true },
        { name: 'status', type: 'string', esTypes: ['keyword'], searchable: true, aggregatable: true },
      ]),
    },
    references: [],
  });
  const visualization = (id: string, type: string, index: string): object => ({
    type: 'visualization',
    id,
    attributes: {
      title: id,
      visState: JSON.stringify({
        title: id,
        type,
        params: {},
        aggs: [
          { id: '1', enabled: true, type: 'count', schema: 'metric', params: {} },
          { id: '2', enabled: true, type: 'terms', schema: 'bucket', params: { field: 'status', size: 5 } },
        ],
      }),
      uiStateJSON: '{}',
      kibanaSavedObjectMeta: {
        searchSourceJSON: JSON.stringify({
          query: { query: '', language: 'kuery' },
          filter: [],
          indexRefName: 'kibanaSavedObjectMeta.searchSourceJSON.index',
        }),
      },
    },
    references: [{ name: 'kibanaSavedObjectMeta.searchSourceJSON.index', type: 'index-pattern', id: index }],
  });
  const panels = [1, 2, 3].map((n) => ({
    panelIndex: String(n),
    gridData: { x: (n - 1) * 16, y: 0, w: 16, h: 10, i: String(n) },
    embeddableConfig: {},
    panelRefName: `panel_${n}`,
  }));
  const dashboard = {
    type: 'dashboard',
    id: 'mine',
    attributes: {
      title: 'Mine',
      panelsJSON: JSON.stringify(panels),
      optionsJSON: '{}',
      kibanaSavedObjectMeta: { searchSourceJSON: JSON.stringify(saved) },
    },
    references: ['ours', 'theirs', 'other'].map((id, i) => ({ name: `panel_${i + 1}`, type: 'visualization', id })),
  };
  const objects = [
    pattern('logs', alias),
    pattern('foreign', `payroll-${randomUUID()}`),
    visualization('ours', 'table', 'logs'),
    visualization('theirs', 'table', 'foreign'),
    visualization('other', 'vega', 'logs'),
    dashboard,
  ];
  return objects.map((object) => JSON.stringify(object)).join('\n');
}
