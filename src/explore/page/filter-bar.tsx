import { OuiBadge, OuiButtonEmpty, OuiContextMenu, OuiPopover } from '@opensearch-project/oui';
import { useMemo, useRef, useState } from 'react';
import type { SavedFilter, View } from '../protocol.ts';
import { FilterEditor } from './filter-editor.tsx';
import { addFilter, describe, isEditable, isPinned, toggleDisabled, toggleNegated, togglePinned } from './filters.ts';
import type { Searched } from './searched.ts';

interface Props {
  readonly searched: Searched;
  readonly view: View;
  readonly onFilters: (filters: readonly SavedFilter[]) => void;
}

/** The chosen filters as pills; each can be pinned, negated, disabled, edited, removed. */
export function FilterBar({ searched, view, onFilters }: Props) {
  const { filters } = view;
  const [adding, setAdding] = useState(false);
  const dates = useMemo(
    () => new Set(searched.fields.flatMap(({ name, type }) => (type === 'date' ? [name] : []))),
    [searched],
  );
  return (
    <div className="filter-bar" role="group" aria-label="Filters">
      {filters.map((filter, position) => (
        <Pill
          // Not by what it says: the keyboard stays where it is when that changes.
          key={position}
          filter={filter}
          searched={searched}
          dates={dates}
          view={view}
          onChange={(changed) => onFilters(filters.with(position, changed))}
          onRemove={() => onFilters(filters.toSpliced(position, 1))}
        />
      ))}
      <OuiPopover
        isOpen={adding}
        closePopover={() => setAdding(false)}
        anchorPosition="downLeft"
        button={
          <OuiButtonEmpty size="xs" iconType="plusInCircle" onClick={() => setAdding(!adding)} data-test="add-filter">
            Add filter
          </OuiButtonEmpty>
        }
      >
        <FilterEditor
          searched={searched}
          view={view}
          onSave={(filter) => {
            setAdding(false);
            onFilters(addFilter(filters, filter));
          }}
        />
      </OuiPopover>
      {filters.length > 1 && (
        <OuiButtonEmpty size="xs" color="text" onClick={() => onFilters(filters.filter(isPinned))}>
          Clear all but pinned
        </OuiButtonEmpty>
      )}
    </div>
  );
}

interface PillProps {
  readonly filter: SavedFilter;
  readonly searched: Searched;
  /** Fields that are dates. */
  readonly dates: ReadonlySet<string>;
  readonly view: View;
  readonly onChange: (filter: SavedFilter) => void;
  readonly onRemove: () => void;
}

function Pill({ filter, searched, dates, view, onChange, onRemove }: PillProps) {
  const [open, setOpen] = useState(false);
  const { negate = false, disabled = false } = filter.meta;
  const text = describe(filter, dates);
  const anchor = useRef<HTMLDivElement>(null);
  const act = (action: () => void) => (): void => {
    setOpen(false);
    action();
  };
  /** Where the menu has gone and left the keyboard nowhere, it is given back to the pill. */
  const onMenu = (menu: HTMLElement | null): void => {
    if (menu !== null) return;
    requestAnimationFrame(() => {
      if (document.activeElement === document.body) anchor.current?.querySelector('button')?.focus();
    });
  };
  const panels = [
    {
      id: 0,
      items: [
        {
          name: isPinned(filter) ? 'Unpin' : 'Pin across dashboards',
          icon: 'pin',
          onClick: act(() => onChange(togglePinned(filter))),
        },
        ...(isEditable(filter) ? [{ name: 'Edit', icon: 'inspect', panel: 1 }] : []),
        {
          name: negate ? 'Include results' : 'Exclude results',
          icon: 'invert',
          onClick: act(() => onChange(toggleNegated(filter))),
        },
        {
          name: disabled ? 'Re-enable' : 'Temporarily disable',
          icon: disabled ? 'eye' : 'eyeClosed',
          onClick: act(() => onChange(toggleDisabled(filter))),
        },
        { name: 'Delete', icon: 'trash', onClick: act(onRemove) },
      ],
    },
    {
      id: 1,
      title: 'Edit filter',
      width: 420,
      content: (
        <div className="filter-edit">
          <FilterEditor
            searched={searched}
            view={view}
            filter={filter}
            onSave={(changed) => act(() => onChange(changed))()}
          />
        </div>
      ),
    },
  ];
  return (
    <OuiPopover
      isOpen={open}
      popoverRef={anchor}
      panelRef={onMenu}
      closePopover={() => setOpen(false)}
      panelPaddingSize="none"
      anchorPosition="downLeft"
      button={
        <OuiBadge
          className={`pill${disabled ? ' pill-disabled' : ''}`}
          color={negate ? 'danger' : 'hollow'}
          {...(isPinned(filter) ? { iconType: 'pinFilled' as const } : {})}
          onClick={() => setOpen(!open)}
          onClickAriaLabel={`Filter ${text}: actions`}
        >
          {text}
        </OuiBadge>
      }
    >
      <OuiContextMenu initialPanelId={0} panels={panels} />
    </OuiPopover>
  );
}
