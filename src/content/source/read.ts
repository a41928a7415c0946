import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { LineCounter, parseDocument, type Node } from 'yaml';
import { AppError } from '../../errors.ts';
import { DASHBOARD_SCHEMA, QUERY_SCHEMA, STYLE_SCHEMA } from './schema.ts';
import type { DashboardSource, QuerySource, StyleSource } from './types.ts';

export interface ContentSource {
  /** In the order of the link strip. */
  readonly dashboards: readonly DashboardSource[];
  readonly queries: readonly QuerySource[];
  readonly style: StyleSource;
}

/** The dashboards in the order in which an analyst meets them; a new one is added here. */
const ORDER = ['overview', 'identity', 'signin', 'network', 'data', 'errors', 'threats', 'ingest-health'];

/** Reads what a person wrote below `root`. Throws CONFIG with `file:line:column` for whatever the schemas do not allow. */
export function readContent(root: string): ContentSource {
  const ajv = new Ajv2020({ allErrors: true, strict: true, strictRequired: false, strictTypes: false });
  const dashboard = ajv.compile<DashboardSource>(DASHBOARD_SCHEMA);
  const query = ajv.compile<QuerySource>(QUERY_SCHEMA);
  const style = ajv.compile<StyleSource>(STYLE_SCHEMA);
  const files = (folder: string): string[] =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.yml') && name !== 'style.yml')
      .sort()
      .map((name) => join(root, folder, name));
  const rank = ({ id }: DashboardSource): number => {
    const position = ORDER.indexOf(id);
    return position === -1 ? ORDER.length : position;
  };
  return {
    dashboards: files('dashboards')
      .map((path) => read(path, dashboard))
      .sort((a, b) => rank(a) - rank(b)),
    queries: files('queries').map((path) => read(path, query)),
    style: read(join(root, 'dashboards', 'style.yml'), style),
  };
}

/** The file's name without its ending is the id. */
function read<T extends object>(path: string, validate: ValidateFunction<T>): T & { id: string } {
  return { ...readYaml(path, validate), id: basename(path, '.yml') };
}

/** Reads a YAML file of this package. Throws CONFIG with `file:line:column` for whatever its schema does not allow. */
export function readYaml<T extends object>(path: string, validate: ValidateFunction<T>): T {
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(path, 'utf8'), { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  const syntax = document.errors[0];
  if (syntax !== undefined) throw new AppError('CONFIG', `${at(syntax.pos[0])} ${syntax.message}`);
  const value: unknown = document.toJS();
  if (!validate(value)) {
    const faults = (validate.errors ?? []).map(({ instancePath, message, params }) => {
      const keys = instancePath.split('/').slice(1);
      const node = (keys.length === 0 ? document.contents : document.getIn(keys, true)) as Node | null | undefined;
      const extra = (params as { additionalProperty?: string }).additionalProperty;
      return `${at(node?.range?.[0] ?? 0)} ${keys.join('.')} ${message ?? 'is wrong'}${extra === undefined ? '' : `: ${extra}`}`;
    });
    throw new AppError('CONFIG', faults.join('\n'));
  }
  return value;
}
