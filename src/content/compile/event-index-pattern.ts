import { dashboardId } from './dashboard.ts';
import type { IndexPatternField } from './index-pattern.ts';
import { savedObject, stableJson, type SavedObject } from './saved-object.ts';

/** Where a click on a value leads: the dashboard that says most about a value of that kind. */
const DRILL_DOWN: Readonly<Record<string, string>> = {
  'actor.user.uid': 'identity',
  'actor.user.credential_uid': 'identity',
  'actor.session.issuer': 'identity',
  'src_endpoint.ip': 'network',
  'http_request.user_agent': 'network',
  'api.service.name': 'data',
  'resources.uid': 'data',
  'api.response.error': 'errors',
  'cloud.account.uid': 'overview',
};

/** Ids are numbers to the eye only: no thousands separators. */
const PLAIN_NUMBERS = ['class_uid', 'type_uid', 'category_uid', 'activity_id', 'status_id', 'severity_id'];

/** An index pattern with its whole field list, so that OpenSearch Dashboards never has to write one back. */
export function indexPattern(
  id: string,
  title: string,
  timeFieldName: string,
  fields: readonly IndexPatternField[],
  formats: Readonly<Record<string, unknown>> = {},
): SavedObject {
  return savedObject('index-pattern', id, {
    title,
    timeFieldName,
    fields: stableJson(fields),
    ...(Object.keys(formats).length === 0 ? {} : { fieldFormatMap: stableJson(formats) }),
  });
}

/** Drill-downs and number formats of the events' index pattern, for fields it has. */
export function eventFormats(fields: readonly IndexPatternField[]): Record<string, unknown> {
  const known = new Set(fields.map(({ name }) => name));
  const links = Object.entries(DRILL_DOWN).map(([field, dashboard]) => [field, drillDown(field, dashboard)] as const);
  const numbers = PLAIN_NUMBERS.map((field) => [field, { id: 'number', params: { pattern: '0' } }] as const);
  return Object.fromEntries([...links, ...numbers].filter(([field]) => known.has(field)));
}

/** A template that starts with `dashboards#/view/` works with and without a base path. */
function drillDown(field: string, dashboard: string): unknown {
  const query = `${field}:%20%22{{value}}%22`;
  return {
    id: 'url',
    params: {
      type: 'a',
      urlTemplate: `dashboards#/view/${dashboardId(dashboard)}?_a=(query:(language:kuery,query:'${query}'))`,
      labelTemplate: '{{value}}',
      openLinkInCurrentTab: true,
    },
  };
}
