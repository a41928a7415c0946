import type { Client } from '@opensearch-project/opensearch';
import { clusterError, errorTypeOf, reasonOf } from '../opensearch/errors.ts';
import type { ClusterStep, Note, Step } from './steps.ts';

/**
 * Runs the steps in order. Each may be run again: an install that broke in the middle is repeated as a whole.
 * Throws at the first step that the rest depends on; the notes tell of steps that could be left out.
 */
export async function applyClusterSteps(client: Client, steps: readonly Step[]): Promise<Note[]> {
  const notes: Note[] = [];
  for (const step of steps) {
    if (step.target !== 'cluster') continue;
    const { method, path, body } = step.request;
    try {
      await client.transport.request({ method, path, ...(body === undefined ? {} : { body }) });
    } catch (error) {
      const type = errorTypeOf(error) ?? '';
      if (step.optional?.includes(type)) {
        notes.push({ code: 'skipped', message: `Could not ${actionOf(step)}: ${reasonOf(error)}` });
        continue;
      }
      if (step.harmless?.includes(type) !== true) throw clusterError(error, { action: actionOf(step) });
    }
  }
  return notes;
}

function actionOf({ verb, what, name }: ClusterStep): string {
  return `${verb} the ${what} ${name}`;
}
