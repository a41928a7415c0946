/** Resolves at the first SIGINT or SIGTERM with its name; a second one leaves at once with the signal's own exit code. */
export function interrupted(): Promise<'SIGINT' | 'SIGTERM'> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => {
        process.once(signal, () => process.kill(process.pid, 'SIGKILL'));
        resolve(signal);
      });
  });
}
