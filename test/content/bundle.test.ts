import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { buildBundle, sha256, SUMS, writeBundle } from '../../src/bundle/bundle.ts';
import { pictures, readManifest } from '../../src/bundle/manifest.ts';
import { catalogFaults, type BundleFile } from '../../src/bundle/validate.ts';
import type { SavedObject } from '../../src/content/compile/saved-object.ts';
import { lintObjects } from '../../src/content/lint/objects.ts';
import { packageVersion, shipped } from '../../src/content/root.ts';
import { SAMPLES } from '../../src/content/samples.ts';
import { names } from '../../src/names.ts';

const files = buildBundle();
const VERSION = packageVersion();
const ROOT = 'catalog/amazon_ocsf_cloudtrail';
const CONFIG = `${ROOT}/amazon_ocsf_cloudtrail-${VERSION}.json`;
const MAPPING = `${ROOT}/schemas/logs-ocsf_cloudtrail-${VERSION}.mapping.json`;
const ASSET = `${ROOT}/assets/ocsf_cloudtrail-${VERSION}.ndjson`;
const textOf = (path: string): string => files.find((file) => file.path === path)?.content.toString('utf8') ?? '';
const objectsOf = (path: string): SavedObject[] =>
  textOf(path)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as SavedObject);

/** The faults of the catalog folder after one file was changed. */
function faultsWith(path: string, change: (text: string) => string | undefined): string[] {
  const changed = files.flatMap((file): BundleFile[] => {
    if (file.path !== path) return [file];
    const text = change(file.content.toString('utf8'));
    return text === undefined ? [] : [{ path, content: Buffer.from(text) }];
  });
  return catalogFaults(changed, 'amazon_ocsf_cloudtrail', VERSION);
}
const edited = (change: Record<string, unknown>) => (text: string) =>
  JSON.stringify({ ...(JSON.parse(text) as object), ...change });

describe('the bundle', () => {
  test('has the same bytes each time', () => {
    expect(buildBundle().map(({ path, content }) => [path, sha256(content)])).toEqual(
      files.map(({ path, content }) => [path, sha256(content)]),
    );
  });

  test('lists each file with its hash', () => {
    const listed = files
      .filter(({ path }) => path !== SUMS)
      .map(({ path, content }) => `${sha256(content)}  ${path}\n`);
    expect(textOf(SUMS)).toBe(listed.join(''));
  });

  test('has every generated file of saved objects as it is', () => {
    for (const name of readdirSync(shipped('dashboards', 'generated')))
      expect(textOf(name)).toBe(readFileSync(shipped('dashboards', 'generated', name), 'utf8'));
  });

  test('is for the version of the package', () => {
    expect(JSON.parse(textOf(CONFIG))).toMatchObject({ name: 'amazon_ocsf_cloudtrail', version: VERSION });
    expect(JSON.parse(textOf(MAPPING))).toMatchObject({ template: { mappings: { _meta: { version: VERSION } } } });
  });

  test('shows every picture there is', () => {
    expect(pictures(readManifest()).sort()).toEqual(readdirSync(shipped('integration', 'static')).sort());
  });

  test('has a sample of each class, made from the record beside it', () => {
    expect(readManifest().samples).toEqual(SAMPLES);
    const classes = (JSON.parse(textOf(`${ROOT}/data/sample.json`)) as { class_uid: number }[]).map((e) => e.class_uid);
    expect(classes).toEqual([3001, 6003, 3002]);
  });

  test('says in its texts what is inside', () => {
    const readme = textOf(`${ROOT}/info/README.md`);
    for (const { type, attributes } of objectsOf(ASSET))
      if (type === 'dashboard' || type === 'query') expect(readme).toContain(`**${String(attributes['title'])}**`);
  });

  test('puts the template where ours applies and under names that only our indices have', () => {
    expect(JSON.parse(textOf(MAPPING))).toMatchObject({
      index_patterns: [names().indexPattern],
      template: { aliases: { [names().alias]: {} } },
    });
  });
});

describe('the saved objects of the catalog', () => {
  const objects = objectsOf(ASSET);

  test('are the same as those to import, but for links', () => {
    const key = ({ type, id, references }: SavedObject) => ({ type, id, references });
    expect(objects.map(key)).toEqual(objectsOf('ocsf-cloudtrail.ndjson').map(key));
  });

  test('resolve every reference, and no id has an underscore', () => {
    expect(lintObjects(objects)).toEqual([]);
    expect(objects.filter(({ id }) => id.includes('_'))).toEqual([]);
  });

  test('link from every dashboard to every other by a title that exists', () => {
    const titles = objects.filter(({ type }) => type === 'dashboard').map(({ attributes }) => attributes['title']);
    const strips = objects
      .filter(({ id }) => id.endsWith('-links'))
      .map(({ attributes }) => [...String(attributes['visState']).matchAll(/#\/list\?(title=[^)]+)\)/g)])
      .map((links) => links.map(([, query]) => new URLSearchParams(query).get('title')));
    expect(strips).toHaveLength(titles.length);
    for (const strip of strips) {
      expect(strip).toHaveLength(titles.length - 1);
      expect(titles).toEqual(expect.arrayContaining(strip));
    }
  });

  test('have no link by id anywhere', () => {
    expect(textOf(ASSET)).not.toContain('/view/');
  });
});

describe('what the catalog would refuse is found', () => {
  test.each<[string, string, (text: string) => string | undefined, string]>([
    ['an unknown key', CONFIG, edited({ ocsf: '1.1.0' }), 'must NOT have additional properties'],
    ['a type that is no component', CONFIG, edited({ type: 'logs' }), 'type logs is not one of the components'],
    ['a mapping without version', MAPPING, edited({ template: { mappings: { properties: { a: {} } } } }), "'_meta'"],
    ['a missing asset', ASSET, () => undefined, `${ASSET}:1 is missing`],
    ['an object twice', ASSET, (text) => text + (text.split('\n')[0] ?? ''), 'has an object twice'],
    ['an id with an underscore', ASSET, (text) => text.replace('"id":"logs-', '"id":"logs_'), 'must match pattern'],
    [
      'a reference to nothing',
      ASSET,
      (text) => text.split('\n').slice(1).join('\n'),
      'refers to index-pattern:logs-cloudtrail, which it does not have',
    ],
    ['a missing logo', `${ROOT}/static/logo.svg`, () => undefined, 'static/logo.svg is missing'],
    ['a missing text', `${ROOT}/info/README.md`, () => undefined, 'info/README.md is missing'],
    ['a missing sample', `${ROOT}/data/sample.json`, () => undefined, 'data/sample.json is missing'],
  ])('%s', (_, path, change, expected) => {
    expect(faultsWith(path, change).join('\n')).toContain(expected);
  });

  test('nothing in the bundle as it is', () => {
    expect(catalogFaults(files, 'amazon_ocsf_cloudtrail', VERSION)).toEqual([]);
  });
});

describe('the manifest', () => {
  let folder = '';
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'manifest-'))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const text = readFileSync(shipped('integration', 'manifest.yml'), 'utf8');

  test.each([
    ['a key that is not known', `${text}\nworkflow: []\n`, VERSION, /manifest\.yml:\d+:\d+ .*workflow/],
    ['another version than the package’s', text, '9.9.9', /has version .*, the package 9\.9\.9/],
    ['a type without component', text.replace('type: logs-', 'type: other-'), VERSION, /is not one of the components/],
    [
      'a picture outside of its folder',
      text.replace('path: logo.svg', 'path: ../logo.svg'),
      VERSION,
      /statics\.logo\.path/,
    ],
  ])('is refused with %s', (_, changed, version, message) => {
    const path = join(folder, 'manifest.yml');
    writeFileSync(path, changed);
    expect(() => readManifest(path, version)).toThrow(message);
  });
});

describe('the pipeline', () => {
  const text = textOf('pipelines/security-lake.yml');
  const pipeline = (parse(text) as Record<string, unknown>)['security-lake-cloudtrail'] as {
    processor: Record<string, { destination?: string; output_format?: string }>[];
    sink: [{ opensearch: { index: string; exclude_keys: string[] } }];
  };

  test('writes to the indices of the template, by the month of the event', () => {
    const { index, exclude_keys } = pipeline.sink[0].opensearch;
    expect(index).toBe(`${names().indexPrefix}\${/index_month}`);
    expect(exclude_keys).toContain('index_month');
    const month = pipeline.processor.find(({ date }) => date?.destination === 'index_month');
    expect(month).toMatchObject({ date: { match: [{ key: 'time' }], output_format: 'yyyy.MM' } });
  });

  test('stores an event under its own id, once', () => {
    expect(pipeline.sink[0].opensearch).toMatchObject({ document_id: '${/metadata/uid}', action: 'create' });
  });

  test('says what it cannot do', () => {
    expect(text).toMatch(/does not normalise/);
  });
});

describe('writing a bundle', () => {
  let folder = '';
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'bundle-'))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const file = (path: string, text: string): BundleFile => ({ path, content: Buffer.from(text) });
  const sums = (...list: BundleFile[]): BundleFile =>
    file(SUMS, list.map(({ path, content }) => `${sha256(content)}  ${path}\n`).join(''));
  const written = (): string[] =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => entry.name)
      .sort();

  test('replaces an earlier one and keeps what somebody added', () => {
    const old = [file('catalog/a-0.1.0.json', 'old'), file('same', 'old')];
    writeBundle(folder, [sums(...old), ...old]);
    writeFileSync(join(folder, 'mine.txt'), 'mine');
    const fresh = [file('catalog/a-0.2.0.json', 'new'), file('same', 'new')];
    writeBundle(folder, [sums(...fresh), ...fresh]);
    expect(written()).toEqual([SUMS, 'a-0.2.0.json', 'mine.txt', 'same']);
    expect(readFileSync(join(folder, 'same'), 'utf8')).toBe('new');
  });

  test('touches no folder that holds something else', () => {
    writeFileSync(join(folder, 'mine.txt'), 'mine');
    expect(() => writeBundle(folder, files)).toThrow('is not empty');
    expect(written()).toEqual(['mine.txt']);
  });

  test('removes nothing outside of its folder, whatever the list says', () => {
    const outside = file('../outside.txt', 'outside');
    const inner = join(folder, 'inner');
    writeBundle(inner, [file('a', 'a')]);
    writeFileSync(join(folder, 'outside.txt'), 'outside');
    writeFileSync(join(inner, SUMS), sums(outside).content);
    writeBundle(inner, [sums()]);
    expect(written()).toContain('outside.txt');
  });
});
