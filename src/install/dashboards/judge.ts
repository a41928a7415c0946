import type { SavedObject } from '../../content/compile/saved-object.ts';
import type { Answer } from './http.ts';

interface ImportError extends Partial<Pick<SavedObject, 'id'>> {
  readonly type?: string;
  readonly error?: {
    readonly type?: string;
    readonly message?: string;
    readonly references?: readonly { type?: string; id?: string }[];
  };
}

interface ImportBody {
  readonly success?: boolean;
  readonly successCount?: number;
  readonly errors?: readonly ImportError[];
  readonly message?: string;
}

/**
 * What is wrong with the answer to an import; empty when all `sent` objects were taken. HTTP 200 is no success: a
 * conflict or a missing reference writes nothing while the counts look as if it had.
 */
export function judgeImport(answer: Answer, sent: number): readonly string[] {
  const body = (answer.json ?? {}) as ImportBody;
  if (answer.status !== 200) return [`HTTP ${answer.status}: ${body.message ?? answer.text.trim().slice(0, 300)}`];
  if (answer.json === undefined) return ['the answer is not JSON'];
  const errors = body.errors ?? [];
  if (errors.length > 0) return errors.map(describe);
  if (body.success !== true) return ['it says that the import did not succeed, and not why'];
  if (body.successCount !== sent) return [`it took ${body.successCount ?? 0} of ${sent} objects`];
  return [];
}

function describe({ type = 'object', id = '', error = {} }: ImportError): string {
  const missing = (error.references ?? []).map((ref) => `${ref.type ?? ''} ${ref.id ?? ''}`).join(', ');
  const reasons: Readonly<Record<string, string>> = {
    conflict: 'it exists and was not overwritten',
    ambiguous_conflict: 'several objects stem from it',
    missing_references: `it refers to what is not there: ${missing}`,
    missing_data_source: 'its data source is not there',
    unsupported_type: 'this type is not known there',
  };
  return `${type} ${id}: ${error.message ?? reasons[error.type ?? ''] ?? error.type ?? 'refused'}`;
}
