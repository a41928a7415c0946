import { build } from '../../scripts/build.mjs';

const NEEDS_NO_SERVER = /(^|\/)test\/(unit|golden|content)(\/|$)/;

/** One OpenSearch node and one S3/SQS emulator for the whole run, unless the selected tests need none. */
export default async function globalSetup(globalConfig) {
  const selected = globalConfig.testPathPatterns?.patterns ?? [];
  if (selected.length > 0 && selected.every((pattern) => NEEDS_NO_SERVER.test(pattern))) return;
  await build();
  const { endWithNpm } = await import('../../dist/runtime/npm.js');
  endWithNpm();
  // Said once a process otherwise, in the middle of the results.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const { provideOpenSearch, provideAws, emulatorEnvironment } = await import('../../dist/runtime/environment.js');
  const started = await Promise.allSettled([provideOpenSearch({ profile: 'test' }), provideAws()]);
  const servers = started.filter((result) => result.status === 'fulfilled').map((result) => result.value);
  globalThis.testServers = servers;
  const failed = started.find((result) => result.status === 'rejected');
  if (failed !== undefined) {
    await Promise.all(servers.map((server) => server.stop()));
    const { message, hint } = failed.reason;
    throw new Error(hint === undefined ? message : `${message} → ${hint}`, { cause: failed.reason });
  }
  const [opensearch, aws] = servers;
  process.env.OPENSEARCH_URL = opensearch.url;
  Object.assign(process.env, emulatorEnvironment(aws.url));
  for (const name of ['AWS_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_DEFAULT_REGION']) delete process.env[name];
}
