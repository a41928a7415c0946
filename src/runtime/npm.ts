const EVERY_MS = 1000;

/**
 * Ends this process as SIGTERM does once the npm that runs it is gone: npm killed with -9 passes no signal on. For
 * programs that stay up; the npm script has to `exec` them, so that npm is their parent.
 *
 * @returns undoes it
 */
export function endWithNpm(): () => void {
  if (process.env['npm_lifecycle_event'] === undefined) return () => undefined;
  const npm = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === npm) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, EVERY_MS).unref();
  return () => clearInterval(timer);
}
