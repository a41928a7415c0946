import type { Mapping } from '../content/compile/field.ts';
import { EVENT_INDEX_SETTINGS } from '../content/compile/mappings.ts';
import type { IndexConfig } from '../config/config.ts';
import { periodOf, type Names } from '../names.ts';

/** Marks everything that this package puts into a cluster. */
export const PACKAGE = 'ocsf-cloudtrail';

/** Above the templates that products ship for `logs-*`, so that ours is the one that applies. */
export const TEMPLATE_PRIORITY = 700;

export interface Meta {
  readonly package: string;
  readonly version: string;
}

/** What `install` records for `ingest` to read. */
export interface InstallMeta extends Meta {
  readonly alias: string;
  readonly period: IndexConfig['period'];
}

export interface Template {
  readonly name: string;
  readonly body: TemplateBody;
}

/** The part of component and index templates that we write. */
export interface TemplateBody {
  readonly index_patterns?: readonly string[];
  readonly composed_of?: readonly string[];
  readonly priority?: number;
  readonly template?: { readonly settings?: object; readonly mappings?: Mapping; readonly aliases?: object };
  readonly _meta?: object;
}

/** Everything that a finished install consists of in the cluster. */
export interface Desired {
  readonly names: Names;
  readonly meta: InstallMeta;
  readonly components: readonly Template[];
  readonly templates: readonly Template[];
  /** The index of the current period, created so that the alias exists at once. */
  readonly firstIndex: string;
  /** The mapping that existing indices should have, by the index name or pattern they match. */
  readonly mappings: readonly { readonly pattern: string; readonly mapping: Mapping; readonly alias?: string }[];
}

export interface DesiredInput {
  readonly names: Names;
  readonly index: Omit<IndexConfig, 'alias'>;
  /** This package's version. */
  readonly version: string;
  /** Epoch ms. */
  readonly now: number;
  readonly eventMapping: Mapping;
  readonly ledger: { readonly mapping: Mapping; readonly settings: object };
  readonly deadLetters: { readonly mapping: Mapping; readonly settings: object };
}

export function desiredState(input: DesiredInput): Desired {
  const { names, index } = input;
  const meta: Meta = { package: PACKAGE, version: input.version };
  const installMeta: InstallMeta = { ...meta, alias: names.alias, period: index.period };
  const stamped = (mapping: Mapping): Mapping => ({ ...mapping, _meta: meta });
  const replicas = { number_of_replicas: index.replicas };
  const own = (name: string, { mapping, settings }: DesiredInput['ledger']): Template => ({
    name,
    body: {
      index_patterns: [name],
      composed_of: [],
      priority: TEMPLATE_PRIORITY,
      template: { settings: { index: { ...settings, ...replicas } }, mappings: stamped(mapping) },
      _meta: installMeta,
    },
  });
  return {
    names,
    meta: installMeta,
    components: [
      {
        name: names.mappingsComponent,
        body: { template: { mappings: stamped(input.eventMapping) }, _meta: installMeta },
      },
      {
        name: names.settingsComponent,
        body: {
          template: { settings: { index: { ...EVENT_INDEX_SETTINGS, number_of_shards: index.shards, ...replicas } } },
          _meta: installMeta,
        },
      },
    ],
    templates: [
      {
        name: names.indexTemplate,
        body: {
          index_patterns: [names.indexPattern],
          composed_of: [names.mappingsComponent, names.settingsComponent],
          priority: TEMPLATE_PRIORITY,
          template: { aliases: { [names.alias]: {} } },
          _meta: installMeta,
        },
      },
      own(names.ledgerTemplate, input.ledger),
      own(names.deadLettersTemplate, input.deadLetters),
    ],
    firstIndex: names.indexPrefix + periodOf(input.now, index.period),
    mappings: [
      { pattern: names.indexPattern, mapping: stamped(input.eventMapping), alias: names.alias },
      { pattern: names.ledger, mapping: stamped(input.ledger.mapping) },
      { pattern: names.deadLetters, mapping: stamped(input.deadLetters.mapping) },
    ],
  };
}
