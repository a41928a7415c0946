import { readBundle } from '../bundle.ts';
import { compileDashboard } from '../compile/request/dashboard.ts';
import { compileQuery } from '../compile/request/search.ts';
import { toNdjson, type SavedObject } from '../compile/saved-object.ts';
import { finding, type Finding } from './finding.ts';

/** C007: whatever OpenSearch Dashboards would show as an error instead of data, and what the compiler does not know. */
export function lintRequests(objects: readonly SavedObject[]): Finding[] {
  const bundle = readBundle(toNdjson(objects));
  const context = { now: 0, timeZone: 'UTC' };
  const panels = bundle.ids('dashboard').flatMap((id) =>
    compileDashboard(bundle, id, context).flatMap(({ panel, compiled }) => {
      const where = `${panel.type}:${panel.id}`;
      if (compiled.kind === 'refused' || compiled.kind === 'unsupported')
        return [finding('C007', where, compiled.reason)];
      if (compiled.kind !== 'controls') return [];
      return compiled.controls.flatMap(({ reason, refused }) =>
        refused ? [finding('C007', where, reason ?? 'refused')] : [],
      );
    }),
  );
  const [pattern] = bundle.ids('index-pattern');
  if (pattern === undefined) return panels;
  const range = { ...context, timeRange: { from: 'now-24h', to: 'now' } };
  const queries = bundle.ids('query').flatMap((id) => {
    const compiled = compileQuery(bundle.query(id), bundle.indexPattern(pattern), range);
    return compiled.kind === 'refused' ? [finding('C007', `query:${id}`, compiled.reason)] : [];
  });
  return [...panels, ...queries];
}
