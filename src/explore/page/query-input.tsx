import { useId, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { DqlSyntaxError, parseDql } from '../../content/dql/dql.ts';
import type { FieldContent, ValuesAnswer, View } from '../protocol.ts';
import { completed, completionAt, quoteValue, rankFields, type Completion } from './completion.ts';
import { formatNumber } from './format.ts';
import type { Searched } from './searched.ts';
import { useValues } from './use-values.ts';

interface Props {
  readonly searched: Searched;
  readonly view: View;
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly onSubmit: (text: string) => void;
}

interface Suggestion {
  readonly insert: string;
  readonly label: string;
  readonly hint: string;
}

/** DQL with completion of fields and values; the same parser as the compiler says where a text is wrong. */
export function QueryInput({ searched, view, text, onText, onSubmit }: Props) {
  const [selection, setSelection] = useState<readonly [start: number, end: number]>([text.length, text.length]);
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const input = useRef<HTMLInputElement>(null);
  const list = useId();
  const names = useMemo(() => new Set(searched.fields.map(({ name }) => name)), [searched]);
  const completion = completionAt(text, selection, names);
  const { suggestions, failure } = useSuggestions(open ? completion : undefined, searched, view);
  const error = useMemo(() => syntaxError(text), [text]);

  const accept = (suggestion: Suggestion): void => {
    const { text: next, cursor: position } = completed(text, completion, suggestion.insert);
    onText(next);
    setSelection([position, position]);
    setActive(-1);
    requestAnimationFrame(() => input.current?.setSelectionRange(position, position));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setOpen(true);
      setActive((active + step + suggestions.length + 1) % (suggestions.length + 1));
    } else if (event.key === 'Escape') setOpen(false);
    else if (event.key === 'Enter' || (event.key === 'Tab' && active >= 0)) {
      const chosen = suggestions[active];
      if (open && chosen !== undefined) {
        event.preventDefault();
        accept(chosen);
      } else if (event.key === 'Enter') {
        // What is wrong with the text stands where the suggestions were.
        setOpen(false);
        if (error === undefined) onSubmit(text);
      }
    }
  };

  return (
    <div className="query-input">
      <input
        ref={input}
        className="plain-input"
        role="combobox"
        aria-label="Query in DQL"
        aria-expanded={open && suggestions.length > 0}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={active >= 0 ? `${list}-${active}` : undefined}
        aria-invalid={error !== undefined}
        placeholder="Search in DQL, such as status_id: 2 and api.operation: Create*"
        spellCheck={false}
        autoComplete="off"
        value={text}
        onChange={(event) => {
          onText(event.target.value);
          setSelection(selectionOf(event.target));
          setOpen(true);
          setActive(-1);
        }}
        onSelect={(event) => setSelection(selectionOf(event.currentTarget))}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
      />
      {open && suggestions.length > 0 && (
        <ul className="suggestions" id={list} role="listbox" aria-label="Suggestions">
          {suggestions.map((suggestion, position) => (
            <li
              key={suggestion.label}
              id={`${list}-${position}`}
              role="option"
              aria-selected={position === active}
              ref={position === active ? intoView : undefined}
              onMouseDown={(event) => {
                event.preventDefault();
                accept(suggestion);
              }}
            >
              <code>{suggestion.label}</code>
              <span>{suggestion.hint}</span>
            </li>
          ))}
        </ul>
      )}
      {failure !== undefined && (
        <p className="suggestions suggestions-failed" role="status">
          The values could not be read: {failure}
        </p>
      )}
      {error !== undefined && failure === undefined && !(open && suggestions.length > 0) && (
        <pre className="query-error" role="alert">
          {error}
        </pre>
      )}
    </div>
  );
}

const selectionOf = ({ value, selectionStart, selectionEnd }: HTMLInputElement): readonly [number, number] => {
  const start = selectionStart ?? value.length;
  return [start, selectionEnd ?? start];
};

const intoView = (element: HTMLElement | null): void => element?.scrollIntoView({ block: 'nearest' });

/** Parser's own message: what was expected, the text, a caret under the place. */
function syntaxError(text: string): string | undefined {
  try {
    parseDql(text);
    return undefined;
  } catch (error) {
    if (error instanceof DqlSyntaxError) return error.message;
    throw error;
  }
}

function useSuggestions(
  completion: Completion | undefined,
  { fields, indices }: Searched,
  view: View,
): { readonly suggestions: readonly Suggestion[]; readonly failure: string | undefined } {
  const asked = completion?.kind === 'value' ? { field: completion.field, prefix: completion.word } : undefined;
  const { values, error } = useValues(asked && { ...asked, indices, view: { ...view, query: '' } });
  return {
    suggestions: completion === undefined ? [] : suggestionsFor(completion, values, fields),
    failure: error,
  };
}

function suggestionsFor(
  completion: Completion,
  values: ValuesAnswer['values'],
  fields: readonly FieldContent[],
): Suggestion[] {
  if (completion.kind === 'value')
    return values.map(({ value, count }) => ({
      insert: `${quoteValue(value)} `,
      label: value,
      hint: formatNumber(count),
    }));
  if (completion.kind === 'conjunction')
    return ['and', 'or']
      .filter((word) => word.startsWith(completion.word.toLowerCase()))
      .map((word) => ({ insert: `${word} `, label: word, hint: word === 'and' ? 'both must hold' : 'one must hold' }));
  return rankFields(completion.word, fields, 12).map(({ name, type }) => ({
    insert: `${name}: `,
    label: name,
    hint: type,
  }));
}
