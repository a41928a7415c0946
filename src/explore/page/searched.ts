import type { Content, DashboardContent, FieldContent } from '../protocol.ts';

/** What the panels of a dashboard search: what may be asked there, and where the values of its fields are. */
export interface Searched {
  readonly indices: readonly string[];
  /** Of all the indices; of fields that have a name in common, the first. */
  readonly fields: readonly FieldContent[];
}

export function searchedBy(dashboard: DashboardContent | undefined, content: Content): Searched {
  const indices = [...new Set(dashboard?.panels.flatMap((panel) => panel.indices))];
  const fields = new Map<string, FieldContent>();
  for (const index of indices)
    for (const field of content.otherFields[index] ?? content.fields)
      if (!fields.has(field.name)) fields.set(field.name, field);
  return { indices, fields: [...fields.values()].sort((a, b) => (a.name < b.name ? -1 : 1)) };
}
