import { Modal } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { type KeyboardEvent, type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './Palette.module.css';
import { find } from './palette';
import { useEntries } from './useEntries';

// The dialog's own way waits for its transition; what is typed until then would be lost.
const focusAtOnce = (input: HTMLInputElement | null): void => input?.focus();

interface PaletteProps {
  onClose: () => void;
  onShortcuts: () => void;
}

/** Ctrl-K: contents, modules, pages and actions by a few letters. */
export default function Palette({ onClose, onShortcuts }: PaletteProps): ReactNode {
  const { t } = useTranslation();
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const list = useId();
  const found = find(useEntries(onShortcuts), query);
  const run = (index: number): void => {
    const entry = found[index];
    if (!entry) return;
    onClose();
    entry.run();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0 && found.length > 0) setAt((at + step + found.length) % found.length);
    else if (event.key === 'Enter') run(at);
    else return;
    event.preventDefault();
  };
  return (
    <Modal.Root opened onClose={onClose} size={560} yOffset="12vh" padding={0}>
      <Modal.Overlay />
      <Modal.Content aria-label={t('palette.open')}>
        <div className={classes.query}>
          <IconSearch size={18} className="faint" />
          <input
            data-autofocus
            ref={focusAtOnce}
            role="combobox"
            aria-expanded={found.length > 0}
            aria-controls={list}
            aria-activedescendant={found[at] ? `${list}-${at}` : undefined}
            aria-label={t('palette.search')}
            placeholder={t('palette.placeholder')}
            value={query}
            onChange={(event) => {
              setQuery(event.target.value);
              setAt(0);
            }}
            onKeyDown={onKeyDown}
          />
        </div>
        <div id={list} role="listbox" aria-label={t('palette.results')} className={classes.list}>
          {found.map((entry, index) => (
            <button
              key={entry.id}
              id={`${list}-${index}`}
              type="button"
              role="option"
              tabIndex={-1}
              aria-selected={index === at}
              className={classes.entry}
              onMouseMove={() => setAt(index)}
              onClick={() => run(index)}
            >
              <span className="grow cut">{entry.label}</span>
              <span className="xs faint">{entry.kind}</span>
            </button>
          ))}
        </div>
        {found.length === 0 && (
          <p className={classes.none} role="status">
            {t('palette.none', { query })}
          </p>
        )}
      </Modal.Content>
    </Modal.Root>
  );
}
