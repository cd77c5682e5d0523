// A table of rows: columns that the reader chooses and that are kept for them, sorted by the server, with a selection.
import { ActionIcon, Checkbox, Group, Menu, Paper, Table, Text, UnstyledButton } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconArrowDown, IconArrowUp, IconColumns3 } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

export interface Column<Row> {
  readonly id: string;
  readonly label: string;
  readonly cell: (row: Row) => ReactNode;
  /** Name by which the server sorts it; left out where it does not. */
  readonly sort?: string;
  /** Shown to the right, as numbers are. */
  readonly isNumber?: boolean;
  /** Left out until the reader asks for it. */
  readonly isHidden?: boolean;
  /** Cannot be left out. */
  readonly isFixed?: boolean;
}

export interface Selection {
  readonly chosen: ReadonlySet<string>;
  readonly onChange: (chosen: ReadonlySet<string>) => void;
  readonly labelOf?: (id: string) => string;
  /** Which rows can be chosen; left out for all. */
  readonly isOffered?: (id: string) => boolean;
}

/** From how many columns on they are searched for. */
const MANY = 12;

interface Props<Row> {
  /** Name under which the reader's columns are kept. */
  readonly name: string;
  /** What the table shows, for whoever cannot see it. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly idOf: (row: Row) => string;
  readonly selection?: Selection | undefined;
  /** The property sorted by, with `-` before it where downwards. */
  readonly sort?: string | undefined;
  readonly onSort?: (sort: string | undefined) => void;
  /** In place of rows where there are none. */
  readonly empty?: ReactNode;
  /** Beside the choice of columns. */
  readonly tools?: ReactNode;
}

/** The columns that are shown, and the menu that chooses them. */
export function useColumns<Row>(name: string, columns: readonly Column<Row>[]) {
  const [kept, setKept] = useLocalStorage<Record<string, boolean>>({
    key: `strata.columns.${name}`,
    defaultValue: {},
    getInitialValueInEffect: false,
  });
  const isShown = ({ id, isFixed, isHidden }: Column<Row>) =>
    isFixed === true || (kept[id] ?? isHidden !== true);
  return { shown: columns.filter(isShown), isShown, setKept, kept };
}

export function DataTable<Row>(props: Props<Row>) {
  const { name, label, columns, rows, idOf, selection, sort, onSort, empty, tools } = props;
  const { t } = useTranslation();
  const { shown, isShown, setKept, kept } = useColumns(name, columns);
  const [wanted, setWanted] = useState('');
  const offered = columns.filter(({ id, label }) =>
    `${label} ${id}`.toLowerCase().includes(wanted.trim().toLowerCase()),
  );
  const ids = rows.map(idOf);
  const choosable = selection?.isOffered ? ids.filter(selection.isOffered) : ids;
  const chosenHere = selection ? choosable.filter((id) => selection.chosen.has(id)).length : 0;
  const choose = (some: readonly string[], isChosen: boolean) => {
    const chosen = new Set(selection!.chosen);
    for (const id of some)
      if (isChosen) chosen.add(id);
      else chosen.delete(id);
    selection!.onChange(chosen);
  };
  return (
    <div>
      <Group justify="flex-end" gap="xs" mb={4}>
        {tools}
        <Menu closeOnItemClick={false} position="bottom-end" withinPortal>
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" aria-label={t('actions.columns')}>
              <IconColumns3 size={18} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown mah={400} style={{ overflowY: 'auto' }}>
            {columns.length > MANY && (
              <Menu.Search
                value={wanted}
                onChange={({ currentTarget }) => setWanted(currentTarget.value)}
                placeholder={t('table.findColumn')}
                aria-label={t('table.findColumn')}
              />
            )}
            {offered.map((column) => (
              <Menu.Item
                key={column.id}
                disabled={column.isFixed === true}
                role="menuitemcheckbox"
                aria-checked={isShown(column)}
                leftSection={
                  <Checkbox.Indicator
                    size="xs"
                    checked={isShown(column)}
                    disabled={column.isFixed === true}
                  />
                }
                onClick={() => setKept({ ...kept, [column.id]: !isShown(column) })}
              >
                {column.label}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      </Group>
      <Paper withBorder>
        <Table.ScrollContainer type="native" minWidth={140 * shown.length} tabIndex={0} aria-label={label}>
          <Table highlightOnHover verticalSpacing={6} aria-label={label}>
            <Table.Thead>
              <Table.Tr>
                {selection && (
                  <Table.Th w={40}>
                    <Checkbox
                      aria-label={t('select.page')}
                      checked={chosenHere > 0 && chosenHere === choosable.length}
                      indeterminate={chosenHere > 0 && chosenHere < choosable.length}
                      onChange={({ currentTarget }) => choose(choosable, currentTarget.checked)}
                    />
                  </Table.Th>
                )}
                {shown.map((column) => (
                  <Head key={column.id} column={column} sort={sort} onSort={onSort} />
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map((row) => {
                const id = idOf(row);
                const isChosen = selection?.chosen.has(id) ?? false;
                return (
                  <Table.Tr key={id} aria-selected={selection ? isChosen : undefined}>
                    {selection && (
                      <Table.Td>
                        <Checkbox
                          aria-label={`${t('select.row')}: ${selection.labelOf?.(id) ?? id}`}
                          checked={isChosen}
                          disabled={selection.isOffered?.(id) === false}
                          onChange={({ currentTarget }) => choose([id], currentTarget.checked)}
                        />
                      </Table.Td>
                    )}
                    {shown.map((column) => (
                      <Table.Td key={column.id} ta={column.isNumber ? 'right' : undefined} maw={420} fz="sm">
                        {column.cell(row)}
                      </Table.Td>
                    ))}
                  </Table.Tr>
                );
              })}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
        {rows.length === 0 && empty}
      </Paper>
    </div>
  );
}

function Head<Row>({
  column,
  sort,
  onSort,
}: Pick<Props<Row>, 'sort' | 'onSort'> & { readonly column: Column<Row> }) {
  const { t } = useTranslation();
  const { label, sort: by, isNumber } = column;
  const align = isNumber ? 'right' : undefined;
  if (by === undefined || !onSort)
    return (
      <Table.Th ta={align} fz="sm">
        {label}
      </Table.Th>
    );
  const direction = sort === by ? 'ascending' : sort === `-${by}` ? 'descending' : 'none';
  const next = direction === 'none' ? by : direction === 'ascending' ? `-${by}` : undefined;
  return (
    <Table.Th aria-sort={direction} ta={align} fz="sm">
      <UnstyledButton onClick={() => onSort(next)} fw={700} fz="sm">
        <Group gap={4} wrap="nowrap">
          <Text span inherit>
            {label}
          </Text>
          {direction === 'ascending' && <IconArrowUp size={14} aria-label={t('table.sortUp')} />}
          {direction === 'descending' && <IconArrowDown size={14} aria-label={t('table.sortDown')} />}
        </Group>
      </UnstyledButton>
    </Table.Th>
  );
}
