/**
 * The "JSON input" of an aggregation: an object merged into its parameters. Lists merge place by place, `null` deletes
 * a key, and a text that is not JSON is left out without a word, as OpenSearch Dashboards does.
 */
export function mergeJson(params: Record<string, unknown>, json: unknown): unknown {
  if (typeof json !== 'string' || json === '') return params;
  let extra: unknown;
  try {
    extra = JSON.parse(json);
  } catch {
    return params;
  }
  return merge(params, extra) ?? {};
}

function merge(a: unknown, b: unknown): unknown {
  if (isPlain(a) && isPlain(b)) {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
    const merged = [...keys].map((key) => [key, merge(a[key], b[key])] as const);
    return Object.fromEntries(merged.filter(([, value]) => value !== undefined));
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => merge(a[i], b[i]));
  }
  return b === null ? undefined : (b ?? a);
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
