// Chooses which columns the rows are shown in.
import { ActionIcon, Checkbox, Menu } from '@mantine/core';
import { IconColumns3 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { COLUMNS, FIRST_COLUMNS, useRowColumns, type ColumnId } from './columns';

const KEPT = 'strata.columns.audit';
const isColumn = (id: string): id is ColumnId => (COLUMNS as readonly string[]).includes(id);

/** Columns of the address or the view, else those that the reader chose last. */
export function columnsOf(asked: readonly string[] | undefined): readonly ColumnId[] {
  const kept = asked ?? localStorage.getItem(KEPT)?.split(',') ?? [];
  const known = kept.filter(isColumn);
  return known.length > 0 ? known : FIRST_COLUMNS;
}

interface Props {
  readonly columns: readonly ColumnId[];
  readonly onChange: (columns: readonly ColumnId[]) => void;
}

export function ColumnsMenu({ columns, onChange }: Props) {
  const { t } = useTranslation(['audit', 'common']);
  const all = useRowColumns();
  const toggle = (id: ColumnId) => {
    const next = columns.includes(id)
      ? columns.filter((one) => one !== id)
      : COLUMNS.filter((one) => one === id || columns.includes(one));
    localStorage.setItem(KEPT, next.join(','));
    onChange(next);
  };
  return (
    <Menu closeOnItemClick={false} position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t('common:actions.columns')}
          title={t('common:actions.columns')}
        >
          <IconColumns3 size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown mah={420} style={{ overflowY: 'auto' }}>
        {all.map(({ id, label }) => {
          const isShown = columns.includes(id);
          return (
            <Menu.Item
              key={id}
              role="menuitemcheckbox"
              aria-checked={isShown}
              disabled={isShown && columns.length === 1}
              leftSection={<Checkbox.Indicator size="xs" checked={isShown} />}
              onClick={() => toggle(id)}
            >
              {label}
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}
