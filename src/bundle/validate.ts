import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { CONFIG_SCHEMA, MAPPING_SCHEMA, SAVED_OBJECT_SCHEMA } from './schema.ts';

/** A file of a bundle: its path with `/`, relative to the bundle's folder, and its bytes. */
export interface BundleFile {
  readonly path: string;
  readonly content: Buffer;
}

interface CatalogConfig {
  readonly name: string;
  readonly version: string;
  readonly type: string;
  readonly components: readonly { readonly name: string; readonly version: string }[];
  readonly assets: readonly { readonly name: string; readonly version: string; readonly extension: string }[];
  readonly statics?: Readonly<Record<string, { readonly path: string } | readonly { readonly path: string }[]>>;
  readonly sampleData?: { readonly path: string };
}

/**
 * Faults of the catalog folder `catalog/<name>/` in `files`: what its configuration or a file has wrong, and files that one
 * names and the other does not have. Empty when the catalog can take it.
 */
export function catalogFaults(files: readonly BundleFile[], name: string, version: string): string[] {
  const ajv = new Ajv2020({ allErrors: true });
  const root = `catalog/${name}/`;
  const contents = new Map(files.map(({ path, content }) => [path, content]));
  const faults: string[] = [];
  const check = <T>(path: string, validate: ValidateFunction<T>, text: string | undefined): T | undefined => {
    if (text === undefined) return void faults.push(`${path} is missing`);
    const value: unknown = JSON.parse(text);
    if (validate(value)) return value;
    faults.push(...(validate.errors ?? []).map((e) => `${path}${e.instancePath} ${e.message ?? 'is wrong'}`));
    return undefined;
  };
  const textOf = (path: string): string | undefined => contents.get(path)?.toString('utf8');

  const configPath = `${root}${name}-${version}.json`;
  const config = check(configPath, ajv.compile<CatalogConfig>(CONFIG_SCHEMA), textOf(configPath));
  if (config === undefined) return faults;
  if (!config.components.some((component) => component.name === config.type))
    faults.push(`${configPath}: type ${config.type} is not one of the components`);

  const mapping = ajv.compile(MAPPING_SCHEMA);
  for (const component of config.components) {
    const path = `${root}schemas/${component.name}-${component.version}.mapping.json`;
    check(path, mapping, textOf(path));
  }
  const savedObject = ajv.compile<{ type: string; id: string; references: { type: string; id: string }[] }>(
    SAVED_OBJECT_SCHEMA,
  );
  for (const asset of config.assets) {
    const path = `${root}assets/${asset.name}-${asset.version}.${asset.extension}`;
    const lines = textOf(path)?.trimEnd().split('\n');
    const objects = (lines ?? [undefined]).map((line, i) => check(`${path}:${i + 1}`, savedObject, line));
    const known = new Set(objects.map((object) => `${object?.type}:${object?.id}`));
    if (known.size < objects.length) faults.push(`${path} has an object twice`);
    for (const { type, id } of objects.flatMap((object) => object?.references ?? []))
      if (!known.has(`${type}:${id}`)) faults.push(`${path} refers to ${type}:${id}, which it does not have`);
  }
  const named = Object.values(config.statics ?? {}).flat().map(({ path }) => `static/${path}`); // prettier-ignore
  if (config.sampleData !== undefined) named.push(`data/${config.sampleData.path}`);
  for (const path of [...named, 'info/README.md'])
    if (!contents.has(root + path)) faults.push(`${root}${path} is missing`);
  return faults;
}
