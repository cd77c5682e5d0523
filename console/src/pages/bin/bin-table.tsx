// The rows of the recycle bin: what was deleted, by whom and when, and how long it stays.
import { Anchor, Badge } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { recordName, type ObjectType } from '../../api/object-types';
import { DataTable, type Column, type Selection } from '../../ui/data-table';
import { useNow, When } from '../../ui/shown';
import type { BinRecord } from './bin.queries';

const DAY = 86_400_000;
/** From so few days on it is said that time is running out. */
const SOON = 7;

export function BinTable({
  type,
  rows,
  selection,
  empty,
}: {
  readonly type: ObjectType;
  readonly rows: readonly BinRecord[];
  readonly selection: Selection | undefined;
  readonly empty: ReactNode;
}) {
  const { t } = useTranslation(['bin', 'records']);
  const now = useNow();
  const nameOf = (record: BinRecord) =>
    recordName(type, record.properties) ?? record.name ?? t('records:list.unnamed', { id: record.id });
  const columns: readonly Column<BinRecord>[] = [
    {
      ...{ id: 'name', label: t('records:list.name'), isFixed: true },
      cell: (record) => (
        <Anchor
          fz="sm"
          dir="auto"
          renderRoot={(props) => (
            <Link
              to="/records/$objectType/$recordId"
              params={{ objectType: type.name, recordId: record.id }}
              {...props}
            />
          )}
        >
          {nameOf(record)}
        </Anchor>
      ),
    },
    { id: 'id', label: 'Id', cell: ({ id }) => id },
    { id: 'archivedAt', label: t('columns.archivedAt'), cell: ({ archivedAt }) => <When at={archivedAt} /> },
    {
      ...{ id: 'archivedBy', label: t('columns.archivedBy') },
      cell: ({ archivedBy }) =>
        archivedBy === null
          ? '—'
          : archivedBy.type === 'user'
            ? (archivedBy.email ?? archivedBy.id)
            : [t(`records:actors.${archivedBy.type}`, { defaultValue: archivedBy.type }), archivedBy.email]
                .filter(Boolean)
                .join(' · '),
    },
    {
      ...{ id: 'left', label: t('columns.left') },
      cell: ({ purgeAt }) => {
        const days = Math.max(0, Math.floor((Date.parse(purgeAt) - now) / DAY));
        const text = t('columns.days', { count: days });
        return days < SOON ? (
          <Badge color="red" variant="light" tt="none">
            {text}
          </Badge>
        ) : (
          text
        );
      },
    },
    {
      ...{ id: 'purgeAt', label: t('columns.purgeAt'), isHidden: true },
      cell: ({ purgeAt }) => <When at={purgeAt} />,
    },
    {
      ...{ id: 'createdAt', label: t('columns.createdAt'), isHidden: true },
      cell: ({ createdAt }) => <When at={createdAt} />,
    },
  ];
  const names = new Map(rows.map((record) => [record.id, nameOf(record)]));
  return (
    <DataTable
      name="bin"
      label={type.label}
      columns={columns}
      rows={rows}
      idOf={({ id }) => id}
      selection={selection && { ...selection, labelOf: (id) => names.get(id) ?? id }}
      empty={empty}
    />
  );
}
