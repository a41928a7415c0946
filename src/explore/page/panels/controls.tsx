import { OuiComboBox, OuiFormRow } from '@opensearch-project/oui';
import { useEffect, useRef, useState } from 'react';
import type { ControlContent, PanelContent, ValuesAnswer, View } from '../../protocol.ts';
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
  const [unclear, setUnclear] = useState(false);
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
  const choices = view.filters.filter((filter) => isChoice(filter, field));
  const chosen = [...new Set(choices.flatMap(({ meta }) => valuesOf(meta)))];
  useEffect(() => {
    if (entered === undefined) return;
    if (entered !== search) return setEntered(undefined);
    if (loading) return;
    setEntered(undefined);
    const value = wanted(entered, values);
    if (value === undefined) return setUnclear(true);
    box.current?.clearSearchValue();
    onControl(field, multiselect ? [...new Set([...chosen, value])] : [value]);
  });
  const problem = error ?? (unclear ? 'No event has just this: choose one below' : undefined);
  return (
    <OuiFormRow
      label={label}
      // Below the box the values that are offered would cover it.
      labelAppend={
        problem !== undefined && (
          <span className="control-problem" role="alert" title={problem}>
            {problem}
          </span>
        )
      }
      display="rowCompressed"
      isInvalid={problem !== undefined}
    >
      <OuiComboBox
        ref={box}
        compressed
        async
        {...(multiselect ? {} : { singleSelection: { asPlainText: true } })}
        isLoading={loading}
        isInvalid={problem !== undefined}
        placeholder="Any"
        aria-label={label}
        options={values.map(({ value, count }) => ({ label: value, key: value, append: formatNumber(count) }))}
        selectedOptions={chosen.map((value) => ({ label: value, key: value }))}
        onFocus={() => {
          left.current = false;
          setTurns(turns + 1);
        }}
        onBlur={() => (left.current = true)}
        onSearchChange={(text: string) => {
          setSearch(text.trim());
          setUnclear(false);
        }}
        onCreateOption={(text: string) => {
          if (!left.current) setEntered(text.trim());
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

const ADDRESS = /^\d{1,3}(\.\d{1,3}){3}$/;

/**
 * The value that is meant by what was entered: itself, where an event has it, none has anything like it, or it is a whole
 * address. Undefined: only others are offered; taking one of those would show its events as if they were the ones sought.
 */
function wanted(entered: string, values: ValuesAnswer['values']): string | undefined {
  const alike = values.filter(({ value }) => value.toLowerCase() === entered.toLowerCase());
  const found = alike.find(({ value }) => value === entered) ?? alike[0];
  if (found !== undefined) return found.value;
  return values.length === 0 || ADDRESS.test(entered) ? entered : undefined;
}
