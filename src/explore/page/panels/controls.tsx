import { OuiComboBox, OuiFormRow } from '@opensearch-project/oui';
import { useEffect, useRef, useState } from 'react';
import type { ControlContent, PanelContent, View } from '../../protocol.ts';
import { formatNumber } from '../format.ts';
import { isChoice, valuesOf } from '../filters.ts';
import { useValues } from '../use-values.ts';

interface Props {
  readonly panel: PanelContent;
  readonly view: View;
  readonly onControl: (field: string, values: readonly string[]) => void;
}

/** Choosing values here is the same as a filter pill of them. */
export function Controls({ panel, view, onControl }: Props) {
  return (
    <div className="controls">
      {panel.controls.map((control) =>
        control.type === 'list' ? (
          <List key={control.id} control={control} view={view} onControl={onControl} />
        ) : (
          <span key={control.id}>{control.label}: only lists are shown here</span>
        ),
      )}
    </div>
  );
}

function List({ control, view, onControl }: { control: ControlContent; view: View; onControl: Props['onControl'] }) {
  const { field, label, index, multiselect } = control;
  const [search, setSearch] = useState('');
  /** How often it was turned to: each time its values are asked anew. */
  const [turns, setTurns] = useState(0);
  /** What was typed and entered: it waits for the values that are offered for it. */
  const [entered, setEntered] = useState<string>();
  const box = useRef<OuiComboBox<unknown>>(null);
  /** Leaving the box would otherwise take for a value what was typed to search. */
  const left = useRef(false);
  const others = view.filters.filter((filter) => !isChoice(filter, field));
  const { values, loading, error } = useValues(
    turns === 0
      ? undefined
      : { field, prefix: search, indices: [index], view: { ...view, filters: others, query: '' } },
    turns,
  );
  const chosen = view.filters.filter((filter) => isChoice(filter, field)).flatMap(({ meta }) => valuesOf(meta));
  useEffect(() => {
    if (entered === undefined) return;
    if (entered !== search) return setEntered(undefined);
    if (loading) return;
    const value = (values.find((one) => one.value === entered) ?? values[0])?.value ?? entered;
    setEntered(undefined);
    box.current?.clearSearchValue();
    onControl(field, multiselect ? [...new Set([...chosen, value])] : [value]);
  });
  return (
    <OuiFormRow label={label} display="rowCompressed" isInvalid={error !== undefined} error={error}>
      <OuiComboBox
        ref={box}
        compressed
        async
        {...(multiselect ? {} : { singleSelection: { asPlainText: true } })}
        isLoading={loading}
        isInvalid={error !== undefined}
        placeholder="Any"
        aria-label={label}
        options={values.map(({ value, count }) => ({ label: value, key: value, append: formatNumber(count) }))}
        selectedOptions={chosen.map((value) => ({ label: value, key: value }))}
        onFocus={() => {
          left.current = false;
          setTurns(turns + 1);
        }}
        onBlur={() => (left.current = true)}
        onSearchChange={setSearch}
        onCreateOption={(text: string) => {
          if (!left.current) setEntered(text);
          return false;
        }}
        onChange={(selected: { label: string }[]) =>
          onControl(
            field,
            selected.map((option) => option.label),
          )
        }
      />
    </OuiFormRow>
  );
}
