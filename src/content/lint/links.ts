import type { SavedObject } from '../compile/saved-object.ts';
import { finding, type Finding } from './finding.ts';

/** C013: link strips and drill-downs name dashboards by id, in texts that no import looks into. */
export function lintLinks(objects: readonly SavedObject[]): Finding[] {
  const dashboards = new Set(objects.filter(({ type }) => type === 'dashboard').map(({ id }) => id));
  return objects.flatMap(({ type, id, attributes }) => {
    const texts = Object.values(attributes).filter((value) => typeof value === 'string');
    const targets = texts.flatMap((text) =>
      [...text.matchAll(/#\/view\/([A-Za-z0-9-]+)/g)].map(([, target]) => target),
    );
    const lost = [...new Set(targets)].filter((target) => target !== undefined && !dashboards.has(target));
    return lost.map((target) =>
      finding('C013', `${type}:${id}`, `links to the dashboard ${target}, which does not exist`),
    );
  });
}
