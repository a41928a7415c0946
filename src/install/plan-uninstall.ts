import type { Names } from '../names.ts';
import type { Current } from './current.ts';
import { PACKAGE } from './desired.ts';
import { metaOf } from './plan.ts';
import type { ClusterStep, Note, Plan } from './steps.ts';

/**
 * Takes away what `install` put there. Events, ledger and dead letters stay, and so does the alias on them: they are the
 * user's data, and searchable as before. Indices that never held a document are install's own, and go.
 */
export function planUninstall(names: Names, current: Current, options: { deleteData: boolean }): Plan {
  const ours = (name: string, body: Parameters<typeof metaOf>[0]) =>
    metaOf(body)?.package === PACKAGE && own(names).includes(name);
  const steps: ClusterStep[] = [
    // Index templates first: a component cannot go while a template uses it.
    ...current.templates
      .filter(({ name, body }) => ours(name, body))
      .map(({ name }) => remove('index template', name, `/_index_template/${encodeURIComponent(name)}`)),
    ...current.components
      .filter(({ name, body }) => ours(name, body))
      .map(({ name }) => remove('component template', name, `/_component_template/${encodeURIComponent(name)}`)),
  ];
  const kept: string[] = [];
  for (const { name, used } of current.indices) {
    if (!used || options.deleteData)
      steps.push({
        ...remove('index', name, `/${encodeURIComponent(name)}`),
        detail: used ? 'with its data' : 'empty',
      });
    else kept.push(name);
  }
  const notes: Note[] =
    kept.length === 0
      ? []
      : [
          {
            code: 'kept',
            message: `Kept with their data and the alias ${names.alias}: ${kept.join(', ')}. --delete-data deletes them.`,
          },
        ];
  return { steps, notes };
}

function own(names: Names): string[] {
  const { mappingsComponent, settingsComponent, indexTemplate, ledgerTemplate, deadLettersTemplate } = names;
  return [mappingsComponent, settingsComponent, indexTemplate, ledgerTemplate, deadLettersTemplate];
}

function remove(what: ClusterStep['what'], name: string, path: string): ClusterStep {
  return {
    target: 'cluster',
    verb: 'delete',
    what,
    name,
    request: { method: 'DELETE', path },
    harmless: ['resource_not_found_exception', 'index_not_found_exception', 'index_template_missing_exception'],
  };
}
