/** What verifying needs of a cluster: searches, and the fields of an index expression. */
import type { Client } from '@opensearch-project/opensearch';
import type { Answer } from '../content/compile/response.ts';
import { searchOf, type SearchRequest } from '../content/compile/request.ts';
import type { Field } from '../content/index-pattern.ts';
import { clusterError } from '../opensearch/errors.ts';
import { fieldsFromCaps } from './field-caps.ts';

/** An answer, or the reason why there is none. */
export type Outcome = { readonly answer: Answer } | { readonly failure: string };

export interface VerifyCluster {
  /** In the order of the requests. Throws only when the cluster cannot be asked at all. */
  search(requests: readonly SearchRequest[]): Promise<readonly Outcome[]>;
  fields(index: string): Promise<readonly Field[]>;
  /** Makes what was written a moment ago searchable, where the user may do that. */
  refresh(indices: readonly string[]): Promise<void>;
}

/** Searches in one `_msearch`; more would make the cluster queue them anyway. */
const AT_ONCE = 16;

export function verifyCluster(client: Client, url: string): VerifyCluster {
  return {
    async search(requests) {
      const outcomes: Outcome[] = [];
      for (let i = 0; i < requests.length; i += AT_ONCE) {
        try {
          const { body } = await client.msearch({ body: linesOf(requests.slice(i, i + AT_ONCE)) });
          outcomes.push(...(body.responses as readonly Answer[]).map(wholeOutcomeOf));
        } catch (error) {
          throw clusterError(error, { action: 'run the panels', url });
        }
      }
      return outcomes;
    },
    async refresh(indices) {
      const index = indices.join(',');
      // A reader may not, and then sees what the next refresh of the index brings.
      if (index !== '') await client.indices.refresh({ index, ignore_unavailable: true }).catch(() => undefined);
    },
    async fields(index) {
      try {
        const { body } = await client.fieldCaps({ index, fields: ['*'], ignore_unavailable: true });
        return fieldsFromCaps(body.fields);
      } catch (error) {
        throw clusterError(error, { action: `read the fields of ${index}`, url });
      }
    },
  };
}

/** The lines of an `_msearch`: header and body of each. */
export function linesOf(requests: readonly SearchRequest[]) {
  return requests.flatMap((request) => {
    const { header, body } = searchOf(request);
    return [header, body];
  });
}

/** A search over no shards at all: neither the index nor the alias exists. */
export function isOverNothing(answer: Answer): boolean {
  return (answer['_shards'] as { total?: number } | undefined)?.total === 0;
}

interface Fault {
  readonly type?: string;
  readonly reason?: string;
  readonly root_cause?: readonly Fault[];
  readonly caused_by?: Fault;
}

/** Part of the shards failing is a failure too: the panel would show less than there is. */
export function outcomeOf(answer: Answer): Outcome {
  const error = answer['error'] as Fault | undefined;
  if (error !== undefined) return { failure: faultText(error) };
  const shards = answer['_shards'] as { failed?: number; failures?: readonly { reason?: Fault }[] } | undefined;
  const first = shards?.failures?.[0]?.reason;
  if ((shards?.failed ?? 0) > 0) {
    const reason = first === undefined ? '' : `: ${faultText(first)}`;
    return { failure: `${shards?.failed} shards failed${reason}` };
  }
  // Controls stop early on purpose.
  if (answer['timed_out'] === true && answer['terminated_early'] === undefined) return { failure: 'timed out' };
  return { answer };
}

/** The same, where what is missing must not go unnoticed. */
function wholeOutcomeOf(answer: Answer): Outcome {
  const missing = missingOf(answer);
  return missing === undefined ? outcomeOf(answer) : { failure: missing };
}

/** What an answer leaves out, as text: shards of which no node has a copy are not counted as failed. */
export function missingOf(answer: Answer): string | undefined {
  const { total, successful, failed } = { total: 0, failed: 0, ...(answer['_shards'] as Partial<Shards> | undefined) };
  const missing = total - failed - (successful ?? total - failed);
  return missing > 0 ? `${missing} of ${total} shards are on no node: their events are missing` : undefined;
}
interface Shards {
  readonly total: number;
  readonly successful: number;
  readonly failed: number;
}

function faultText(fault: Fault): string {
  const inner = fault.root_cause?.[0] ?? fault;
  const deepest = inner.caused_by ?? inner;
  return `${inner.type ?? 'error'}: ${deepest.reason ?? inner.reason ?? 'no reason given'}`;
}
