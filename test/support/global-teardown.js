/** Ends what the global setup started; each server gets ten seconds, then SIGKILL. */
export default async function globalTeardown() {
  await Promise.all((globalThis.testServers ?? []).map((server) => server.stop()));
}
