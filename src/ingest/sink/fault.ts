import { FatalError } from '../../errors.ts';
import type { Fault, Ruling } from './outcome.ts';

/** `429 cluster_block_exception: index [x] blocked by … (free disk space …)`. */
export function describeFault({ status, type, reason }: Fault, hint?: string): string {
  const answer = [status === 0 ? '' : String(status), type].filter((word) => word !== '').join(' ');
  return `${answer}${reason === '' ? '' : `: ${reason.slice(0, 300)}`}${hint === undefined ? '' : ` (${hint})`}`;
}

/** What ends the run. It has no cause on purpose: the client's error would carry documents and headers along. */
export function fatalFault(fault: Fault, { code = 'CLUSTER_REFUSED', hint }: Ruling): FatalError {
  const message = `The cluster refuses: ${describeFault(fault)}`;
  return new FatalError(code, message, hint === undefined ? {} : { hint });
}
