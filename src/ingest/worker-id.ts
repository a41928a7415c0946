import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';

/** Names this process in the ledger: host, process, and a random part that tells it from an earlier process of that number. */
export function workerId(): string {
  return `${hostname()}:${process.pid}:${randomBytes(4).toString('hex')}`;
}

/**
 * Whether a worker of this host has ended: then nobody will settle its claims. Of other hosts nothing is known. Should two
 * hosts share a name, a claim may be taken over too early, which costs a second reading and never a second event.
 */
export function isGoneWorker(worker: string): boolean {
  const [, host, pid] = /^(.*):(\d+):[0-9a-f]+$/.exec(worker) ?? [];
  if (host !== hostname() || pid === undefined) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
