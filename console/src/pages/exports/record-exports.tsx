// The list of exports of records, and the way to a new one.
import { Anchor, Button, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconFileExport } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useObjectLabel } from '../../api/object-types';
import { usePersonName } from '../../api/properties';
import { DataTable, type Column } from '../../ui/data-table';
import { keptPageSize, Pager } from '../../ui/pager';
import { ProgressBar } from '../../ui/progress';
import { Status, Value, When } from '../../ui/shown';
import { Answer, Empty } from '../../ui/states';
import { useFormats } from '../../words/formats';
import {
  cancelRecordExport,
  isUnderWay,
  recordExportsQuery,
  recordFileLink,
  type RecordExport,
} from './exports.queries';
import { NewExport } from './new-export';
import { RowActions } from './row-actions';
import { useCancel } from './use-cancel';

export function RecordExports() {
  const { t } = useTranslation('exports');
  const { number, bytes } = useFormats();
  const labelOf = useObjectLabel();
  const personName = usePersonName();
  const [isOpen, { open, close }] = useDisclosure();
  const { after, limit } = useSearch({ from: '/shell/exports' });
  const navigate = useNavigate({ from: '/exports' });
  const size = Number(limit) || keptPageSize();
  const query = useQuery(recordExportsQuery({ limit: size, after }));
  const { cancel, busyWith } = useCancel(cancelRecordExport, 'exports');
  const button = (
    <Button leftSection={<IconFileExport size={16} aria-hidden />} onClick={open}>
      {t('new.button')}
    </Button>
  );
  const columns: Column<RecordExport>[] = [
    {
      id: 'name',
      label: t('columns.name'),
      isFixed: true,
      cell: ({ id, exportName }) => (
        <Anchor
          size="sm"
          renderRoot={(props) => <Link to="/exports/$exportId" params={{ exportId: id }} {...props} />}
        >
          <Value value={exportName} />
        </Anchor>
      ),
    },
    { id: 'objectType', label: t('columns.objectType'), cell: ({ objectType }) => labelOf(objectType) },
    {
      id: 'status',
      label: t('columns.status'),
      cell: ({ exportState, progress }) =>
        exportState === 'PROCESSING' ? (
          <ProgressBar progress={progress} label={t('progress')} />
        ) : (
          <Status status={exportState} label={t(`status.${exportState}`)} />
        ),
    },
    {
      id: 'rows',
      label: t('columns.rows'),
      isNumber: true,
      cell: ({ recordCount }) => (recordCount === undefined ? '' : number(recordCount)),
    },
    {
      id: 'size',
      label: t('columns.size'),
      isNumber: true,
      cell: ({ bytes: size }) => (size === undefined ? '' : bytes(size)),
    },
    { id: 'createdAt', label: t('columns.createdAt'), cell: ({ createdAt }) => <When at={createdAt} /> },
    {
      id: 'by',
      label: t('columns.by'),
      isHidden: true,
      cell: ({ requestedBy }) => (requestedBy ? personName(requestedBy) : ''),
    },
    {
      id: 'expires',
      label: t('columns.expires'),
      isHidden: true,
      cell: ({ fileExpiresAt, exportState }) =>
        fileExpiresAt !== undefined && !isUnderWay(exportState) ? <When at={fileExpiresAt} /> : '',
    },
    {
      id: 'actions',
      label: t('columns.actions'),
      isFixed: true,
      cell: ({ id, exportState, fileStatus, exportName }) => (
        <RowActions
          status={exportState}
          fileStatus={fileStatus}
          name={exportName}
          link={() => recordFileLink(id)}
          onCancel={() => cancel(id)}
          isBusy={busyWith === id}
        />
      ),
    },
  ];
  return (
    <Stack gap="sm">
      <Answer query={query}>
        {({ results, paging }) => (
          <>
            <DataTable
              name="exports"
              label={t('label.records')}
              columns={columns}
              rows={results}
              idOf={({ id }) => id}
              tools={button}
              empty={<Empty title={t('empty.records.title')} text={t('empty.records.text')} />}
            />
            <Pager
              after={after}
              next={paging?.next.after}
              onPage={(next) => void navigate({ search: (now) => ({ ...now, after: next! }) })}
              size={size}
              onSize={(chosen) =>
                void navigate({ search: ({ after: _, ...now }) => ({ ...now, limit: String(chosen) }) })
              }
            />
          </>
        )}
      </Answer>
      {isOpen && <NewExport onClose={close} />}
    </Stack>
  );
}
