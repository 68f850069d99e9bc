/** A text field with suggestions that narrow while typing; any text may be entered. Keys as in the ARIA combobox pattern. */
import { useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useT } from '../base/i18n.ts';

/** More are cut: nobody reads on, and typing narrows. */
const MOST = 200;

interface Props {
  readonly id?: string;
  readonly value: string;
  readonly options: readonly string[];
  /** How many more there are that the server did not list. */
  readonly unlisted?: number;
  readonly placeholder: string;
  readonly clearLabel: string;
  readonly onChange: (value: string) => void;
  readonly mark?: (option: string) => ReactNode;
}

/** Options holding the typed text, those beginning with it first. */
function narrowed(options: readonly string[], typed: string): readonly string[] {
  const wanted = typed.trim().toLowerCase();
  if (wanted === '') {
    return options;
  }
  const holding = options.filter((option) => option.toLowerCase().includes(wanted));
  const [first, rest]: [string[], string[]] = [[], []];
  for (const option of holding) {
    (option.toLowerCase().startsWith(wanted) ? first : rest).push(option);
  }
  return [...first, ...rest];
}

export function Combobox({ id, value, options, unlisted = 0, placeholder, clearLabel, onChange, mark }: Props) {
  const { t, number } = useT();
  const listId = useId();
  const list = useRef<HTMLUListElement>(null);
  const [open, setOpen] = useState(false);
  // Until something is typed the whole list shows, whatever the field holds.
  const [typed, setTyped] = useState('');
  const [active, setActive] = useState(-1);
  const fitting = narrowed(options, typed);
  const shown = fitting.slice(0, MOST);
  const more = fitting.length - shown.length + unlisted;

  function close(): void {
    setOpen(false);
    setTyped('');
    setActive(-1);
  }

  function choose(option: string): void {
    onChange(option);
    close();
  }

  function move(to: number): void {
    setOpen(true);
    const next = Math.max(0, Math.min(shown.length - 1, to));
    setActive(next);
    list.current?.children[next]?.scrollIntoView({ block: 'nearest' });
  }

  function keyDown(event: KeyboardEvent): void {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      move(active + (event.key === 'ArrowDown' ? 1 : -1));
    } else if (event.key === 'Enter' && open && shown[active] !== undefined) {
      choose(shown[active]);
    } else if (event.key === 'Escape' && open) {
      close();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div className="combobox">
      <input
        id={id}
        type="text"
        role="combobox"
        aria-expanded={open}
        aria-controls={listId}
        aria-autocomplete="list"
        {...(active >= 0 ? { 'aria-activedescendant': `${listId}-${active}` } : {})}
        autoComplete="off"
        spellCheck={false}
        value={value}
        placeholder={placeholder}
        onChange={(event) => {
          onChange(event.target.value);
          setTyped(event.target.value);
          setActive(-1);
          setOpen(true);
        }}
        onFocus={() => setOpen(true)}
        onClick={() => setOpen(true)}
        onBlur={close}
        onKeyDown={keyDown}
      />
      {value === '' ? null : (
        <button type="button" className="combobox-clear" aria-label={clearLabel} title={clearLabel} onMouseDown={(event) => event.preventDefault()} onClick={() => choose('')}>
          ×
        </button>
      )}
      {open && shown.length > 0 ? (
        <ul id={listId} ref={list} role="listbox" className="combobox-list">
          {shown.map((option, i) => (
            <li
              key={option}
              id={`${listId}-${i}`}
              role="option"
              aria-selected={i === active}
              className={option === value ? 'chosen' : ''}
              // Before the field's blur closes the list.
              onMouseDown={(event) => {
                event.preventDefault();
                choose(option);
              }}
            >
              {mark?.(option)}
              {option}
            </li>
          ))}
          {more > 0 ? (
            <li role="presentation" className="combobox-more muted">
              {t('combobox.more', { n: number(more) })}
            </li>
          ) : null}
        </ul>
      ) : null}
    </div>
  );
}
