import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Mapping } from '../content/compile/field.ts';
import { EVENT_INDEX_SETTINGS } from '../content/compile/mappings.ts';
import { toNdjson, type SavedObject } from '../content/compile/saved-object.ts';
import { shipped } from '../content/root.ts';
import { names } from '../names.ts';
import { linkByTitle } from './links.ts';
import { pictures, type Manifest } from './manifest.ts';
import type { BundleFile } from './validate.ts';

/** Below the priority of `install`'s own template: where both are, that one applies. */
const TEMPLATE_PRIORITY = 600;
const SAMPLE_FILE = 'sample.json';

/** The integration as a folder of the integration catalog, `catalog/<name>/`. */
export function catalogFiles(manifest: Manifest): BundleFile[] {
  const { name, version } = manifest;
  const file = (path: string, content: string | Buffer): BundleFile => ({
    path: `catalog/${name}/${path}`,
    content: Buffer.from(content),
  });
  const assets = manifest.assets.map((asset) => ({ ...asset, linked: linkByTitle(readObjects(asset.objects)) }));
  return [
    file(`${name}-${version}.json`, json(config(manifest))),
    ...assets.map((asset) => file(`assets/${asset.name}-${version}.ndjson`, toNdjson(asset.linked))),
    ...manifest.components.map((component) =>
      file(`schemas/${component.name}-${version}.mapping.json`, json(indexTemplate(component.mapping, version))),
    ),
    file(`data/${SAMPLE_FILE}`, json(manifest.samples.map(sample))),
    file(
      'info/README.md',
      readme(
        manifest,
        assets.flatMap(({ linked }) => linked),
      ),
    ),
    ...pictures(manifest).map((path) =>
      file(`static/${path}`, readFileSync(shipped('integration', 'static', basename(path)))),
    ),
  ];
}

/** The catalog's configuration: its keys are a closed list, so nothing else of the manifest goes in. */
function config(manifest: Manifest): object {
  const { name, version, displayName, description, license, author, sourceUrl, type, labels, tags, statics } = manifest;
  return {
    name,
    version,
    displayName,
    description,
    license,
    type,
    author,
    ...(sourceUrl === undefined ? {} : { sourceUrl }),
    labels,
    tags,
    components: manifest.components.map((component) => ({ name: component.name, version })),
    assets: manifest.assets.map((asset) => ({
      name: asset.name,
      version,
      extension: 'ndjson',
      type: 'savedObjectBundle',
    })),
    statics,
    sampleData: { path: SAMPLE_FILE },
  };
}

/** An index template that works on its own, too: the catalog puts the user's choice in the place of the index pattern. */
function indexTemplate(mappingPath: string, version: string): object {
  const { alias, indexPattern } = names();
  const mapping = JSON.parse(readFileSync(shipped(mappingPath), 'utf8')) as Mapping;
  return {
    index_patterns: [indexPattern],
    priority: TEMPLATE_PRIORITY,
    template: {
      settings: { index: EVENT_INDEX_SETTINGS },
      mappings: { _meta: { version }, ...mapping },
      aliases: { [alias]: {} },
    },
    _meta: { version },
  };
}

function readObjects(path: string): SavedObject[] {
  const lines = readFileSync(shipped(path), 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as SavedObject);
}

function sample(name: string): unknown {
  return JSON.parse(readFileSync(shipped('integration', 'samples', `${name}.ocsf.json`), 'utf8'));
}

/** What the catalog shows: the reviewed text, then the list of what is inside, which is always the truth. */
function readme(manifest: Manifest, objects: readonly SavedObject[]): string {
  const rows = (type: string): string =>
    objects
      .filter((object) => object.type === type)
      .map(({ attributes }) => `- **${String(attributes['title'])}**: ${oneLine(String(attributes['description']))}\n`)
      .join('');
  const intro = readFileSync(shipped('integration', 'info', 'README.md'), 'utf8');
  const made = `Version ${manifest.version}, for OCSF ${manifest.ocsf} and OpenSearch ${manifest.opensearch}.`;
  return `${intro}\n${made}\n\n## Dashboards\n\n${rows('dashboard')}\n## Saved queries\n\n${rows('query')}`;
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
