import type { Register } from './index.ts';
import type { OutputFlags } from './options.ts';
import { createReporter } from './reporter.ts';

interface BundleOptions extends Pick<OutputFlags, 'json'> {
  readonly out: string;
}

export const registerBundle: Register = (program) => {
  program
    .command('bundle')
    .description('Write the integration as files: catalog folder, saved objects to import, a Data Prepper pipeline.')
    .option('--out <folder>', 'where to write it', './ocsf-cloudtrail-bundle')
    .option('--json', 'print the files with their SHA-256 as JSON on stdout, and nothing else there')
    .action(bundle);
};

async function bundle(options: BundleOptions): Promise<void> {
  const reporter = createReporter(options);
  const { buildBundle, sha256, writeBundle } = await import('../bundle/bundle.ts');
  const files = buildBundle();
  writeBundle(options.out, files);
  for (const { path, content } of files) reporter.line(`${String(content.length).padStart(8)}  ${path}`);
  reporter.line();
  reporter.line(`Wrote ${files.length} files to ${options.out}; its README.md says what each is for.`);
  reporter.result({
    folder: options.out,
    files: files.map(({ path, content }) => ({ path, bytes: content.length, sha256: sha256(content) })),
  });
}
