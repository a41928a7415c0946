import { OuiComboBox, OuiFormRow } from '@opensearch-project/oui';
import { useEffect, useState } from 'react';
import type { PanelContent, View } from '../../protocol.ts';
import { fetchValues } from '../api.ts';
import { formatNumber } from '../format.ts';
import { isChoice, valuesOf } from '../filters.ts';

interface Control {
  readonly id: string;
  readonly fieldName: string;
  readonly label: string;
  readonly type: string;
}

interface Props {
  readonly panel: PanelContent;
  readonly view: View;
  readonly onControl: (field: string, values: readonly string[]) => void;
}

/** Choosing values here is the same as a filter pill of them. */
export function Controls({ panel, view, onControl }: Props) {
  const controls = (panel.params['controls'] ?? []) as readonly Control[];
  return (
    <div className="controls">
      {controls.map((control) =>
        control.type === 'list' ? (
          <List key={control.id} control={control} view={view} onControl={onControl} />
        ) : (
          <span key={control.id}>{control.label}: only lists are shown here</span>
        ),
      )}
    </div>
  );
}

function List({ control, view, onControl }: { control: Control; view: View; onControl: Props['onControl'] }) {
  const { fieldName, label } = control;
  const [options, setOptions] = useState<{ label: string; key: string; append: string }[]>([]);
  const [search, setSearch] = useState('');
  const [asked, setAsked] = useState(false);
  const others = view.filters.filter((filter) => !isChoice(filter, fieldName));
  const key = JSON.stringify([view.from, view.to, others, search]);
  useEffect(() => {
    if (!asked) return undefined;
    const abort = new AbortController();
    fetchValues({ field: fieldName, prefix: search, view: { ...view, filters: others, query: '' } }, abort.signal).then(
      ({ values }) =>
        setOptions(values.map(({ value, count }) => ({ label: value, key: value, append: formatNumber(count) }))),
      () => abort.signal.aborted || setOptions([]),
    );
    return () => abort.abort();
  }, [asked, fieldName, key]);
  const chosen = view.filters.filter((filter) => isChoice(filter, fieldName)).flatMap(({ meta }) => valuesOf(meta));
  return (
    <OuiFormRow label={label} display="rowCompressed">
      <OuiComboBox
        compressed
        async
        placeholder="Any"
        aria-label={label}
        options={options}
        selectedOptions={chosen.map((value) => ({ label: value, key: value }))}
        onFocus={() => setAsked(true)}
        onSearchChange={setSearch}
        onChange={(selected: { label: string }[]) =>
          onControl(
            fieldName,
            selected.map((option) => option.label),
          )
        }
      />
    </OuiFormRow>
  );
}
