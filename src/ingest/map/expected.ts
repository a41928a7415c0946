/**
 * The attributes whose type `normalise` takes for granted, whether or not they are indexed. The encoder fits an event to
 * these and to the index mapping before it is normalised.
 */
const TEXTS = `
  metadata.version metadata.log_version metadata.uid metadata.profiles metadata.event_code metadata.correlation_uid
  metadata.product.name metadata.product.feature.name class_name category_name activity_name type_name status
  status_detail severity cloud.region cloud.account.uid actor.user.name actor.user.uid actor.user.uid_alt
  actor.user.account.uid actor.invoked_by api.operation api.service.name api.request.uid api.request.data
  api.response.data api.response.error api.response.message user.name user.uid user.uid_alt user.account.uid
  src_endpoint.name src_endpoint.domain src_endpoint.uid resources.uid`;
const NUMBERS = 'class_uid category_uid activity_id status_id severity_id';
const OBJECTS = `
  metadata metadata.product metadata.product.feature cloud cloud.account actor actor.user actor.user.account actor.session
  api api.service api.request api.response user user.account src_endpoint resources`;

export const EXPECTED: Readonly<Record<string, 'keyword' | 'integer' | 'long' | 'date' | 'ip' | 'object'>> = {
  ...each(OBJECTS, 'object'),
  ...each(TEXTS, 'keyword'),
  ...each(NUMBERS, 'integer'),
  type_uid: 'long',
  time: 'date',
  time_dt: 'date',
  'src_endpoint.ip': 'ip',
};

function each<Kind extends string>(paths: string, kind: Kind): Record<string, Kind> {
  return Object.fromEntries(
    paths
      .trim()
      .split(/\s+/)
      .map((path) => [path, kind]),
  );
}
