import { OuiButton, OuiComboBox, OuiFormRow, OuiSelect } from '@opensearch-project/oui';
import { useState } from 'react';
import type { SavedFilter, View } from '../protocol.ts';
import { exists, madeFrom, phrase, phrases, valuesOf } from './filters.ts';
import type { Searched } from './searched.ts';
import { useValues } from './use-values.ts';

const OPERATORS = ['is', 'is not', 'is one of', 'is not one of', 'exists', 'does not exist'] as const;
type Operator = (typeof OPERATORS)[number];

interface Props {
  readonly searched: Searched;
  readonly view: View;
  readonly filter?: SavedFilter;
  readonly onSave: (filter: SavedFilter) => void;
}

/** Field, operator, values: values are offered from the events in view, others may be typed. */
export function FilterEditor({ searched, view, filter, onSave }: Props) {
  const [field, setField] = useState(filter?.meta.key ?? '');
  const [operator, setOperator] = useState<Operator>(filter === undefined ? 'is' : operatorOf(filter));
  const [values, setValues] = useState<readonly string[]>(filter === undefined ? [] : valuesOf(filter.meta));
  const [search, setSearch] = useState('');
  const needsValue = operator !== 'exists' && operator !== 'does not exist';
  const many = operator === 'is one of' || operator === 'is not one of';

  const { indices, fields } = searched;
  const asked = field !== '' && needsValue;
  const offered = useValues(
    asked ? { field, prefix: search, indices, view: { ...view, filters: [], query: '' } } : undefined,
  );

  const save = (): void => {
    const negate = operator.includes('not');
    const first = values[0] ?? '';
    const made = !needsValue ? exists(field, negate) : many ? phrases(field, values) : phrase(field, first, negate);
    const signed = { ...made, meta: { ...made.meta, negate } };
    onSave(filter === undefined ? signed : madeFrom(filter, signed));
  };
  const options = (words: readonly string[]): { label: string }[] => words.map((label) => ({ label }));
  return (
    <div className="filter-editor">
      <OuiFormRow label="Field">
        <OuiComboBox
          compressed
          singleSelection={{ asPlainText: true }}
          options={options(
            fields.filter(({ searchable, name }) => searchable && !name.startsWith('_')).map(({ name }) => name),
          )}
          selectedOptions={options(field === '' ? [] : [field])}
          onChange={(chosen: { label: string }[]) => {
            setField(chosen[0]?.label ?? '');
            setValues([]);
          }}
          data-test-subj="filter-field"
        />
      </OuiFormRow>
      <OuiFormRow label="Operator">
        <OuiSelect
          compressed
          options={OPERATORS.map((text) => ({ value: text, text }))}
          value={operator}
          onChange={(event) => setOperator(event.target.value as Operator)}
        />
      </OuiFormRow>
      {needsValue && (
        <OuiFormRow label={many ? 'Values' : 'Value'} isInvalid={offered.error !== undefined} error={offered.error}>
          <OuiComboBox
            compressed
            async
            isLoading={offered.loading}
            {...(many ? {} : { singleSelection: { asPlainText: true } })}
            options={options(offered.values.map(({ value }) => value))}
            selectedOptions={options(values)}
            onSearchChange={setSearch}
            onCreateOption={(text: string) => setValues(many ? [...values, text] : [text])}
            onChange={(chosen: { label: string }[]) => setValues(chosen.map(({ label }) => label))}
            data-test-subj="filter-value"
          />
        </OuiFormRow>
      )}
      <OuiButton
        size="s"
        fill
        isDisabled={field === '' || (needsValue && values.length === 0)}
        onClick={save}
        data-test="save-filter"
      >
        Save
      </OuiButton>
    </div>
  );
}

function operatorOf({ meta }: SavedFilter): Operator {
  if (meta.type === 'exists') return meta.negate ? 'does not exist' : 'exists';
  if (meta.type === 'phrases') return meta.negate ? 'is not one of' : 'is one of';
  return meta.negate ? 'is not' : 'is';
}
