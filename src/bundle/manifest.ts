import { Ajv2020 } from 'ajv/dist/2020.js';
import { readYaml } from '../content/source/read.ts';
import { packageVersion, shipped } from '../content/root.ts';
import { AppError } from '../errors.ts';
import { MANIFEST_SCHEMA } from './schema.ts';

export interface Picture {
  /** Name of a file in `integration/static`. */
  readonly path: string;
  readonly annotation?: string;
}

/** `integration/manifest.yml`; paths are relative to the package. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly displayName: string;
  readonly description: string;
  readonly license: string;
  readonly author: string;
  /** Version of OCSF that the content is made for. */
  readonly ocsf: string;
  /** Range of versions of OpenSearch and OpenSearch Dashboards: `>=a <b`. */
  readonly opensearch: string;
  readonly labels: readonly string[];
  readonly tags: readonly string[];
  readonly sourceUrl?: string;
  /** Name of the component with the index mapping. */
  readonly type: string;
  readonly components: readonly { readonly name: string; readonly mapping: string }[];
  readonly assets: readonly { readonly name: string; readonly objects: string }[];
  readonly statics: {
    readonly logo: Picture;
    readonly gallery?: readonly Picture[];
    readonly darkModeLogo?: Picture;
    readonly darkModeGallery?: readonly Picture[];
  };
  /** Names of the sample records. */
  readonly samples: readonly string[];
}

/** Reads and checks the manifest. Throws CONFIG with the place of what is wrong. */
export function readManifest(
  path: string = shipped('integration', 'manifest.yml'),
  version: string = packageVersion(),
): Manifest {
  const manifest = readYaml(path, new Ajv2020({ allErrors: true }).compile<Manifest>(MANIFEST_SCHEMA));
  if (manifest.version !== version)
    throw new AppError('CONFIG', `${path} has version ${manifest.version}, the package ${version}.`, {
      hint: 'They are released together: write the package’s version.',
    });
  if (!manifest.components.some(({ name }) => name === manifest.type))
    throw new AppError('CONFIG', `${path}: type ${manifest.type} is not one of the components.`);
  return manifest;
}

/** Every file of `integration/static` that the manifest names. */
export function pictures({ statics }: Manifest): string[] {
  const all = [statics.logo, statics.darkModeLogo, ...(statics.gallery ?? []), ...(statics.darkModeGallery ?? [])];
  return all.flatMap((picture) => (picture === undefined ? [] : [picture.path]));
}
