// What did not fit in a load, row by row, as a spreadsheet counts rows.
import { Stack, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client';
import { useObjectLabel } from '../../api/object-types';
import { DataTable, type Column } from '../../ui/data-table';
import { keptPageSize, Pager } from '../../ui/pager';
import { Answer, Empty } from '../../ui/states';
import { useFormats } from '../../words/formats';
import { isRunning, loadErrorsQuery, type Load } from './backups.queries';

type Line = Schemas['ErrorLine'];

export function LoadErrors({ load }: { readonly load: Load }) {
  const { t } = useTranslation(['backups', 'common']);
  const { number } = useFormats();
  const labelOf = useObjectLabel();
  const { after, limit } = useSearch({ from: '/shell/loads/$loadId' });
  const navigate = useNavigate({ from: '/loads/$loadId' });
  const size = Number(limit ?? keptPageSize());
  const query = useQuery({
    ...loadErrorsQuery(load.id, { limit: size, after }),
    refetchInterval: isRunning(load) ? 5_000 : false,
  });
  const columns: Column<Line>[] = [
    { id: 'file', label: t('load.file'), isFixed: true, cell: ({ file }) => file },
    {
      id: 'row',
      label: t('errors.row'),
      isNumber: true,
      cell: ({ row }) => (row === 0 ? t('errors.whole') : number(row)),
    },
    {
      id: 'column',
      label: t('errors.column'),
      cell: ({ column, property }) => property ?? (column === undefined ? '—' : number(column + 1)),
    },
    { id: 'why', label: t('errors.why'), isFixed: true, cell: ({ message }) => message },
    { id: 'type', label: t('errors.type'), isHidden: true, cell: ({ type }) => type },
    {
      id: 'objectType',
      label: t('common:objectType.label'),
      isHidden: true,
      cell: ({ objectType }) => (objectType === undefined ? '—' : labelOf(objectType)),
    },
    { id: 'recordId', label: t('errors.recordId'), isHidden: true, cell: ({ recordId }) => recordId ?? '—' },
  ];
  return (
    <Stack gap={4}>
      <Title order={2} size="h4">
        {t('errors.title')}
      </Title>
      <Answer query={query}>
        {({ results, paging }) => (
          <Stack gap="sm">
            <DataTable
              name="load-errors"
              label={t('errors.title')}
              columns={columns}
              rows={results}
              idOf={(line) => `${line.file} ${line.row} ${line.column ?? ''} ${line.type} ${line.message}`}
              empty={<Empty title={t(isRunning(load) ? 'errors.noneYet' : 'errors.none')} />}
            />
            <Pager
              after={after}
              next={paging?.next.after}
              size={size}
              onPage={(to) => void navigate({ search: (now) => ({ ...now, after: to }) })}
              onSize={(to) => void navigate({ search: { limit: String(to) } })}
            />
          </Stack>
        )}
      </Answer>
    </Stack>
  );
}
